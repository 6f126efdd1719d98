# Everything comes from well-kept system packages; ./demo.sh installs them on Debian.
find_package(Threads REQUIRED)
find_package(Boost 1.71 REQUIRED)  # Boost.Random: headers alone
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(fmt 9 REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(CLI11 2 REQUIRED)
find_package(nlohmann_json 3.9 REQUIRED)
# Without it everything builds, and runs in one process.
set(MPI_CXX_SKIP_MPICXX ON)
find_package(MPI QUIET COMPONENTS CXX)
find_package(SUNDIALS 6 REQUIRED COMPONENTS ida)
find_package(Ceres 2.1 REQUIRED)
set(WATTLOOP_VTK_COMPONENTS
  CommonCore CommonDataModel FiltersCore FiltersGeneral FiltersSources RenderingCore RenderingOpenGL2
  RenderingFreeType RenderingAnnotation IOImage)
find_package(VTK 9.1 REQUIRED COMPONENTS ${WATTLOOP_VTK_COMPONENTS})

include(${CMAKE_CURRENT_LIST_DIR}/libraries.cmake)
