# Headers, the package configuration and the pkg-config file. Nothing depends on the architecture.
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME fewclip_headers)
set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/fewclip)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/fewclip DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp" PATTERN "*.cuh")

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/fewclip-config.cmake.in ${PROJECT_BINARY_DIR}/fewclip-config.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_INCLUDEDIR NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fewclip-config-version.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/fewclip-config.cmake ${PROJECT_BINARY_DIR}/fewclip-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/fewclip-core.cmake ${PROJECT_SOURCE_DIR}/cmake/fewclip-components.cmake
              ${PROJECT_SOURCE_DIR}/cmake/fewclip-dependencies.cmake ${PROJECT_SOURCE_DIR}/cmake/fewclip-thrust.cmake
              ${PROJECT_SOURCE_DIR}/cmake/fewclip-compiled.cmake
        DESTINATION ${package_dir})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/cmake/compiled DESTINATION ${package_dir})

file(RELATIVE_PATH fewclip_up /prefix/${CMAKE_INSTALL_DATADIR}/pkgconfig /prefix/.)
string(REGEX REPLACE "/$" "" fewclip_up "${fewclip_up}")
set(fewclip_pc_include_dir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
if(IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
  set(fewclip_pc_include_dir ${CMAKE_INSTALL_INCLUDEDIR})
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/fewclip.pc.in ${PROJECT_BINARY_DIR}/fewclip.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/fewclip.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
