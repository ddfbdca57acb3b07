#pragma once
/// \file
/// The affine map of rows.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/detail/column_sums.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct linear_operation {
  tensor<B> x{}, w{};
  shape taken{}, weights{};

  tensor<B> forward(const tensor<B>& rows, const tensor<B>& weight, const tensor<B>& bias) {
    if (bias.size() != weight.rows()) {
      throw shape_error(expected_got("fewclip::ops::linear", "bias", std::to_string(weight.rows()) + " elements", bias.extents().text()));
    }
    x = rows;
    w = weight;
    taken = rows.extents();
    weights = weight.extents();
    const index columns = weight.rows();
    tensor<B> out = tensor<B>::uninitialised({rows.rows(), columns});
    B::product({.transpose_right = true}, rows, weight, out);
    auto* result = out.mutable_data();
    const auto* added = bias.data();
    B::for_each_row(rows.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      FEWCLIP_INDEPENDENT_LOOP
      for (index c = 0; c < columns; ++c) result[r * columns + c] += added[c];
    });
    return out;
  }
  template <class Wants>
  void forget(const Wants& wants) {
    if (!wants(0)) w = {};
    if (!wants(1)) x = {};
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(0)) {
      tensor<B> dx = tensor<B>::uninitialised(taken);
      B::product({}, gradient, w, dx);
      sink.add(0, std::move(dx));
    }
    if (sink.wants(1)) {
      tensor<B> dw = tensor<B>::uninitialised(weights);
      B::product({.transpose_left = true}, gradient, x, dw);
      sink.add(1, std::move(dw));
    }
    if (sink.wants(2)) {
      tensor<B> db = tensor<B>::uninitialised({weights.rows()});
      sum_columns<B>(gradient.data(), gradient.rows(), gradient.columns(), db.mutable_data(), gradient.columns());
      sink.add(2, std::move(db));
    }
  }
};

}  // namespace detail

/// x w^T + b for rows x [n, in], w [out, in] and b [out], giving [n, out].
/// \throws shape_error where the extents do not fit
template <operand X, operand W, operand Bias>
auto linear(const X& x, const W& w, const Bias& b) {
  return apply(detail::linear_operation<typename backend_of<X>::type>{}, x, w, b);
}

}  // namespace fewclip::ops
