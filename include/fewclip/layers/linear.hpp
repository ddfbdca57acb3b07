#pragma once
/// \file
/// An affine map whose bias, activation and residual go with the product.

#include <string_view>
#include <utility>

#include "fewclip/autograd/operations/activation.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/linear.hpp"
#include "fewclip/layers/projection.hpp"

namespace fewclip::layers {

namespace detail {

/// What happens to a tile of x w^T on its way to memory; `values` is the tile, `to` and `bias` begin at its first column.
template <class Function>
struct store_biased {
  template <class Scalar>
  FEWCLIP_HOST_DEVICE void operator()(const Scalar* values, const Scalar* bias, index count, Scalar* to) const {
    FEWCLIP_INDEPENDENT_LOOP
    for (index j = 0; j < count; ++j) to[j] = Function::value(values[j] + bias[j]);
  }
};
struct add_biased {
  template <class Scalar>
  FEWCLIP_HOST_DEVICE void operator()(const Scalar* values, const Scalar* bias, index count, Scalar* to) const {
    FEWCLIP_INDEPENDENT_LOOP
    for (index j = 0; j < count; ++j) to[j] += values[j] + bias[j];
  }
};

/// Runs the product and hands every row of a tile to `finish`.
template <compute_backend B, class Finish>
void product_with_bias(const tensor<B>& x, const packed_operand<B>& weight, const tensor<B>& bias_row, typename B::scalar* out,
                       const Finish& finish) {
  const index columns = weight.columns();
  const auto* bias = bias_row.data();
  B::product_tiles(x, weight, [=] FEWCLIP_HOST_DEVICE(index row, index first, index last, typename B::scalar * values) {
    finish(values, bias + first, last - first, out + row * columns + first);
  });
}

}  // namespace detail

/// x w^T + b with w [out, in] and b [out].
///
/// Trainable: `weight` and `bias`, out * (in + 1) numbers, zero until they are set. On tensors and after prepare(), bias, activation and
/// residual are applied to each tile of the product; on variables, and where the weight has changed since, they are operations of their own.
template <compute_backend B>
class linear {
 public:
  /// \param in width of the rows it takes
  /// \param out width of the rows it gives
  linear(index in, index out) : map_(in, out), bias_(tensor<B>({out})) {}

  index in() const { return map_.in(); }
  index out() const { return map_.out(); }
  const parameter<B>& weight() const { return map_.weight(); }
  parameter<B>& weight() { return map_.weight(); }
  const parameter<B>& bias() const { return bias_; }
  parameter<B>& bias() { return bias_; }

  /// Packs the weight.
  void prepare() { map_.prepare(); }

  /// As projection::keep_packed_only.
  void keep_packed_only() { map_.keep_packed_only(); }

  /// \param x rows [n, in]
  /// \returns [n, out]
  template <operand X>
  auto forward(const X& x) const {
    return forward_with<functions::identity>(x);
  }

  /// Function::value of every element of x w^T + b.
  /// \tparam Function one of fewclip::functions
  /// \param x rows [n, in]
  /// \returns [n, out]
  template <class Function, operand X>
  auto forward_with(const X& x) const {
    if constexpr (!is_variable<X>::value) {
      if (map_.packed() != nullptr) return fused<Function>(value_of(x));
    }
    auto plain = ops::linear(x, map_.weight(), bias_);
    if constexpr (!std::is_same_v<Function, functions::identity>) {
      return apply(ops::detail::function_operation<B, Function>{}, plain);
    } else {
      return plain;
    }
  }

  /// stream + x w^T + b; writes into the stream's memory where nobody else uses it.
  /// \param stream [n, out]
  /// \param x rows [n, in]
  template <operand X>
  X add_to(X stream, const X& x) const {
    if constexpr (!is_variable<X>::value) {
      if (map_.packed() != nullptr) {
        require_shape("fewclip::layers::linear", "stream", shape{x.rows(), out()}, shape{stream.rows(), stream.columns()});
        detail::product_with_bias<B>(x, *map_.packed(), bias_.value(), stream.mutable_data(), detail::add_biased{});
        return stream;
      }
    }
    return ops::add(stream, ops::linear(x, map_.weight(), bias_));
  }

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    visit("weight", map_.weight());
    visit("bias", bias_);
  }

 private:
  template <class Function>
  tensor<B> fused(const tensor<B>& x) const {
    tensor<B> result = tensor<B>::uninitialised({x.rows(), out()});
    detail::product_with_bias<B>(x, *map_.packed(), bias_.value(), result.mutable_data(), detail::store_biased<Function>{});
    return result;
  }

  projection<B> map_;
  parameter<B> bias_;
};

}  // namespace fewclip::layers
