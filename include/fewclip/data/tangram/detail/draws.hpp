#pragma once
/// \file
/// Random numbers one after the other, for code that makes many small choices.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "fewclip/core/random.hpp"

namespace fewclip::data::tangram::detail {

/// A random_stream with a position. As the stream is a function, so is everything made from it.
class draws {
 public:
  draws(std::uint64_t seed, std::uint64_t stream) : stream_(seed, stream) {}

  std::uint64_t bits() { return stream_.bits(at_++); }
  double uniform() { return stream_.uniform(at_++); }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }
  index below(index count) { return static_cast<index>(uniform() * static_cast<double>(count)); }

  template <class List>
  const auto& one_of(const List& list) {
    return list[static_cast<std::size_t>(below(static_cast<index>(list.size())))];
  }

 private:
  random_stream stream_;
  std::uint64_t at_ = 0;
};

}  // namespace fewclip::data::tangram::detail
