#pragma once
/// \file
/// A convolution with trainable weight and bias, and with ReLU and residual fused at inference.

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "fewclip/autograd/operations/convolution.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/layers/activations.hpp"

namespace fewclip::layers {
namespace detail {

/// What a convolution's weights become for inference: the convolution of the provider of products, else an operand of products with patches.
template <class B, class Provider>
struct convolution_form {
  using type = packed_operand<B>;
};
template <class B, class Provider>
requires std::is_same_v<typename B::scalar, float> && requires { typename Provider::convolution; }
struct convolution_form<B, Provider> {
  using type = typename Provider::convolution;
};

/// The provider of products of a backend; void where it has none.
template <class B>
struct provider_of {
  using type = void;
};
template <class B>
requires requires { typename B::product_provider; }
struct provider_of<B> {
  using type = typename B::product_provider;
};

/// The providers that a provider may stand for, and which of them is chosen.
template <class Provider>
struct alternatives_of {
  using list = std::tuple<Provider>;
  static std::size_t chosen() { return 0; }
};
template <class Provider>
requires requires { typename Provider::providers; }
struct alternatives_of<Provider> {
  using list = typename Provider::providers;
  static std::size_t chosen() { return Provider::chosen(); }
};

/// One form for each provider of a list.
template <class B, class List>
struct convolution_forms;
template <class B, class... Providers>
struct convolution_forms<B, std::tuple<Providers...>> {
  using type = std::variant<typename convolution_form<B, Providers>::type...>;
};

/// The element of the maps that a form takes.
template <class B, class Form>
struct form_element {
  using type = typename B::scalar;
};
template <class B, class Form>
requires requires { typename Form::element; }
struct form_element<B, Form> {
  using type = typename Form::element;
};

}  // namespace detail

/// A convolution of channels-last maps.
///
/// On variables every call is ops::convolution and what follows it, recorded on the tape. On tensors, after prepare(), bias, residual and
/// ReLU are applied where a tile of the result is made: by the convolution of the backend's product provider where it has one (oneDNN),
/// else by products with tiles of gathered patches. Both forms agree but for rounding. With oneDNN in bf16, maps are rounded between
/// layers, see activations and visit_element. What prepare() made is used for as long as weight and bias are those it was made from.
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
  void prepare() { prepared_.emplace(prepared{weight_.value(), bias_.value(), form(alternatives::chosen())}); }

  /// Whether tensors take the fused way: prepare() has run since weight and bias last changed.
  bool is_prepared() const {
    return prepared_ && prepared_->weight.data() == weight_.value().data() && prepared_->bias.data() == bias_.value().data();
  }

  /// Calls action(std::type_identity<Element>) with the element of the maps that prepare() has made this convolution for: std::uint16_t,
  /// a bfloat16, with oneDNN in bf16, else the backend's scalar. Whether such maps are taken now, is_prepared() says.
  template <class Action>
  void visit_element(const Action& action) const {
    if (!prepared_) return action(std::type_identity<typename B::scalar>{});
    std::visit([&]<class Form>(const Form&) { action(std::type_identity<typename detail::form_element<B, Form>::type>{}); },
               prepared_->weights);
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
      if (takes<X>()) return fused(x, false);
    }
    return plain(x);
  }

  /// The convolution plus bias, cut at zero. Parameters, result and errors as for operator().
  template <operand X>
  X relu(const X& x) const {
    if constexpr (fusible<X>) {
      if (takes<X>()) return fused(x, true);
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
      if (takes<X>()) {
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
  using alternatives = detail::alternatives_of<typename detail::provider_of<B>::type>;
  using any_form = typename detail::convolution_forms<B, typename alternatives::list>::type;

  /// The tensors stay alive, and a write to a parameter copies, for as long as this is there.
  struct prepared {
    tensor<B> weight;
    tensor<B> bias;
    any_form weights;
  };

  template <std::size_t First = 0>
  any_form form(std::size_t position) const {
    if constexpr (First + 1 < std::variant_size_v<any_form>) {
      if (position != First) return form<First + 1>(position);
    }
    const tensor<B>& w = weight_.value();
    if constexpr (std::is_same_v<std::variant_alternative_t<First, any_form>, packed_operand<B>>) {
      return any_form(std::in_place_index<First>, B::pack(w));
    } else {
      const index in = w.columns() / (window_.kernel * window_.kernel);
      return any_form(std::in_place_index<First>, w.data(), bias_.value().data(), in, w.rows(), window_);
    }
  }

  template <class X>
  static constexpr bool fusible = !is_variable<X>::value;

  /// Whether maps of this type take the fused way.
  template <class X>
  bool takes() const {
    bool out = false;
    if (is_prepared()) visit_element([&]<class Element>(std::type_identity<Element>) { out = std::is_same_v<X, activations<B, Element>>; });
    return out;
  }
  template <class X>
  static constexpr bool is_exact = is_variable<X>::value || std::is_same_v<X, tensor<B>>;

  template <class X>
  X plain(const X& x) const {
    if constexpr (is_exact<X>) {
      return ops::convolution(x, weight_, bias_, window_);
    } else {
      throw value_error(expected_got("fewclip::layers::convolution", "x", "tensors of the backend's scalar, or prepare() for rounded maps",
                                     "rounded maps"));
    }
  }

  template <class X>
  ops::detail::convolution_extents extents_of(const X& x) const {
    return ops::detail::convolution_of(window_, x.extents(), weight_.value().extents(), bias_.value().extents());
  }

  template <class Maps>
  Maps fused(const Maps& x, bool cut) const {
    const auto n = extents_of(x);
    Maps out = Maps::uninitialised(n.result());
    run(n, x, false, cut, out);
    return out;
  }

  template <class Maps>
  void run(const ops::detail::convolution_extents& n, const Maps& x, bool add, bool cut, Maps& out) const {
    std::visit(
        [&]<class Form>(const Form& weights) {
          if constexpr (!std::is_same_v<Maps, activations<B, typename detail::form_element<B, Form>::type>>) {
            // takes() has chosen another form
          } else if constexpr (std::is_same_v<Form, packed_operand<B>>) {
            ops::detail::convolve<B>(n, x, weights, {out.mutable_data(), prepared_->bias.data(), n.out, add, cut});
          } else {
            weights.run(x.data(), n.images, n.height, n.width, {add, cut}, out.mutable_data());
          }
        },
        prepared_->weights);
  }

  convolution_window window_;
  parameter<B> weight_;
  parameter<B> bias_;
  std::optional<prepared> prepared_;
};

}  // namespace fewclip::layers
