#pragma once
/// \file
/// The only header of fewclip that defines macros. No macro changes what a type means. Every other header includes it first, or one that does:
/// what a unit must be compiled with is checked here.

#if defined(__cplusplus) && __cplusplus <= 201703L && !defined(__CUDACC__)
#error "fewclip needs C++20: compile with -std=c++20"
#define FEWCLIP_CANNOT_GO_ON
#elif defined(__GNUC__) && !defined(__cpp_exceptions)
#error "fewclip reports errors by exceptions: compile without -fno-exceptions"
#define FEWCLIP_CANNOT_GO_ON
#elif defined(min) || defined(max)
#error "fewclip: min or max is a macro here, as <windows.h> makes it: define NOMINMAX before that header, or #undef both"
#define FEWCLIP_CANNOT_GO_ON
#elif defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ > 0) || defined(__ASSOCIATIVE_MATH__)
#error \
    "fewclip needs IEEE arithmetic: compile units that include it without -ffast-math, -Ofast, -ffinite-math-only, -funsafe-math-optimizations"
#define FEWCLIP_CANNOT_GO_ON
#endif
#if defined(FEWCLIP_CANNOT_GO_ON)
#include "fewclip: see the error above"  // there is no such file: that alone makes compilers stop here
#endif

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

/// First in the body of a function whose value depends on the order of its operations. clang's -fassociative-math defines no macro by which it
/// could be refused; this makes it keep the order.
#if defined(__clang__)
#define FEWCLIP_KEEP_ORDER _Pragma("clang fp reassociate(off)")
#else
#define FEWCLIP_KEEP_ORDER
#endif
