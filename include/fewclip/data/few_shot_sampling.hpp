#pragma once
/// \file
/// The few-shot draws of the literature: CPython's generator and the sampling rule of CoOp, so that draws line up with published ones.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/labels.hpp"

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
  std::vector<index> choices(index count, index drawn) {
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

/// Draws with a generator that has been used before, or will be used again.
/// \param generator advances by what the draw needs
/// \param labels the label of each row of a split, in the order of the published split file
/// \param shots rows per class, at least 1
/// \returns row numbers, grouped by class in order of first appearance
/// \throws value_error for less than one shot
inline std::vector<index> draw_shots(python_random& generator, const class_labels& labels, index shots) {
  if (shots < 1) throw value_error(expected_got("fewclip::data::draw_shots", "shots", "at least 1", std::to_string(shots)));
  std::vector<std::vector<index>> rows_of(static_cast<std::size_t>(labels.classes()));
  std::vector<label> order;
  for (index row = 0; row < labels.size(); ++row) {
    auto& rows = rows_of[static_cast<std::size_t>(labels[row])];
    if (rows.empty()) order.push_back(labels[row]);
    rows.push_back(row);
  }
  std::vector<index> out;
  for (const label each : order) {
    const auto& rows = rows_of[static_cast<std::size_t>(each)];
    const auto count = static_cast<index>(rows.size());
    if (count < shots) {
      out.insert(out.end(), rows.begin(), rows.end());
      continue;
    }
    for (const index at : generator.sample(count, shots)) out.push_back(rows[static_cast<std::size_t>(at)]);
  }
  return out;
}

/// The few-shot draw of CoOp (Zhou et al., arXiv 2109.01134, authors' code): `shots` rows per class without replacement; a class with
/// fewer rows keeps them all. Draws for different numbers of shots under one seed are not nested.
/// \param labels the label of each row of the training split, in the order of the published split file
/// \param classes the number of classes
/// \param shots rows per class, at least 1
/// \param seed the literature uses 1, 2 and 3
/// \returns row numbers, grouped by class in order of first appearance
/// \throws value_error for less than one shot or a label outside 0..classes-1
template <label_range Range>
std::vector<index> draw_shots(const Range& labels, index classes, index shots, std::uint64_t seed) {
  python_random generator(seed);
  return draw_shots(generator, class_labels(labels, classes), shots);
}

/// A support set and the few validation rows that go with it, as row numbers of their splits.
struct few_shot_draw {
  std::vector<index> support;     ///< rows of the training split
  std::vector<index> validation;  ///< rows of the validation split
};

/// The same, and then, from the same generator, min(shots, 4) rows per class of the validation split: the protocol `few_shot_val`.
/// \param labels the label of each row of the training split, in the order of the published split file
/// \param validation_labels the same of the validation split
/// \param classes the number of classes
/// \param shots rows per class, at least 1
/// \param seed the literature uses 1, 2 and 3
/// \throws value_error for less than one shot or a label outside 0..classes-1
template <label_range Range>
few_shot_draw draw_shots_and_validation(const Range& labels, const Range& validation_labels, index classes, index shots,
                                        std::uint64_t seed) {
  python_random generator(seed);
  few_shot_draw out;
  out.support = draw_shots(generator, class_labels(labels, classes), shots);
  out.validation = draw_shots(generator, class_labels(validation_labels, classes), std::min<index>(shots, 4));
  return out;
}

}  // namespace fewclip::data
