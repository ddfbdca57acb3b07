#pragma once

// Random unit rows, the same for any number of threads.

#include <cmath>
#include <cstdint>
#include <vector>

#include "fewclip/core/labels.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/core/tensor.hpp"

namespace bench {

/// Rows of independent normal numbers, divided by their length.
/// \param rows number of rows
/// \param dim their width
/// \param stream distinguishes text, support and queries
template <class B>
fewclip::tensor<B> unit_rows(fewclip::index rows, fewclip::index dim, std::uint64_t stream, std::uint64_t seed = 2024) {
  auto out = fewclip::tensor<B>::uninitialised({rows, dim});
  auto* values = out.mutable_data();
  const fewclip::random_stream numbers(seed, stream);
  fewclip::parallel_for(rows, 16, [&](fewclip::index begin, fewclip::index end) {
    for (fewclip::index row = begin; row < end; ++row) {
      double squares = 0;
      for (fewclip::index d = row * dim; d < (row + 1) * dim; ++d) {
        const double value = numbers.normal(static_cast<std::uint64_t>(d));
        values[d] = static_cast<typename B::scalar>(value);
        squares += value * value;
      }
      const auto inverse = static_cast<typename B::scalar>(1 / std::sqrt(squares));
      for (fewclip::index d = row * dim; d < (row + 1) * dim; ++d) values[d] *= inverse;
    }
  });
  return out;
}

/// 0, ..., 0, 1, ..., 1, ...: `shots` labels of each class.
inline std::vector<fewclip::label> labels_in_turn(fewclip::index classes, fewclip::index shots) {
  std::vector<fewclip::label> out(static_cast<std::size_t>(classes * shots));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<fewclip::label>(i / static_cast<std::size_t>(shots));
  return out;
}

}  // namespace bench
