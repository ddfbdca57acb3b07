#pragma once
/// \file
/// The only header of fewclip that defines macros. No macro changes what a type means.

/// Marks a function that device code may call; empty under a plain C++ compiler.
/// (The CUDA toolkit's headers leave `__host__` undefined there, hence a macro of our own.)
#if defined(__CUDACC__)
#define FEWCLIP_HOST_DEVICE __host__ __device__
#else
#define FEWCLIP_HOST_DEVICE
#endif

/// Tells the vectoriser that the iterations of the following loop are independent.
/// (clang finds out by checks at run time, and warns where it is told to vectorise and does not.)
#if defined(__CUDACC__) || defined(__clang__)
#define FEWCLIP_INDEPENDENT_LOOP
#elif defined(__GNUC__)
#define FEWCLIP_INDEPENDENT_LOOP _Pragma("GCC ivdep")
#else
#define FEWCLIP_INDEPENDENT_LOOP
#endif
