# How a test file becomes a test.

# Boost.Test and Eigen once for all plain tests, and Eigen's products compiled in the library of main(): saves half of the time.
function(fewclip_add_precompiled_header)
  add_library(fewclip_test_precompiled OBJECT ${PROJECT_SOURCE_DIR}/cmake/test_precompiled.cpp)
  target_link_libraries(fewclip_test_precompiled PRIVATE fewclip_test_main fewclip_own_flags)
  target_compile_options(fewclip_test_precompiled PRIVATE ${FEWCLIP_TEST_OPTIMISATION} -UNDEBUG)
  target_precompile_headers(fewclip_test_precompiled PRIVATE <boost/test/unit_test.hpp> <Eigen/Dense>
                             <fewclip/backend/products/eigen_instances.hpp>)
endfunction()

# -O1: Eigen code without inlining runs ten times slower, while -O2 costs half as much compile time again and most tests
# run for milliseconds. Assertions stay on.
set(FEWCLIP_TEST_OPTIMISATION "-O1" CACHE STRING "Optimisation of the tests")

# How many files share a translation unit: enough that templates are instantiated once for many, few enough for two processors.
set(FEWCLIP_TEST_FILES_PER_UNIT 8)

# What a file says of itself in a line "// test options: ...":
#   O2     it computes for long
#   once   it computes for long, and the same each time
#   alone  it has a main(), an operator new or a preprocessor's choice of its own, and stays an executable of its own
function(fewclip_test_options file out)
  file(STRINGS ${file} lines REGEX "^// test options:")
  string(REGEX MATCHALL "O2|once|alone" options "${lines}")
  if(file MATCHES "\\.cu$" OR "O2" IN_LIST options)
    list(APPEND options alone)
  endif()
  set(${out} ${options} PARENT_SCOPE)
endfunction()

# tests/io/npy.test.cpp is the test io.npy.
function(fewclip_test_name file out)
  string(REGEX REPLACE "\\.test\\.(cpp|cu)$" "" name ${file})
  string(REPLACE "/" "." name ${name})
  set(${out} ${name} PARENT_SCOPE)
endfunction()

# Links, flags and, where the flags are those of most tests, the precompiled header.
function(fewclip_test_target target file component optimisation)
  target_link_libraries(${target} PRIVATE fewclip_test_main fewclip_own_flags)
  fewclip_link_variant(${target} ${file} "${component}")
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${optimisation}> -UNDEBUG)
  if(file MATCHES "^(compiled|runtime)/")
    target_link_libraries(${target} PRIVATE fewclip::compiled)  # with OpenMP's flag, which the precompiled header lacks
  elseif(component STREQUAL "" AND optimisation STREQUAL FEWCLIP_TEST_OPTIMISATION)
    target_precompile_headers(${target} REUSE_FROM fewclip_test_precompiled)
  endif()
endfunction()

# The target of all tests of a folder, unit.io, is built for `ctest -L io`.
function(fewclip_join_folder target file)
  string(REGEX MATCH "^[^/]+/" folder ${file})
  string(REGEX REPLACE "/$" "" folder "${folder}")
  if(NOT folder)
    set(folder root)
  endif()
  if(NOT TARGET unit.${folder})
    add_custom_target(unit.${folder})
    add_dependencies(fewclip_unit_tests unit.${folder})
  endif()
  add_dependencies(unit.${folder} ${target})
endfunction()

# Labels: unit; the folder; once for a test that is long and draws no inputs afresh; gpu.
function(fewclip_test_properties name file component)
  string(REGEX MATCH "^[^/]+/" folder ${file})
  string(REGEX REPLACE "/$" "" folder "${folder}")
  if(NOT folder)
    set(folder root)
  endif()
  set(labels unit ${folder})
  fewclip_test_options(${file} options)
  if("once" IN_LIST options)
    list(APPEND labels once)
  endif()
  if(component STREQUAL "cuda")
    list(APPEND labels gpu)
  endif()
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600 ENVIRONMENT BOOST_TEST_COLOR_OUTPUT=0 LABELS "${labels}")
  if(file MATCHES "thrust_omp")  # its threads would wait for each other by spinning, hundreds of times longer beside other work
    set_tests_properties(${name} PROPERTIES PROCESSORS 2 ENVIRONMENT "BOOST_TEST_COLOR_OUTPUT=0;OMP_WAIT_POLICY=PASSIVE")
  endif()
endfunction()

# The file as an executable of its own: test.io.npy. It is built on request where its folder's executable has it too.
function(fewclip_add_test file)
  fewclip_variant_of(${file} component supported)
  if(NOT supported)
    return()
  endif()
  fewclip_test_name(${file} name)
  fewclip_test_options(${file} options)
  add_executable(test.${name} ${file})
  set(optimisation ${FEWCLIP_TEST_OPTIMISATION})
  if("O2" IN_LIST options AND optimisation STREQUAL "-O1")
    set(optimisation -O2)
  endif()
  fewclip_test_target(test.${name} ${file} "${component}" ${optimisation})
  if("alone" IN_LIST options)
    add_test(NAME ${name} COMMAND test.${name})
    fewclip_join_folder(test.${name} ${file})
    fewclip_test_properties(${name} ${file} "${component}")
  else()
    set_target_properties(test.${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
  endif()
endfunction()
