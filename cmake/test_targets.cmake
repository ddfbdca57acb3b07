# How a test file becomes a test.

# Boost.Test and Eigen once for all plain tests, and Eigen's products compiled in the library of main(): saves half of the time.
function(fewclip_add_precompiled_header)
  add_library(fewclip_test_precompiled OBJECT ${PROJECT_SOURCE_DIR}/cmake/test_precompiled.cpp)
  target_link_libraries(fewclip_test_precompiled PRIVATE fewclip_test_main fewclip_own_flags)
  target_compile_options(fewclip_test_precompiled PRIVATE -O1 -UNDEBUG)
  target_precompile_headers(fewclip_test_precompiled PRIVATE <boost/test/unit_test.hpp> <Eigen/Dense>
                             <fewclip/backend/products/eigen_instances.hpp>)
endfunction()

# -O1: Eigen code without inlining runs ten times slower, while -O2 costs half as much compile time again and most tests
# run for milliseconds. A test that computes for long asks for more with a line "// test options: O2". Assertions stay on.
function(fewclip_add_test file)
  fewclip_variant_of(${file} component supported)
  if(NOT supported)
    return()
  endif()
  string(REGEX REPLACE "\\.test\\.(cpp|cu)$" "" name ${file})
  string(REPLACE "/" "." name ${name})
  set(target test.${name})
  add_executable(${target} ${file})
  target_link_libraries(${target} PRIVATE fewclip_test_main fewclip_own_flags)
  fewclip_link_variant(${target} ${file} "${component}")

  file(STRINGS ${file} options REGEX "^// test options:")
  set(optimisation -O1)
  if(options MATCHES "O2")
    set(optimisation -O2)
  endif()
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${optimisation}> -UNDEBUG)
  if(component STREQUAL "" AND optimisation STREQUAL "-O1")
    target_precompile_headers(${target} REUSE_FROM fewclip_test_precompiled)
  endif()

  add_test(NAME ${name} COMMAND ${target})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 ENVIRONMENT BOOST_TEST_COLOR_OUTPUT=0)
  if(component STREQUAL "cuda")
    set_tests_properties(${name} PROPERTIES LABELS gpu)
  endif()
endfunction()

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
  foreach(component IN ITEMS "" onednn thrust cuda)
    if(units_${component})
      set(target fewclip_headers_${component})
      string(REGEX REPLACE "_$" "" target ${target})
      add_library(${target} OBJECT ${units_${component}})
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
