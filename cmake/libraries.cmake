# Libraries without a package configuration of their own. Installed beside wattloopConfig.cmake, which includes it too.

# Debian's VTK links the serial HDF5: link the same one, never the OpenMPI build beside it.
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 1.10 REQUIRED COMPONENTS C HL)

# VTK's own HDF5::HDF5 leaves out the high-level library, which has the dimension scales.
add_library(SerialHDF5::hdf5 INTERFACE IMPORTED)
target_include_directories(SerialHDF5::hdf5 INTERFACE ${HDF5_INCLUDE_DIRS})
target_link_libraries(SerialHDF5::hdf5 INTERFACE ${HDF5_HL_LIBRARIES} ${HDF5_C_LIBRARIES})

find_library(UDUNITS2_LIBRARY udunits2 REQUIRED)
find_path(UDUNITS2_INCLUDE_DIR udunits2.h REQUIRED)
add_library(UDUNITS2::udunits2 INTERFACE IMPORTED)
target_include_directories(UDUNITS2::udunits2 INTERFACE ${UDUNITS2_INCLUDE_DIR})
target_link_libraries(UDUNITS2::udunits2 INTERFACE ${UDUNITS2_LIBRARY})

find_library(XLSXWRITER_LIBRARY xlsxwriter REQUIRED)
find_path(XLSXWRITER_INCLUDE_DIR xlsxwriter.h REQUIRED)
add_library(Xlsxwriter::xlsxwriter INTERFACE IMPORTED)
target_include_directories(Xlsxwriter::xlsxwriter INTERFACE ${XLSXWRITER_INCLUDE_DIR})
target_link_libraries(Xlsxwriter::xlsxwriter INTERFACE ${XLSXWRITER_LIBRARY})
