# One translation unit per public header, compiled alone and included twice.
function(fewclip_add_header_tests)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/include/*.hpp
       ${PROJECT_SOURCE_DIR}/include/*.cuh)
  list(FILTER headers EXCLUDE REGEX "/detail/")
  foreach(header IN LISTS headers)
    fewclip_variant_of(${header} component supported)
    if(NOT supported)
      continue()
    endif()
    set(extension cpp)
    if(component STREQUAL "cuda")
      set(extension cu)
    endif()
    string(MAKE_C_IDENTIFIER ${header} name)
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.${extension})
    file(CONFIGURE OUTPUT ${unit} CONTENT "#include <${header}>\n#include <${header}>\n" @ONLY)
    list(APPEND units_${component} ${unit})
    if(component STREQUAL "")
      string(APPEND all "#include <${header}>\n")
    endif()
  endforeach()
  # All that need no component in one unit, for a second compiler: not part of the default build.
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/headers/all.cpp CONTENT "${all}" @ONLY)
  add_library(fewclip_all_headers OBJECT EXCLUDE_FROM_ALL ${CMAKE_CURRENT_BINARY_DIR}/headers/all.cpp)
  target_link_libraries(fewclip_all_headers PRIVATE fewclip::io fewclip::images fewclip::tokenizer fewclip::xtensor fewclip::testing
                        fewclip_own_flags)
  # Each alone, not part of the default build either: .ci/run builds it with the second compiler, tests include every header with the first.
  add_custom_target(fewclip_each_header)
  foreach(component IN ITEMS "" onednn thrust cuda)
    if(units_${component})
      set(target fewclip_headers_${component})
      string(REGEX REPLACE "_$" "" target ${target})
      add_library(${target} OBJECT EXCLUDE_FROM_ALL ${units_${component}})
      add_dependencies(fewclip_each_header ${target})
      if(component STREQUAL "cuda")  # by its one compiler
        set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL FALSE)
      endif()
      target_link_libraries(${target} PRIVATE fewclip::io fewclip::images fewclip::tokenizer fewclip::xtensor fewclip::testing
                            fewclip_own_flags)
      target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-O0>)
      if(component)
        target_link_libraries(${target} PRIVATE fewclip::${component})
      endif()
    endif()
  endforeach()
endfunction()

# The file must not compile, for the reason that its "// EXPECT:" lines state, and must compile with FEWCLIP_EXPECT_PASS.
function(fewclip_add_compile_fail_test file)
  string(REGEX REPLACE "^compile_fail/|\\.cpp$" "" name ${file})
  string(REPLACE "/" "." name ${name})
  set(includes $<TARGET_PROPERTY:fewclip_test_main,INCLUDE_DIRECTORIES>)
  add_test(NAME compile_fail.${name}
           COMMAND ${CMAKE_COMMAND} -D COMPILER=${CMAKE_CXX_COMPILER} -D SOURCE=${CMAKE_CURRENT_SOURCE_DIR}/${file}
                   "-DINCLUDES=${includes}" "-DIMPLICIT=${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES}"
                   -P ${PROJECT_SOURCE_DIR}/cmake/compile_fail.cmake)
  set_tests_properties(compile_fail.${name} PROPERTIES TIMEOUT 120)
endfunction()
