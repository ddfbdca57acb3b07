#pragma once
/// \file
/// The backends that the shared suites run on.

#include <cstddef>
#include <tuple>
#include <type_traits>

#include "fewclip/backend/cpu.hpp"

namespace fewclip::testing {

/// The CPU backends of the core, for BOOST_AUTO_TEST_CASE_TEMPLATE. Those with dependencies of their own (onednn, thrust, cuda) are added by
/// the tests that have these dependencies: std::tuple_cat, or one more test case.
using cpu_backends = std::tuple<backend::cpu<float>, backend::cpu<double>>;

/// What checks of gradients and of identities run on.
using exact_backend = backend::cpu<double>;

/// Whether a backend computes in double precision.
template <compute_backend B>
inline constexpr bool in_double = std::is_same_v<typename B::scalar, double>;

/// How far two ways to compute the same number may be apart, relative to the largest number in sight or 1.
template <compute_backend B>
inline constexpr double tolerance = in_double<B> ? 1e-11 : 3e-5;

}  // namespace fewclip::testing
