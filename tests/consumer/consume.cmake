# cmake -D MODE=... -D COMPILER=... -D GENERATOR=... -D SOURCE=... -D BUILD=... -D WORK=... -D VERSION=... -D EIGEN=... -P consume.cmake
# A folder with steps.cmake says there what is done with it.
cmake_minimum_required(VERSION 3.25)
set(prefix ${WORK}/prefix)

function(run) # a command that must succeed; its output is shown where it does not
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${result}:\n${output}")
  endif()
endfunction()

# The names and contents under the prefix, as one string.
function(describe out)
  file(GLOB_RECURSE files LIST_DIRECTORIES false ${prefix}/*)
  set(text "")
  foreach(file IN LISTS files)
    file(SHA256 ${file} hash)
    string(APPEND text "${file} ${hash}\n")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# Installs what a build folder has into the prefix, twice: the second must change nothing.
function(install_twice build)
  file(REMOVE_RECURSE ${prefix})
  run(${CMAKE_COMMAND} --install ${build} --prefix ${prefix} ${ARGN})
  describe(once)
  run(${CMAKE_COMMAND} --install ${build} --prefix ${prefix} ${ARGN})
  describe(twice)
  if(once STREQUAL "" OR NOT once STREQUAL twice)
    message(FATAL_ERROR "Expected the second installation to change nothing; first\n${once}\nthen\n${twice}")
  endif()
endfunction()

set(configuration -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER} -DFEWCLIP_EXPECTED_VERSION=${VERSION})

# Configures the project in a folder of this one.
function(configure project)
  file(REMOVE_RECURSE ${WORK}/${project}/build)
  run(${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer/${project} -B ${WORK}/${project}/build ${configuration} ${ARGN})
endfunction()

# Configures a project that must be refused for the stated reason.
function(refuse sentence project)
  file(REMOVE_RECURSE ${WORK}/${project}/build)
  execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer/${project} -B ${WORK}/${project}/build ${configuration} ${ARGN}
                  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " words "${output}") # long sentences are broken into lines
  string(FIND "${words}" "${sentence}" position)
  if(result EQUAL 0 OR position EQUAL -1)
    message(FATAL_ERROR "Expected a refusal with '${sentence}', got status ${result} and\n${output}")
  endif()
endfunction()

# Configures, builds and runs.
function(consume project)
  configure(${project} ${ARGN})
  run(${CMAKE_COMMAND} --build ${WORK}/${project}/build)
  foreach(program IN ITEMS consumer readme components)
    if(EXISTS ${WORK}/${project}/build/${program})
      run(${WORK}/${project}/build/${program})
    endif()
  endforeach()
endfunction()

if(EXISTS ${SOURCE}/tests/consumer/${MODE}/steps.cmake)
  include(${SOURCE}/tests/consumer/${MODE}/steps.cmake)
elseif(MODE STREQUAL "prefix")
  install_twice(${BUILD} --component fewclip_headers) # the headers only: the program need not be built for this
elseif(MODE STREQUAL "install")
  consume(install -DCMAKE_PREFIX_PATH=${prefix})
elseif(MODE STREQUAL "subdirectory" OR MODE STREQUAL "fetchcontent")
  consume(${MODE} -DFEWCLIP_SOURCE=${SOURCE})
elseif(MODE STREQUAL "pkg_config")
  find_program(pkg_config NAMES pkg-config pkgconf)
  if(NOT pkg_config)
    message("skipped: pkg-config is missing")
    return()
  endif()
  set(ENV{PKG_CONFIG_PATH} ${prefix}/share/pkgconfig)
  execute_process(COMMAND ${pkg_config} --modversion fewclip OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT found STREQUAL VERSION)
    message(FATAL_ERROR "pkg-config --modversion fewclip: expected ${VERSION}, got '${found}'")
  endif()
  execute_process(COMMAND ${pkg_config} --cflags --libs fewclip OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  set(sources ${SOURCE}/tests/consumer/install)
  run(${COMPILER} -std=c++20 ${sources}/main.cpp ${sources}/other_unit.cpp ${flags} -o ${WORK}/pkg_config_consumer)
  run(${WORK}/pkg_config_consumer)
  run(${COMPILER} -std=c++20 ${SOURCE}/examples/02_tip_adapter_ten_lines.cpp ${flags} -o ${WORK}/pkg_config_readme)
  run(${WORK}/pkg_config_readme)
else()
  message(FATAL_ERROR "MODE: expected prefix, pkg_config or a project, got '${MODE}'")
endif()
