#pragma once
/// \file
/// Stored bytes to the numbers that encoders ask for.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "fewclip/checkpoints/rename_table.hpp"
#include "fewclip/checkpoints/weight_files.hpp"
#include "fewclip/core/half.hpp"

namespace fewclip::checkpoints::detail {

/// Calls put(position, value) for each element; the bytes may lie at any address.
template <class Stored, class Put>
void for_each_stored(std::span<const std::byte> bytes, const Put& put) {
  const std::size_t count = bytes.size() / sizeof(Stored);
  for (std::size_t i = 0; i < count; ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    put(i, stored);
  }
}

/// Writes the elements of a floating-point tensor to `out`. F16 and BF16 are widened exactly.
template <class Scalar>
void decode(const stored_tensor& tensor, Scalar* out) {
  const std::span<const std::byte> bytes = tensor.file->bytes(tensor.name);
  const io::dtype type = tensor.info().type;
  if (type == io::dtype_of<Scalar>) {
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  } else if (type == io::dtype::f16) {
    for_each_stored<std::uint16_t>(bytes, [=](std::size_t i, std::uint16_t v) { out[i] = static_cast<Scalar>(f16_to_f32(v)); });
  } else if (type == io::dtype::bf16) {
    for_each_stored<std::uint16_t>(bytes, [=](std::size_t i, std::uint16_t v) { out[i] = static_cast<Scalar>(bf16_to_f32(v)); });
  } else if (type == io::dtype::f32) {
    for_each_stored<float>(bytes, [=](std::size_t i, float v) { out[i] = static_cast<Scalar>(v); });
  } else {
    for_each_stored<double>(bytes, [=](std::size_t i, double v) { out[i] = static_cast<Scalar>(v); });
  }
}

template <class Scalar>
std::vector<Scalar> decoded(const stored_tensor& tensor) {
  std::vector<Scalar> out(tensor.info().elements());
  decode(tensor, out.data());
  return out;
}

/// out [columns, rows] from stored [rows, columns], in tiles that stay in cache.
template <class Scalar>
void transpose_into(const stored_tensor& tensor, index rows, index columns, Scalar* out) {
  constexpr index tile = 32;
  const std::vector<Scalar> in = decoded<Scalar>(tensor);
  for (index r0 = 0; r0 < rows; r0 += tile) {
    for (index c0 = 0; c0 < columns; c0 += tile) {
      for (index c = c0; c < std::min(c0 + tile, columns); ++c) {
        for (index r = r0; r < std::min(r0 + tile, rows); ++r) out[c * rows + r] = in[static_cast<std::size_t>(r * columns + c)];
      }
    }
  }
}

/// A batch norm as factor and offset per channel, in double.
struct folded_norm {
  /// \param norm gamma, beta, mean, variance, [channels] each
  explicit folded_norm(std::span<const stored_tensor* const> norm) : factor(decoded<double>(*norm[0])), offset(decoded<double>(*norm[1])) {
    const std::vector<double> mean = decoded<double>(*norm[2]);
    const std::vector<double> variance = decoded<double>(*norm[3]);
    for (std::size_t i = 0; i < factor.size(); ++i) {
      factor[i] /= std::sqrt(variance[i] + batch_norm_epsilon);
      offset[i] -= mean[i] * factor[i];
    }
  }
  std::vector<double> factor;
  std::vector<double> offset;
};

/// out [outputs, h * w * inputs] from a convolution [outputs, inputs, h, w] and its batch norm.
template <class Scalar>
void fold_weight_into(std::span<const stored_tensor* const> sources, Scalar* out) {
  const std::vector<double> in = decoded<double>(*sources[0]);
  const folded_norm norm(sources.subspan(1));
  const auto& extents = sources[0]->info().shape;
  const std::size_t inputs = extents[1];
  const std::size_t places = extents[2] * extents[3];
  for (std::size_t o = 0; o < extents[0]; ++o) {
    for (std::size_t place = 0; place < places; ++place) {
      for (std::size_t i = 0; i < inputs; ++i) {
        *out++ = static_cast<Scalar>(in[(o * inputs + i) * places + place] * norm.factor[o]);
      }
    }
  }
}

/// The tensor of a row, row-major.
/// \param row the row of the table
/// \param sources the stored tensors of the row, of the shapes it states
/// \param out `row.extents.size()` elements
template <class Scalar>
void assemble(const table_row& row, std::span<const stored_tensor* const> sources, Scalar* out) {
  switch (row.rule) {
    case tensor_rule::same:
      return decode(*sources[0], out);
    case tensor_rule::transpose:
      return transpose_into(*sources[0], row.extents[1], row.extents[0], out);
    case tensor_rule::stack_rows:
      for (const stored_tensor* const source : sources) {
        decode(*source, out);
        out += source->info().elements();
      }
      return;
    case tensor_rule::fold_weight:
      return fold_weight_into(sources, out);
    case tensor_rule::fold_bias: {
      const folded_norm norm(sources);
      std::transform(norm.offset.begin(), norm.offset.end(), out, [](double value) { return static_cast<Scalar>(value); });
      return;
    }
  }
}

}  // namespace fewclip::checkpoints::detail
