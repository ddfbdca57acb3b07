# Finds one copy of Thrust: a target's, the system's, else the one of the CUDA toolkit. Set FEWCLIP_THRUST_DIR to choose another. Sets <out>_found,
# <out>_libraries, <out>_include_dirs and <out>_definitions.
function(fewclip_find_thrust out openmp)
  set(libraries)
  set(include_dirs)
  if(TARGET Thrust::Thrust AND NOT FEWCLIP_THRUST_DIR)
    set(libraries Thrust::Thrust)
  else()
    find_path(FEWCLIP_THRUST_DIR thrust/version.h
              HINTS /usr/include
              PATHS ENV CUDA_PATH /usr/local/cuda
              PATH_SUFFIXES include/cccl include
              DOC "The folder that holds thrust/ and cub/")
    set(include_dirs ${FEWCLIP_THRUST_DIR})
  endif()
  set(${out}_found FALSE PARENT_SCOPE)
  if(openmp AND (libraries OR include_dirs))
    set(${out}_found TRUE PARENT_SCOPE)
  endif()
  set(${out}_libraries ${libraries} ${openmp} PARENT_SCOPE)
  set(${out}_include_dirs ${include_dirs} PARENT_SCOPE)
  # A plain C++ compiler must be told that Thrust's device is not a GPU. A target chooses another system by its
  # property FEWCLIP_THRUST_SYSTEM (OMP, CPP or TBB).
  set(system "$<TARGET_PROPERTY:FEWCLIP_THRUST_SYSTEM>")
  set(system "THRUST_DEVICE_SYSTEM_$<IF:$<BOOL:${system}>,${system},OMP>")
  set(${out}_definitions "$<$<COMPILE_LANGUAGE:CXX>:THRUST_DEVICE_SYSTEM=${system}>" PARENT_SCOPE)
endfunction()
