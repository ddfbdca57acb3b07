#pragma once
/// \file
/// Operations that treat every element alike: scale, add, add_scaled, add_row, relu.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct scale_operation {
  typename B::scalar factor;

  tensor<B> forward(const tensor<B>& x) const {
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    const auto* in = x.data();
    auto* result = out.mutable_data();
    const auto a = factor;
    B::for_each(x.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = a * in[i]; });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const { sink.add(0, forward(gradient)); }
};

template <compute_backend B>
struct add_scaled_operation {
  typename B::scalar a, b;

  tensor<B> forward(const tensor<B>& x, const tensor<B>& y) const {
    require_shape("fewclip::ops::add_scaled", "second operand", x.extents(), y.extents());
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    const auto* left = x.data();
    const auto* right = y.data();
    auto* result = out.mutable_data();
    const auto wx = a;
    const auto wy = b;
    B::for_each(x.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = wx * left[i] + wy * right[i]; });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(0)) sink.add(0, scale_operation<B>{a}.forward(gradient));
    if (sink.wants(1)) sink.add(1, scale_operation<B>{b}.forward(gradient));
  }
};

template <compute_backend B>
struct add_row_operation {
  tensor<B> forward(const tensor<B>& x, const tensor<B>& row) const {
    if (row.size() != x.columns()) {
      throw shape_error(expected_got("fewclip::ops::add_row", "row", std::to_string(x.columns()) + " elements", row.extents().text()));
    }
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    const auto* in = x.data();
    const auto* added = row.data();
    auto* result = out.mutable_data();
    const index columns = x.columns();
    B::for_each_row(x.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      for (index c = 0; c < columns; ++c) result[r * columns + c] = in[r * columns + c] + added[c];
    });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(1)) {
      const index rows = gradient.rows();
      const index columns = gradient.columns();
      tensor<B> sums = tensor<B>::uninitialised({columns});
      const auto* g = gradient.data();
      auto* result = sums.mutable_data();
      B::for_each_row(columns, rows, [=] FEWCLIP_HOST_DEVICE(index c) {
        typename B::scalar sum = 0;
        for (index r = 0; r < rows; ++r) sum += g[r * columns + c];
        result[c] = sum;
      });
      sink.add(1, std::move(sums));
    }
    sink.add(0, gradient);
  }
};

template <compute_backend B>
struct relu_operation {
  tensor<B> kept{};

  tensor<B> forward(const tensor<B>& x) {
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    const auto* in = x.data();
    auto* result = out.mutable_data();
    B::for_each(x.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = in[i] > 0 ? in[i] : typename B::scalar(0); });
    kept = out;
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    tensor<B> out = tensor<B>::uninitialised(gradient.extents());
    const auto* g = gradient.data();
    const auto* y = kept.data();
    auto* result = out.mutable_data();
    B::for_each(out.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = y[i] > 0 ? g[i] : typename B::scalar(0); });
    sink.add(0, std::move(out));
  }
};

}  // namespace detail

/// factor * x.
template <operand X>
auto scale(const X& x, double factor) {
  using B = typename backend_of<X>::type;
  return apply(detail::scale_operation<B>{static_cast<typename B::scalar>(factor)}, x);
}

/// factor * x, in place where nobody else holds x.
template <class Scalar, class B>
basic_tensor<Scalar, B> scale(basic_tensor<Scalar, B>&& x, double factor) {
  auto* values = x.mutable_data();
  const auto a = static_cast<Scalar>(factor);
  B::for_each(x.size(), [=] FEWCLIP_HOST_DEVICE(index i) { values[i] = a * values[i]; });
  return std::move(x);
}

/// a x + b y for operands of equal extents.
template <operand X, operand Y>
auto add_scaled(const X& x, double a, const Y& y, double b) {
  using B = typename backend_of<X>::type;
  return apply(detail::add_scaled_operation<B>{static_cast<typename B::scalar>(a), static_cast<typename B::scalar>(b)}, x, y);
}

/// x + y for operands of equal extents.
template <operand X, operand Y>
auto add(const X& x, const Y& y) {
  return add_scaled(x, 1, y, 1);
}

/// x + y for tensors of equal extents, in place where nobody else holds x.
template <class Scalar, class B>
basic_tensor<Scalar, B> add(basic_tensor<Scalar, B>&& x, const basic_tensor<Scalar, B>& y) {
  require_shape("fewclip::ops::add", "second operand", x.extents(), y.extents());
  auto* values = x.mutable_data();
  const auto* more = y.data();
  B::for_each(x.size(), [=] FEWCLIP_HOST_DEVICE(index i) { values[i] = values[i] + more[i]; });
  return std::move(x);
}

/// x [rows, columns] with `row` [columns] added to every row.
template <operand X, operand Row>
auto add_row(const X& x, const Row& row) {
  return apply(detail::add_row_operation<typename backend_of<X>::type>{}, x, row);
}

/// max(x, 0); the derivative at 0 is taken as 0.
template <operand X>
auto relu(const X& x) {
  return apply(detail::relu_operation<typename backend_of<X>::type>{}, x);
}

}  // namespace fewclip::ops
