#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/pairs.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::data::tangram::detail {

/// A batch of `count` pairs as a model reads them.
/// \param where begins messages
/// \param preprocessing a pair_preprocessing
/// \param picture of pair k, side x side
/// \param text of pair k
/// \throws shape_error where texts get rows of ids of different lengths
template <compute_backend B, class Preprocessing, class Picture, class Text>
pair_batch<B> drawn_batch(const char* where, std::size_t count, const Preprocessing& preprocessing, const Picture& picture,
                          const Text& text) {
  const auto floats = static_cast<std::size_t>(3 * preprocessing.side * preprocessing.side);
  std::vector<float> pixels(floats * count);
  pair_batch<B> out;
  std::size_t columns = 0;
  for (std::size_t k = 0; k < count; ++k) {
    preprocessing.pixels(picture(k), std::span(pixels).subspan(k * floats, floats));
    const std::vector<std::int32_t> row = preprocessing.ids(text(k));
    if (k == 0) columns = row.size();
    if (row.size() != columns) {
      throw shape_error(expected_got(where, "ids", "rows of one length, " + std::to_string(columns), std::to_string(row.size())));
    }
    out.ids.insert(out.ids.end(), row.begin(), row.end());
  }
  const std::vector<typename B::scalar> numbers(pixels.begin(), pixels.end());
  out.images = tensor<B>::from_host(numbers.data(), {static_cast<index>(count), 3, preprocessing.side, preprocessing.side});
  return out;
}

}  // namespace fewclip::data::tangram::detail
