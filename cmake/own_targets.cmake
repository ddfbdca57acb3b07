# Flags and rules for the targets of this repository only; nothing here reaches a consumer.
set(CMAKE_CXX_EXTENSIONS OFF)
add_library(fewclip_own_flags INTERFACE)
set(warnings -Wall -Wextra -Wconversion -Wshadow)
target_compile_options(fewclip_own_flags INTERFACE
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang,AppleClang>:${warnings}>"
  # g++ 12 takes its own AVX-512 intrinsics for uninitialised reads wherever Eigen inlines them, and sees overlapping copies in
  # std::string's operator+ (GCC bug 105651), with AVX-512 also reads past its end, and writes past the end in vector::push_back at -O3.
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-maybe-uninitialized;-Wno-uninitialized;-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow>"
  # The garbage collector of g++ takes a sixth of the time of a large unit when it starts at its default of 128 MB; this costs 300 MB more.
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:--param=ggc-min-heapsize=600000>"
  # Eigen's defaulted functions carry annotations that nvcc ignores, and says so at every use.
  "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra;--expt-relaxed-constexpr;--extended-lambda;--diag-suppress=20012>")
if(FEWCLIP_NATIVE)
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-march=native FEWCLIP_HAS_MARCH_NATIVE)
  if(FEWCLIP_HAS_MARCH_NATIVE)
    target_compile_options(fewclip_own_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-march=native>)
  endif()
endif()

# The component fewclip::compiled as this repository's program and tests use it. -O2 with the vectoriser of -O3: fewclip_demo runs as long as with -O3
# (64 and 65 s against 64 and 67 s, in turn), and the glue around the kernels, which is most of the code, compiles in three quarters of the time.
set(FEWCLIP_PROGRAM_OPTIMISATION
    "$<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<CONFIG:Release>>:-O2;-ftree-vectorize;-fvect-cost-model=dynamic>")
if(TARGET fewclip_compiled)
  target_link_libraries(fewclip_compiled PRIVATE fewclip_own_flags)
  target_compile_options(fewclip_compiled PRIVATE "${FEWCLIP_PROGRAM_OPTIMISATION}")
endif()

# Which component the file's name or folder asks for; empty for the plain CPU. `supported` says whether it exists here.
#   backend/products/onednn*  *.onednn.<kind>.cpp  ->  onednn
#   *.thrust_omp.<kind>.cpp   *.thrust_cpp.<kind>.cpp  ->  thrust on that system
#   *.cu *.cuh  ->  cuda
function(fewclip_variant_of path out_component out_supported)
  set(component "")
  if(path MATCHES "\\.(cu|cuh)$")
    set(component cuda)
  elseif(path MATCHES "thrust_(omp|cpp)\\." OR path MATCHES "(^|/)backend/thrust")
    set(component thrust)
  elseif(path MATCHES "(^|[/.])onednn[^/]*$")
    set(component onednn)
  endif()
  set(${out_component} "${component}" PARENT_SCOPE)
  if(component STREQUAL "" OR TARGET fewclip::${component})
    set(${out_supported} TRUE PARENT_SCOPE)
  else()
    set(${out_supported} FALSE PARENT_SCOPE)
  endif()
endfunction()

# Links what the variant in a file's name needs.
function(fewclip_link_variant target path component)
  if(component)
    target_link_libraries(${target} PRIVATE fewclip::${component})
  endif()
  if(path MATCHES "thrust_cpp\\.")
    set_target_properties(${target} PROPERTIES FEWCLIP_THRUST_SYSTEM CPP)
  endif()
endfunction()
