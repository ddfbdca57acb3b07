#pragma once
/// \file
/// Matrix products by one of several providers, chosen while the program runs.

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "fewclip/backend/products/eigen.hpp"
#include "fewclip/concepts/matrix_product.hpp"
#include "fewclip/core/error.hpp"

namespace fewclip::products {

/// One of several providers, chosen while the program runs: what is composed upon `backend::cpu<float, any_of<...>>` is compiled once and
/// runs with each of them.
///
/// \models matrix_product for float
/// \tparam Providers matrix_products for float, each with a name of its own; at the start the first is chosen
///
/// The choice is one for the whole process, or for each of its shared libraries where they hide their symbols. A packed operand, and a
/// convolution's weights, stay with the provider that packed them, so a model is to be prepared after the choice; everything else follows the choice
/// at once, what is made when it is first asked for (as parts of runtime::clip_parts) as well. A call costs a jump more than a call of the chosen
/// provider, which gives the same bits.
template <class... Providers>
struct any_of {
  static_assert(sizeof...(Providers) > 0, "fewclip::products::any_of: expected at least one provider, see docs/extend/backend.md");
  static_assert((matrix_product<Providers, float> && ...),
                "fewclip::products::any_of: Providers need 'name()', 'pack' and 'multiply_packed' for float [concept matrix_product], see "
                "docs/extend/backend.md");

  /// The providers, in the order of their positions.
  using providers = std::tuple<Providers...>;

  /// The right operand of many products, as one of the providers has packed it.
  struct packed {
    index columns = 0;  ///< columns of the product, that is, rows of the operand
    index depth = 0;
    index tile_columns = 0;
    std::variant<decltype(Providers::pack(static_cast<const float*>(nullptr), index{}, index{}))...> form;
  };

  /// How many providers there are.
  static constexpr std::size_t count = sizeof...(Providers);

  /// The names of the providers, in the order of their positions.
  static std::array<std::string, count> names() { return {Providers::name()...}; }

  /// Chooses a provider for what is packed and multiplied from now on. To be called before other threads compute.
  /// \param name one of names()
  /// \throws value_error for another; device_error for a provider with available() that this processor does not have
  static void choose(std::string_view name) {
    const auto known = names();
    for (std::size_t i = 0; i < count; ++i) {
      if (known[i] == name) {
        const bool there = with_provider(i, []<class Provider>(std::type_identity<Provider>, auto) {
          if constexpr (requires { Provider::available(); }) return Provider::available();
          return true;
        });
        if (!there) {
          throw device_error(expected_got("fewclip::products::any_of", "provider", "one that this processor has", "'" + known[i] + "'"));
        }
        chosen_.store(i, std::memory_order_relaxed);
        return;
      }
    }
    std::string expected;
    for (const std::string& each : known) expected += (expected.empty() ? "" : ", ") + each;
    throw value_error(expected_got("fewclip::products::any_of", "provider", expected, "'" + std::string(name) + "'"));
  }

  /// The position of the chosen provider.
  static std::size_t chosen() { return chosen_.load(std::memory_order_relaxed); }

  /// The name of the chosen provider.
  static const char* name() {
    return with_provider(chosen(), []<class Provider>(std::type_identity<Provider>, auto) { return Provider::name(); });
  }

  /// Packs by the chosen provider.
  /// \param weights [columns, depth], row-major; must outlive the result where the provider's form refers to them, see can_unpack
  static packed pack(const float* weights, index columns, index depth) {
    return with_provider(chosen(), [&]<class Provider>(std::type_identity<Provider>, auto position) {
      auto form = Provider::pack(weights, columns, depth);
      const index tile = form.tile_columns;
      return packed{columns, depth, tile, decltype(packed::form)(std::in_place_index<position>, std::move(form))};
    });
  }

  /// Whether the packed form holds all that products need, so that unpack() can give the weights again.
  static bool can_unpack(const packed& weights) {
    return with_provider(weights.form.index(), [&]<class Provider>(std::type_identity<Provider>, auto position) {
      const auto& form = *std::get_if<position>(&weights.form);
      return requires(float* out) { Provider::unpack(form, out); };
    });
  }

  /// The weights again, as far as the provider has kept them. Only where can_unpack() is true.
  /// \param out [columns, depth]
  static void unpack(const packed& weights, float* out) {
    with_provider(weights.form.index(), [&]<class Provider>(std::type_identity<Provider>, auto position) {
      const auto& form = *std::get_if<position>(&weights.form);
      if constexpr (requires { Provider::unpack(form, out); }) Provider::unpack(form, out);
    });
  }

  /// One tile of columns by the provider that packed the weights, see eigen::multiply_packed.
  static void multiply_packed(const float* x, index rows, const packed& weights, index first, index last, float* out) {
    with_provider(weights.form.index(), [&]<class Provider>(std::type_identity<Provider>, auto position) {
      Provider::multiply_packed(x, rows, *std::get_if<position>(&weights.form), first, last, out);
    });
  }

  /// c = alpha op(a) op(b) + beta c by the chosen provider, or by Eigen where it has packed products only.
  static void multiply(transposition op, product_extents size, float alpha, const float* a, index a_stride, const float* b, index b_stride,
                       float beta, float* c, index c_stride) {
    with_provider(chosen(), [&]<class Provider>(std::type_identity<Provider>, auto) {
      if constexpr (requires { Provider::multiply(op, size, alpha, a, a_stride, b, b_stride, beta, c, c_stride); }) {
        Provider::multiply(op, size, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
      } else {
        eigen::multiply(op, size, alpha, a, a_stride, b, b_stride, beta, c, c_stride);
      }
    });
  }

 private:
  /// Calls action(std::type_identity<Provider>, position) for the provider at a position, which both are constants.
  template <std::size_t First = 0, class Action>
  static decltype(auto) with_provider(std::size_t position, const Action& action) {
    using provider = std::tuple_element_t<First, providers>;
    if constexpr (First + 1 < count) {
      if (position != First) return with_provider<First + 1>(position, action);
    }
    return action(std::type_identity<provider>{}, std::integral_constant<std::size_t, First>{});
  }

  static inline std::atomic<std::size_t> chosen_{0};
};

}  // namespace fewclip::products
