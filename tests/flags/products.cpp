// Products in a unit of its own, as the function UNIT: a digest of the bits. Compiled with OpenMP and without, for one program.
#include <Eigen/Core>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fewclip/backend/cpu.hpp"

std::uint64_t UNIT();

std::uint64_t UNIT() {
  using backend = fewclip::backend::cpu<float>;
  using tensor = fewclip::tensor<backend>;
#if defined(_OPENMP)
  Eigen::setNbThreads(4);
#endif
  std::vector<float> numbers(400 * 1500);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>((i * 2654435761U) % 1000) / 999.0F - 0.5F;
  const tensor x = tensor::borrow(numbers.data(), {150, 1500});
  const tensor w = tensor::borrow(numbers.data() + 1000, {390, 1500});
  tensor product({150, 390});
  backend::product({.transpose_right = true}, x, w, product);
  tensor rows({150, 390});
  float* const out = rows.mutable_data();
  backend::product_rows(x, backend::pack(w), [=](fewclip::index row, fewclip::index first, fewclip::index last, const float* values) {
    for (fewclip::index c = first; c < last; ++c) out[row * 390 + c] = values[c - first];
  });
  std::uint64_t digest = 14695981039346656037U;
  for (const tensor& each : {product, rows}) {
    for (const float value : each.to_host()) digest = (digest ^ std::bit_cast<std::uint32_t>(value)) * 1099511628211U;
  }
  return digest;
}
