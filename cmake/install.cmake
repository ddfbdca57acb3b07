# Headers, the core target, the package configuration and the pkg-config file. Nothing depends on the architecture.
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME fewclip_headers)
set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/fewclip)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/fewclip DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp" PATTERN "*.cuh")
install(TARGETS fewclip_core EXPORT fewclip-targets)
install(EXPORT fewclip-targets NAMESPACE fewclip:: DESTINATION ${package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/fewclip-config.cmake.in ${PROJECT_BINARY_DIR}/fewclip-config.cmake
                              INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/fewclip-config-version.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/fewclip-config.cmake ${PROJECT_BINARY_DIR}/fewclip-config-version.cmake
              ${PROJECT_SOURCE_DIR}/cmake/fewclip-components.cmake ${PROJECT_SOURCE_DIR}/cmake/fewclip-find-files.cmake
        DESTINATION ${package_dir})

configure_file(${PROJECT_SOURCE_DIR}/cmake/fewclip.pc.in ${PROJECT_BINARY_DIR}/fewclip.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/fewclip.pc DESTINATION ${CMAKE_INSTALL_DATADIR}/pkgconfig)
