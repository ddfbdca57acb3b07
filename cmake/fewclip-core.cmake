# The target fewclip::fewclip, also called fewclip::core. Used by the build tree and, installed, by the package configuration. It
# and the components are imported in both, so that a project may export a library that links them: whoever finds that library
# finds the package fewclip. They are GLOBAL where the variable fewclip_scope says so.
include_guard(DIRECTORY)
include(${CMAKE_CURRENT_LIST_DIR}/fewclip-dependencies.cmake)

# Sets <out> to the reason why this version, from this place, cannot join the build, or to nothing.
function(fewclip_refuse_other_version out version place)
  set(${out} "" PARENT_SCOPE)
  if(TARGET fewclip::fewclip)
    get_target_property(present fewclip::fewclip INTERFACE_FEWCLIP_VERSION)
    get_target_property(present_place fewclip::fewclip INTERFACE_INCLUDE_DIRECTORIES)
    if(NOT present)
      set(present unknown)
    endif()
    if(NOT present STREQUAL version)
      set(${out} "fewclip: expected one version in a build, got ${present} (${present_place}) and ${version} (${place})" PARENT_SCOPE)
    endif()
  endif()
endfunction()

# The core: Eigen and threads, nothing else.
function(fewclip_define_core version include_dir)
  if(TARGET fewclip::fewclip)
    return()
  endif()
  add_library(fewclip::fewclip INTERFACE IMPORTED ${fewclip_scope})
  add_library(fewclip::core ALIAS fewclip::fewclip)
  set_target_properties(fewclip::fewclip PROPERTIES
    INTERFACE_FEWCLIP_VERSION ${version}
    COMPATIBLE_INTERFACE_STRING FEWCLIP_VERSION) # a program that would get two versions is refused
  target_compile_features(fewclip::fewclip INTERFACE cxx_std_20)
  target_include_directories(fewclip::fewclip INTERFACE ${include_dir})
  target_link_libraries(fewclip::fewclip INTERFACE Eigen3::Eigen Threads::Threads)
endfunction()
