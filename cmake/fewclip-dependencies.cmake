# How the targets of fewclip find what they link. A target that exists is taken as it is, so a project that brings a dependency
# itself, by add_subdirectory or FetchContent, needs no package of it.

# Sets <out> to the first of the targets that exists, where there is none after find_package(<further arguments>); else to nothing.
function(fewclip_find_package out targets)
  set(${out} "" PARENT_SCOPE)
  foreach(step IN ITEMS before after)
    if(step STREQUAL "after")
      find_package(${ARGN})
    endif()
    foreach(target IN LISTS targets)
      if(TARGET ${target})
        set(${out} ${target} PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endforeach()
endfunction()

# The same for a library without a package that can be relied on, by its files: FEWCLIP_<name>_{INCLUDE_DIR,LIBRARY}. <out> is
# then the library, and <out>_include_dir the folder of its header.
function(fewclip_find_files out targets name header library)
  set(${out} "" PARENT_SCOPE)
  set(${out}_include_dir "" PARENT_SCOPE)
  foreach(target IN LISTS targets)
    if(TARGET ${target})
      set(${out} ${target} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  find_path(FEWCLIP_${name}_INCLUDE_DIR ${header})
  find_library(FEWCLIP_${name}_LIBRARY ${library})
  mark_as_advanced(FEWCLIP_${name}_INCLUDE_DIR FEWCLIP_${name}_LIBRARY)
  if(FEWCLIP_${name}_INCLUDE_DIR AND FEWCLIP_${name}_LIBRARY)
    set(${out} ${FEWCLIP_${name}_LIBRARY} PARENT_SCOPE)
    set(${out}_include_dir ${FEWCLIP_${name}_INCLUDE_DIR} PARENT_SCOPE)
  endif()
endfunction()
