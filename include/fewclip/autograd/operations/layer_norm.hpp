#pragma once
/// \file
/// Layer normalisation of rows.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/detail/column_sums.hpp"
#include "fewclip/autograd/operations/detail/lanes.hpp"
#include "fewclip/core/math.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct layer_norm_operation {
  using scalar = typename B::scalar;
  double epsilon;
  tensor<B> kept{}, gain{}, means{}, inverses{};

  tensor<B> forward(const tensor<B>& x, const tensor<B>& weight, const tensor<B>& bias) {
    const index columns = x.columns();
    require_row("weight", weight, columns);
    require_row("bias", bias, columns);
    kept = x;
    gain = weight;
    means = tensor<B>::uninitialised({x.rows()});
    inverses = tensor<B>::uninitialised({x.rows()});
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    normalise(x.data(), x.rows(), columns, weight.data(), bias.data(), static_cast<scalar>(epsilon), out.mutable_data(),
              means.mutable_data(), inverses.mutable_data());
    return out;
  }

  static void normalise(const scalar* x, index rows, index columns, const scalar* weight, const scalar* bias, scalar eps, scalar* out,
                        scalar* mean, scalar* inverse) {
    B::for_each_row(rows, 4 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      const scalar* in = x + r * columns;
      scalar* result = out + r * columns;
      const scalar count = static_cast<scalar>(columns);
      const scalar center = sum_in_lanes<scalar>(columns, [=](index c) { return in[c]; }) / count;
      const scalar variance = sum_in_lanes<scalar>(columns, [=](index c) { return (in[c] - center) * (in[c] - center); }) / count;
      const scalar factor = scalar(1) / math::sqrt(variance + eps);
      FEWCLIP_INDEPENDENT_LOOP
      for (index c = 0; c < columns; ++c) result[c] = (in[c] - center) * factor * weight[c] + bias[c];
      mean[r] = center;
      inverse[r] = factor;
    });
  }

  /// With u the normalised row and h = g * weight: d x = (h - mean(h) - u mean(h u)) / deviation
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    const index rows = kept.rows();
    const index columns = kept.columns();
    const scalar* g = gradient.data();
    tensor<B> products = tensor<B>::uninitialised({rows, columns});  // g * u
    tensor<B> dx = tensor<B>::uninitialised(kept.extents());
    differentiate(rows, columns, g, products.mutable_data(), dx.mutable_data());
    sink.add(0, std::move(dx));
    if (sink.wants(1)) {
      tensor<B> sums = tensor<B>::uninitialised(gain.extents());
      sum_columns<B>(products.data(), rows, columns, sums.mutable_data(), columns);
      sink.add(1, std::move(sums));
    }
    if (sink.wants(2)) {
      tensor<B> sums = tensor<B>::uninitialised(gain.extents());
      sum_columns<B>(g, rows, columns, sums.mutable_data(), columns);
      sink.add(2, std::move(sums));
    }
  }

  void differentiate(index rows, index columns, const scalar* gradient, scalar* products, scalar* dx) const {
    const scalar* x = kept.data();
    const scalar* weight = gain.data();
    const scalar* mean = means.data();
    const scalar* inverse = inverses.data();
    B::for_each_row(rows, 8 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      const scalar* in = x + r * columns;
      const scalar* g = gradient + r * columns;
      scalar* product = products + r * columns;
      scalar* out = dx + r * columns;
      const scalar center = mean[r];
      const scalar factor = inverse[r];
      const scalar count = static_cast<scalar>(columns);
      FEWCLIP_INDEPENDENT_LOOP
      for (index c = 0; c < columns; ++c) product[c] = g[c] * (in[c] - center) * factor;
      const scalar level = sum_in_lanes<scalar>(columns, [=](index c) { return g[c] * weight[c]; }) / count;
      const scalar slope = sum_in_lanes<scalar>(columns, [=](index c) { return product[c] * weight[c]; }) / count;
      FEWCLIP_INDEPENDENT_LOOP
      for (index c = 0; c < columns; ++c) out[c] = factor * (g[c] * weight[c] - level - (in[c] - center) * factor * slope);
    });
  }

  static void require_row(const char* what, const tensor<B>& row, index columns) {
    if (row.size() == columns) return;
    throw shape_error(expected_got("fewclip::ops::layer_norm", what, std::to_string(columns) + " elements", row.extents().text()));
  }
};

}  // namespace detail

/// (x - mean) / sqrt(variance + epsilon) * weight + bias, row by row, with the biased variance (Ba et al. 2016, arXiv 1607.06450).
/// \param x [rows, columns]
/// \param weight [columns]
/// \param bias [columns]
/// \param epsilon added to the variance; CLIP has 1e-5
/// \throws shape_error where weight or bias does not have one element per column
template <operand X, operand Weight, operand Bias>
auto layer_norm(const X& x, const Weight& weight, const Bias& bias, double epsilon = 1e-5) {
  return apply(detail::layer_norm_operation<typename backend_of<X>::type>{epsilon}, x, weight, bias);
}

}  // namespace fewclip::ops
