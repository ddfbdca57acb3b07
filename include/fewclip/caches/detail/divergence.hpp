#pragma once

#include "fewclip/autograd/operations/class_affinity.hpp"
#include "fewclip/core/sets.hpp"

namespace fewclip::caches::detail {

/// Follows the softmax of a row over tiles of columns: the largest value so far, the sum of exponentials relative to it, the label's value.
template <class Scalar>
struct softmax_pick_epilogue {
  Scalar* largest;  ///< [rows], lowest before
  Scalar* sum;      ///< [rows], zero before
  Scalar* picked;   ///< [rows]
  const label* labels;

  FEWCLIP_HOST_DEVICE void operator()(index row, index first, index last, Scalar* values) const {
    const index count = last - first;
    Scalar top = largest[row];
    for (index j = 0; j < count; ++j) top = values[j] > top ? values[j] : top;
    const label y = labels[row];
    if (y >= first && y < last) picked[row] = values[y - first];
    Scalar total = sum[row] * math::exp(largest[row] - top);
    for (index j = 0; j < count; ++j) values[j] = math::exp(values[j] - top);
    for (index j = 0; j < count; ++j) total += values[j];
    largest[row] = top;
    sum[row] = total;
  }
};

/// k_i = log2((1 + 1e-6) / (P_i + 1e-6)), P_i the text softmax of key i at its own class; [keys].
template <compute_backend B>
tensor<B> label_divergence(const tensor<B>& text, const tensor<B>& keys, const class_segments<B>& segments) {
  using scalar = typename B::scalar;
  const index rows = keys.rows();
  tensor<B> largest({rows}, scalar(-80));
  tensor<B> sum({rows});
  tensor<B> picked({rows});
  B::product_rows(
      keys, B::pack(text),
      softmax_pick_epilogue<scalar>{largest.mutable_data(), sum.mutable_data(), picked.mutable_data(), segments.class_of.data()});
  tensor<B> out = tensor<B>::uninitialised({rows});
  const auto* top = largest.data();
  const auto* total = sum.data();
  const auto* own = picked.data();
  auto* result = out.mutable_data();
  B::for_each(rows, [=] FEWCLIP_HOST_DEVICE(index i) {
    const scalar probability = math::exp(own[i] - top[i]) / total[i];
    result[i] = math::log((scalar(1) + scalar(1e-6)) / (probability + scalar(1e-6))) * scalar(1.4426950408889634);
  });
  return out;
}

}  // namespace fewclip::caches::detail
