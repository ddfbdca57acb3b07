#pragma once
/// \file
/// The non-linearities of CLIP's transformers.

#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/core/math.hpp"

namespace fewclip {
namespace functions {

/// x * sigmoid(1.702 x), of OpenAI's weights.
struct quick_gelu {
  template <class Scalar>
  static FEWCLIP_HOST_DEVICE Scalar value(Scalar x) {
    return x / (Scalar(1) + math::exp(Scalar(-1.702) * x));
  }
  template <class Scalar>
  static FEWCLIP_HOST_DEVICE Scalar slope(Scalar x) {
    const Scalar s = Scalar(1) / (Scalar(1) + math::exp(Scalar(-1.702) * x));
    return s + Scalar(1.702) * x * s * (Scalar(1) - s);
  }
};

/// 0.5 x (1 + erf(x / sqrt 2)), the exact GELU (Hendrycks, Gimpel 2016, arXiv 1606.08415).
struct gelu {
  template <class Scalar>
  static FEWCLIP_HOST_DEVICE Scalar value(Scalar x) {
    return Scalar(0.5) * x * (Scalar(1) + math::erf(x * Scalar(0.70710678118654752)));
  }
  template <class Scalar>
  static FEWCLIP_HOST_DEVICE Scalar slope(Scalar x) {
    const Scalar density = Scalar(0.39894228040143268) * math::exp(Scalar(-0.5) * x * x);
    return Scalar(0.5) * (Scalar(1) + math::erf(x * Scalar(0.70710678118654752))) + x * density;
  }
};

/// x itself.
struct identity {
  template <class Scalar>
  static FEWCLIP_HOST_DEVICE Scalar value(Scalar x) {
    return x;
  }
};

}  // namespace functions

namespace ops {
namespace detail {

template <compute_backend B, class Function>
struct function_operation {
  tensor<B> kept{};

  tensor<B> forward(const tensor<B>& x) {
    kept = x;
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    const auto* in = x.data();
    auto* result = out.mutable_data();
    B::for_each(x.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = Function::value(in[i]); });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    tensor<B> out = tensor<B>::uninitialised(gradient.extents());
    const auto* g = gradient.data();
    const auto* x = kept.data();
    auto* result = out.mutable_data();
    B::for_each(out.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = g[i] * Function::slope(x[i]); });
    sink.add(0, std::move(out));
  }
};

}  // namespace detail

/// x * sigmoid(1.702 x) for every element.
template <operand X>
auto quick_gelu(const X& x) {
  return apply(detail::function_operation<typename backend_of<X>::type, functions::quick_gelu>{}, x);
}

/// 0.5 x (1 + erf(x / sqrt 2)) for every element; erf is off by at most 2e-7 in single precision.
template <operand X>
auto gelu(const X& x) {
  return apply(detail::function_operation<typename backend_of<X>::type, functions::gelu>{}, x);
}

}  // namespace ops
}  // namespace fewclip
