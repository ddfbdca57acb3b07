#pragma once
/// \file
/// Random numbers as a function of (seed, stream, position): no state, hence the same for any number of threads and after any interruption.

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// The Philox 4x32-10 counter-based generator (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
/// \param counter the position, four words
/// \param key the seed, two words
/// \returns four words, uniform and independent for different positions or seeds
inline std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

/// A stream of random numbers addressed by position.
class random_stream {
 public:
  /// \param seed the user's seed
  /// \param stream distinguishes uses of one seed, for example an epoch or a parameter
  explicit random_stream(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  /// 64 random bits for position `at`.
  std::uint64_t bits(std::uint64_t at) const {
    const auto words = philox({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at >> 32), static_cast<std::uint32_t>(stream_),
                               static_cast<std::uint32_t>(stream_ >> 32)},
                              {static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32)});
    return (std::uint64_t{words[1]} << 32) | words[0];
  }

  /// Uniform in [0, 1), with 53 random bits.
  double uniform(std::uint64_t at) const { return static_cast<double>(bits(at) >> 11) * 0x1.0p-53; }

  /// Normal with mean 0 and variance 1 (Box-Muller).
  double normal(std::uint64_t at) const {
    const double radius = std::sqrt(-2.0 * std::log1p(-uniform(2 * at)));
    return radius * std::cos(2.0 * std::numbers::pi * uniform(2 * at + 1));
  }

  /// A random order of 0 .. count-1 (Fisher and Yates).
  std::vector<index> permutation(index count) const {
    std::vector<index> out(static_cast<std::size_t>(count));
    std::iota(out.begin(), out.end(), index{0});
    for (index i = count - 1; i > 0; --i) {
      const auto j = static_cast<index>(uniform(static_cast<std::uint64_t>(i)) * static_cast<double>(i + 1));
      std::swap(out[static_cast<std::size_t>(i)], out[static_cast<std::size_t>(j)]);
    }
    return out;
  }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
};

}  // namespace fewclip
