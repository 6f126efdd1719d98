# Everything comes from well-kept system packages; ./demo.sh installs them on Debian.
find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(CLI11 2 REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(SUNDIALS 6 REQUIRED COMPONENTS ida)

# Debian's VTK links the serial HDF5: link the same one, never the OpenMPI build beside it.
set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 1.10 REQUIRED COMPONENTS C HL)
find_package(VTK 9.1 REQUIRED COMPONENTS CommonCore CommonDataModel FiltersCore FiltersGeneral
  FiltersSources RenderingCore RenderingOpenGL2 RenderingFreeType RenderingAnnotation IOImage)

if(NOT TARGET HDF5::HDF5)
  add_library(HDF5::HDF5 INTERFACE IMPORTED)
  target_include_directories(HDF5::HDF5 INTERFACE ${HDF5_INCLUDE_DIRS})
  target_link_libraries(HDF5::HDF5 INTERFACE ${HDF5_C_LIBRARIES} ${HDF5_HL_LIBRARIES})
endif()

find_library(KLU_LIBRARY klu REQUIRED)
find_path(KLU_INCLUDE_DIR klu.h PATH_SUFFIXES suitesparse REQUIRED)
add_library(SuiteSparse::klu INTERFACE IMPORTED)
target_include_directories(SuiteSparse::klu INTERFACE ${KLU_INCLUDE_DIR})
target_link_libraries(SuiteSparse::klu INTERFACE ${KLU_LIBRARY})

find_library(UDUNITS2_LIBRARY udunits2 REQUIRED)
find_path(UDUNITS2_INCLUDE_DIR udunits2.h REQUIRED)
add_library(UDUNITS2::udunits2 INTERFACE IMPORTED)
target_include_directories(UDUNITS2::udunits2 INTERFACE ${UDUNITS2_INCLUDE_DIR})
target_link_libraries(UDUNITS2::udunits2 INTERFACE ${UDUNITS2_LIBRARY})
