#pragma once
/// \file
/// Every row against the groups of rows that belong to it alone: class weights that differ from image to image.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct row_dots_operation {
  tensor<B> groups{}, rows{};

  tensor<B> forward(const tensor<B>& x, const tensor<B>& y) {
    if (y.rows() == 0 || x.rows() % y.rows() != 0 || x.columns() != y.columns()) {
      throw shape_error(expected_got(
          "fewclip::ops::row_dots", "x",
          "as many rows for each of the " + std::to_string(y.rows()) + " rows of y, of " + std::to_string(y.columns()) + " numbers",
          x.extents().text()));
    }
    groups = x;
    rows = y;
    const index count = x.rows() / y.rows();
    tensor<B> out = tensor<B>::uninitialised({y.rows(), count});
    const index columns = y.columns();
    const product_batch batch{.outer = y.rows(),
                              .rows = 1,
                              .columns = count,
                              .depth = columns,
                              .a = {columns, 0, columns},
                              .b = {count * columns, 0, columns},
                              .c = {count, 0, count}};
    B::batched_product({.transpose_right = true}, batch, y.data(), x.data(), out.mutable_data());
    return out;
  }

  /// dx_{b, c} = g_{b, c} y_b; dy_b = sum over c of g_{b, c} x_{b, c}
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    const index columns = rows.columns();
    const index count = gradient.columns();
    if (sink.wants(0)) {
      tensor<B> dx = tensor<B>::uninitialised(groups.extents());
      const auto* g = gradient.data();
      const auto* y = rows.data();
      auto* result = dx.mutable_data();
      B::for_each_row(groups.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
        const auto* from = y + r / count * columns;
        for (index c = 0; c < columns; ++c) result[r * columns + c] = g[r] * from[c];
      });
      sink.add(0, std::move(dx));
    }
    if (sink.wants(1)) {
      tensor<B> dy = tensor<B>::uninitialised(rows.extents());
      const product_batch batch{.outer = rows.rows(),
                                .rows = 1,
                                .columns = columns,
                                .depth = count,
                                .a = {count, 0, count},
                                .b = {count * columns, 0, columns},
                                .c = {columns, 0, columns}};
      B::batched_product({}, batch, gradient.data(), groups.data(), dy.mutable_data());
      sink.add(1, std::move(dy));
    }
  }
};

}  // namespace detail

/// out[b, c] = x[b * count + c] . y[b]: row b of y with each of its own `count` rows of x.
/// \param x [n * count, columns]
/// \param y [n, columns]
/// \returns [n, count]
/// \throws shape_error where the rows of y do not divide those of x, or the widths differ
template <operand X, operand Y>
auto row_dots(const X& x, const Y& y) {
  return apply(detail::row_dots_operation<typename backend_of<X>::type>{}, x, y);
}

}  // namespace fewclip::ops
