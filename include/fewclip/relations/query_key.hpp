#pragma once
/// \file
/// What a relation makes of image rows and anchors before it compares them.

#include <vector>

#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"

namespace fewclip::relations {

/// Compares rows as they are.
///
/// \models query_key
struct identity_query_key {
  using params = no_settings;
  static constexpr input_needs needs{};

  /// Nothing is fitted.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const class_text<B>&, const support_set<B>&, const params&) {}

    template <operand X>
    const X& query(const X& x) const {
      return x;
    }
    template <operand X>
    const X& key(const X& x) const {
      return x;
    }
  };
};

/// Two learned linear maps (ours): q(f) = f Wq, k(A) = A Wk.
///
/// \models query_key
/// Trainable: `query` and `key`, the transposes of Wq and Wk, [dim, dim] each; the identity at the start, where it equals identity_query_key.
struct linear_query_key {
  using params = no_settings;
  static constexpr input_needs needs{.text = true};

  /// The two maps.
  template <compute_backend B>
  class fitted {
   public:
    /// \param text only the width is used
    fitted(const class_text<B>& text, const support_set<B>&, const params&)
        : query_(identity(text.rows().columns())), key_(query_.value()) {}

    /// \param x rows [n, dim]
    template <operand X>
    auto query(const X& x) const {
      return ops::product_transposed(x, query_);
    }
    /// \param x rows [n, dim]
    template <operand X>
    auto key(const X& x) const {
      return ops::product_transposed(x, key_);
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("query", query_);
      visit("key", key_);
    }

   private:
    static tensor<B> identity(index dim) {
      std::vector<typename B::scalar> values(static_cast<std::size_t>(dim * dim));
      for (index i = 0; i < dim; ++i) values[static_cast<std::size_t>(i * dim + i)] = 1;
      return tensor<B>::from_host(values.data(), {dim, dim});
    }

    parameter<B> query_;
    parameter<B> key_;
  };
};

}  // namespace fewclip::relations
