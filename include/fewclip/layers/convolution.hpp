#pragma once
/// \file
/// A convolution with trainable weight and bias, and with ReLU and residual fused at inference.

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "fewclip/autograd/operations/convolution.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/layers/activations.hpp"

namespace fewclip::layers {

/// A convolution of channels-last maps.
///
/// On variables every call is ops::convolution and what follows it, recorded on the tape. On tensors, after prepare(), bias, residual and
/// ReLU are applied where a tile of the result is made: by the convolution of the backend's product provider where it has one (oneDNN),
/// else by products with tiles of gathered patches. Both forms agree but for rounding. With oneDNN in bf16, maps are rounded between
/// layers, see activations. What prepare() made is used for as long as weight and bias are those it was made from.
/// \tparam B backend
template <compute_backend B>
class convolution {
 public:
  /// Weight and bias are zeros until they are set through visit_parameters.
  /// \param in channels of the input
  /// \param out channels of the result
  /// \param window size, stride and padding
  /// \throws value_error for an impossible window
  convolution(index in, index out, const convolution_window& window = {})
      : window_(window), weight_(tensor<B>({out, window.kernel * window.kernel * in})), bias_(tensor<B>({out})) {
    window.check();
  }

  /// Prepares the weight for inference; to be called again once it has changed. oneDNN copies it at the first use.
  void prepare() {
    const tensor<B>& w = weight_.value();
    if constexpr (own_convolution) {
      const index in = w.columns() / (window_.kernel * window_.kernel);
      prepared_.emplace(prepared{w, bias_.value(), weights(w.data(), bias_.value().data(), in, w.rows(), window_)});
    } else {
      prepared_.emplace(prepared{w, bias_.value(), B::pack(w)});
    }
  }

  /// Whether tensors take the fused way: prepare() has run since weight and bias last changed.
  bool is_prepared() const {
    return prepared_ && prepared_->weight.data() == weight_.value().data() && prepared_->bias.data() == bias_.value().data();
  }

  const parameter<B>& weight() const { return weight_; }
  parameter<B>& weight() { return weight_; }
  const parameter<B>& bias() const { return bias_; }
  parameter<B>& bias() { return bias_; }

  /// The convolution plus bias.
  /// \param x [images, height, width, in]: a variable, a tensor or, after prepare(), activations
  /// \returns [images, window.places(height), window.places(width), out], of the type of x
  /// \throws shape_error where x does not fit
  template <operand X>
  X operator()(const X& x) const {
    if constexpr (fusible<X>) {
      if (is_prepared()) return fused(x, false);
    }
    return plain(x);
  }

  /// The convolution plus bias, cut at zero. Parameters, result and errors as for operator().
  template <operand X>
  X relu(const X& x) const {
    if constexpr (fusible<X>) {
      if (is_prepared()) return fused(x, true);
    }
    if constexpr (is_exact<X>) {
      return ops::relu(plain(x));
    } else {
      return plain(x);
    }
  }

  /// The convolution plus bias plus `residual`, cut at zero.
  /// \param x as for operator()
  /// \param residual of the extents of the result; its storage is reused where nobody else has it
  template <operand X>
  X relu_onto(const X& x, X residual) const {
    if constexpr (fusible<X>) {
      if (is_prepared()) {
        const auto n = extents_of(x);
        require_shape("fewclip::layers::convolution", "residual", n.result(), residual.extents());
        run(n, x, true, true, residual);
        return residual;
      }
    }
    if constexpr (is_exact<X>) {
      return ops::relu(ops::add(plain(x), residual));
    } else {
      return plain(x);
    }
  }

  /// Calls visit("weight", parameter [out, kernel * kernel * in]) and visit("bias", parameter [out]).
  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    visit("weight", weight_);
    visit("bias", bias_);
  }

 private:
  static constexpr bool own_convolution = requires { typename B::product_provider::convolution; }
  &&std::is_same_v<typename B::scalar, float>;

  template <class Backend, bool own>
  struct weights_type {
    using type = packed_operand<Backend>;
  };
  template <class Backend>
  struct weights_type<Backend, true> {
    using type = typename Backend::product_provider::convolution;
  };

  using weights = typename weights_type<B, own_convolution>::type;

  /// The tensors stay alive, and a write to a parameter copies, for as long as this is there.
  struct prepared {
    tensor<B> weight;
    tensor<B> bias;
    weights packed;
  };

  template <class X>
  static constexpr bool fusible = std::is_same_v<X, activations<B>>;
  template <class X>
  static constexpr bool is_exact = is_variable<X>::value || std::is_same_v<X, tensor<B>>;

  template <class X>
  X plain(const X& x) const {
    if constexpr (is_exact<X>) {
      return ops::convolution(x, weight_, bias_, window_);
    } else {
      throw value_error(
          expected_got("fewclip::layers::convolution", "x", "tensors of the backend's scalar before prepare()", "rounded activations"));
    }
  }

  template <class X>
  ops::detail::convolution_extents extents_of(const X& x) const {
    return ops::detail::convolution_of(window_, x.extents(), weight_.value().extents(), bias_.value().extents());
  }

  activations<B> fused(const activations<B>& x, bool cut) const {
    const auto n = extents_of(x);
    activations<B> out = activations<B>::uninitialised(n.result());
    run(n, x, false, cut, out);
    return out;
  }

  void run(const ops::detail::convolution_extents& n, const activations<B>& x, bool add, bool cut, activations<B>& out) const {
    if constexpr (own_convolution) {
      prepared_->packed.run(x.data(), n.images, n.height, n.width, {add, cut}, out.mutable_data());
    } else {
      ops::detail::convolve<B>(n, x, prepared_->packed, {out.mutable_data(), prepared_->bias.data(), n.out, add, cut});
    }
  }

  convolution_window window_;
  parameter<B> weight_;
  parameter<B> bias_;
  std::optional<prepared> prepared_;
};

}  // namespace fewclip::layers
