#pragma once
/// \file
/// CPython's random numbers, without Python: what published few-shot draws were made with.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::data {

/// The generator of Python's `random` module after `random.seed(seed)`: the same numbers as CPython 3, call by call.
///
/// A Mersenne Twister (Matsumoto and Nishimura 1998, MT19937) seeded by array with the 32-bit words of the seed. std::mt19937 with a
/// plain seed or a std::seed_seq gives another stream. For draws that need not match published ones, prefer fewclip::random_stream.
class python_random {
 public:
  /// \param seed as given to `random.seed`; CPython takes the magnitude of negative seeds
  explicit python_random(std::uint64_t seed) {
    const std::array<std::uint32_t, 2> key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
    const std::size_t words = key[1] == 0 ? 1 : 2;
    seed_word(19650218);
    std::size_t i = 1;
    for (std::size_t k = 0; k < length; ++k) {
      state_[i] = (state_[i] ^ (mixed(i) * 1664525U)) + key[k % words] + static_cast<std::uint32_t>(k % words);
      i = advance(i);
    }
    for (std::size_t k = 1; k < length; ++k) {
      state_[i] = (state_[i] ^ (mixed(i) * 1566083941U)) - static_cast<std::uint32_t>(i);
      i = advance(i);
    }
    state_[0] = 0x80000000U;
  }

  /// The next 32 bits, `random.getrandbits(32)`.
  std::uint32_t bits() {
    if (next_ == length) renew();
    std::uint32_t y = state_[next_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680U;
    y ^= (y << 15) & 0xefc60000U;
    return y ^ (y >> 18);
  }

  /// A number of 0 .. count-1, `random.randrange(count)`.
  /// \param count 1 .. 2^32 - 1
  /// \throws value_error for a count outside that range
  index below(index count) {
    if (count < 1 || count > 0xffffffffLL) {
      throw value_error(expected_got("fewclip::data::python_random::below", "count", "1 to 2^32 - 1", std::to_string(count)));
    }
    const auto width = static_cast<int>(std::bit_width(static_cast<std::uint32_t>(count)));
    for (;;) {
      const auto drawn = static_cast<index>(bits() >> (32 - width));
      if (drawn < count) return drawn;
    }
  }

  /// Uniform in [0, 1), `random.random()`.
  double uniform() {
    const std::uint32_t high = bits() >> 5;
    const std::uint32_t low = bits() >> 6;
    return (static_cast<double>(high) * 67108864.0 + static_cast<double>(low)) / 9007199254740992.0;
  }

  /// `random.sample(range(count), drawn)`: different numbers of 0 .. count-1, in the order drawn.
  /// \throws value_error for more numbers than there are
  std::vector<index> sample(index count, index drawn) {
    if (drawn < 0 || drawn > count) {
      throw value_error(
          expected_got("fewclip::data::python_random::sample", "numbers drawn", "0 to " + std::to_string(count), std::to_string(drawn)));
    }
    // CPython keeps a pool where a list of all is smaller than a set of the drawn.
    index limit = 21;
    if (drawn > 5) limit += power_of_four_from(3 * drawn);
    return count <= limit ? sample_from_pool(count, drawn) : sample_by_redrawing(count, drawn);
  }

  /// `random.choices(range(count), k=drawn)`: numbers of 0 .. count-1, with replacement.
  /// \throws value_error for nothing to choose from or a negative number of them
  std::vector<index> choices(index count, index drawn) {
    if (count < 1 || drawn < 0) {
      throw value_error(expected_got("fewclip::data::python_random::choices", "count and numbers drawn", "at least 1 and at least 0",
                                     std::to_string(count) + " and " + std::to_string(drawn)));
    }
    std::vector<index> out(static_cast<std::size_t>(drawn));
    for (index& each : out) each = static_cast<index>(uniform() * static_cast<double>(count));
    return out;
  }

  /// `random.shuffle(items)`.
  template <class Item>
  void shuffle(std::vector<Item>& items) {
    for (std::size_t i = items.size(); i-- > 1;) std::swap(items[i], items[static_cast<std::size_t>(below(static_cast<index>(i) + 1))]);
  }

 private:
  static constexpr std::size_t length = 624;

  void seed_word(std::uint32_t word) {
    state_[0] = word;
    for (std::size_t i = 1; i < length; ++i)
      state_[i] = 1812433253U * (state_[i - 1] ^ (state_[i - 1] >> 30)) + static_cast<std::uint32_t>(i);
  }

  std::uint32_t mixed(std::size_t i) const { return state_[i - 1] ^ (state_[i - 1] >> 30); }

  std::size_t advance(std::size_t i) {
    if (i + 1 < length) return i + 1;
    state_[0] = state_[length - 1];
    return 1;
  }

  void renew() {
    for (std::size_t i = 0; i < length; ++i) {
      const std::uint32_t y = (state_[i] & 0x80000000U) | (state_[(i + 1) % length] & 0x7fffffffU);
      state_[i] = state_[(i + 397) % length] ^ (y >> 1) ^ ((y & 1U) != 0 ? 0x9908b0dfU : 0U);
    }
    next_ = 0;
  }

  static index power_of_four_from(index value) {
    index out = 1;
    while (out < value) out *= 4;
    return out;
  }

  std::vector<index> sample_from_pool(index count, index drawn) {
    std::vector<index> pool(static_cast<std::size_t>(count));
    std::vector<index> out(static_cast<std::size_t>(drawn));
    for (std::size_t i = 0; i < pool.size(); ++i) pool[i] = static_cast<index>(i);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto at = static_cast<std::size_t>(below(count - static_cast<index>(i)));
      out[i] = pool[at];
      pool[at] = pool[pool.size() - i - 1];
    }
    return out;
  }

  std::vector<index> sample_by_redrawing(index count, index drawn) {
    std::vector<bool> taken(static_cast<std::size_t>(count), false);
    std::vector<index> out(static_cast<std::size_t>(drawn));
    for (index& each : out) {
      do each = below(count);
      while (taken[static_cast<std::size_t>(each)]);
      taken[static_cast<std::size_t>(each)] = true;
    }
    return out;
  }

  std::array<std::uint32_t, length> state_{};
  std::size_t next_ = length;
};

}  // namespace fewclip::data
