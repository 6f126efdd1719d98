# The program, its catalogue, the headers, and the libraries for find_package(wattloop).
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/wattloop)

if(TARGET wattloop)
  install(TARGETS wattloop RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
# The program looks for it at ../share/wattloop/catalog, seen from where it stands.
install(DIRECTORY examples/catalog DESTINATION ${CMAKE_INSTALL_DATADIR}/wattloop FILES_MATCHING PATTERN "*.yaml")

foreach(library solver models meshes io)
  install(TARGETS wattloop_${library} EXPORT wattloop ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(DIRECTORY ${library} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/wattloop FILES_MATCHING PATTERN "*.h")
endforeach()
install(EXPORT wattloop NAMESPACE wattloop:: FILE wattloopTargets.cmake DESTINATION ${package_dir})

list(JOIN WATTLOOP_VTK_COMPONENTS " " vtk_components)
configure_package_config_file(cmake/wattloopConfig.cmake.in ${CMAKE_BINARY_DIR}/wattloopConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/wattloopConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/wattloopConfig.cmake ${CMAKE_BINARY_DIR}/wattloopConfigVersion.cmake
  cmake/libraries.cmake DESTINATION ${package_dir})
