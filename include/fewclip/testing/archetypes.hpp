#pragma once
/// \file
/// The smallest model of every concept: nothing but what the concept asks. Start your own part from one of these.

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/class_affinity.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/pooler.hpp"
#include "fewclip/concepts/selector.hpp"
#include "fewclip/concepts/trainer.hpp"
#include "fewclip/concepts/trunk.hpp"

namespace fewclip::testing {

/// Takes every row times 2.
///
/// \models refiner
struct minimal_refiner {
  using params = no_settings;
  static constexpr input_needs needs{};

  /// Nothing is fitted.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const class_text<B>&, const support_set<B>&, const params&) {}

    template <operand X>
    auto refine(const X& x) const {
      return ops::scale(x, 2);
    }
  };
};

/// The inner product itself: sums over the keys of each class of w_i x . key_i.
///
/// \models kernel
struct minimal_kernel {
  using params = no_settings;

  template <operand X, operand Keys, operand Weights>
  static auto class_sums(const params&, const X& x, const Keys& keys, const packed_operand<typename backend_of<X>::type>&,
                         const Weights& weights, const class_segments<typename backend_of<X>::type>& segments) {
    using B = typename backend_of<X>::type;
    const auto class_of = segments.class_of.to_host();
    const auto worth = value_of(weights).to_host();
    std::vector<typename B::scalar> members(static_cast<std::size_t>(segments.classes()) * class_of.size());
    for (std::size_t i = 0; i < class_of.size(); ++i) {
      members[static_cast<std::size_t>(class_of[i]) * class_of.size() + i] = worth.empty() ? typename B::scalar(1) : worth[i];
    }
    const auto member = tensor<B>::from_host(members.data(), {segments.classes(), static_cast<index>(class_of.size())});
    return ops::product_transposed(ops::product_transposed(x, keys), member);
  }
};

/// Keeps the support rows.
///
/// \models keys
struct minimal_keys {
  /// The rows.
  template <compute_backend B>
  class fitted {
   public:
    explicit fitted(tensor<B> rows) : rows_(std::move(rows)) {}
    const tensor<B>& rows() const { return rows_; }
    packed_operand<B> packed() const { return B::pack(rows_); }

   private:
    tensor<B> rows_;
  };
};

/// Counts every key as 3.
///
/// \models values
struct minimal_values {
  using params = no_settings;

  /// The weights.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const tensor<B>&, const tensor<B>& keys, const class_segments<B>&, const params&)
        : weights_(tensor<B>({keys.rows()}, typename B::scalar(3))) {}
    const tensor<B>& weights() const { return weights_; }

   private:
    tensor<B> weights_;
  };
};

/// Turns rows around.
///
/// \models map
struct minimal_map {
  using params = no_settings;
  static constexpr input_needs needs{};

  /// Nothing is fitted.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const class_text<B>&, const support_set<B>&, const params&) {}

    template <operand X>
    auto map(const X& x) const {
      return ops::scale(x, -1);
    }
  };
};

/// The rows themselves, whatever the first stage.
///
/// \models key_source
struct minimal_key_source {
  template <class First, compute_backend B>
  static tensor<B> of(const First&, const tensor<B>& x) {
    return x;
  }
};

/// The class rows themselves.
///
/// \models anchors
struct minimal_anchors {
  using params = no_settings;
  static constexpr input_needs needs{.text = true};

  /// The rows.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const class_text<B>& text, const support_set<B>&, const params&) : rows_(text.rows()) {}

    template <operand X>
    auto rows(const X& x) const {
      return beside(x, rows_);
    }

   private:
    tensor<B> rows_;
  };
};

/// Turns queries around.
///
/// \models query_key
struct minimal_query_key {
  using params = no_settings;
  static constexpr input_needs needs{};

  /// Nothing is fitted.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const class_text<B>&, const support_set<B>&, const params&) {}

    template <operand X>
    auto query(const X& x) const {
      return ops::scale(x, -1);
    }
    template <operand X>
    auto key(const X& x) const {
      return ops::scale(x, 1);
    }
  };
};

/// Twice the inner products with the text rows.
///
/// \models relation
struct minimal_relation {
  using params = no_settings;
  static constexpr input_needs needs{.text = true};

  /// The text rows.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const class_text<B>& text, const support_set<B>&, const params&) : texts_(text.rows()) {}

    template <operand X>
    auto scores(const X& x) const {
      return ops::scale(ops::product_transposed(x, texts_), 2);
    }
    void retune(const params&) {}

   private:
    tensor<B> texts_;
  };
};

/// Inner products with the text rows.
///
/// \models adapter
struct minimal_adapter {
  using params = no_settings;
  static constexpr input_needs needs{.text = true};

  /// The text rows.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const class_text<B>& text, const support_set<B>&, const params&) : texts_(text.rows()) {}

    template <operand X>
    auto logits(const X& x) const {
      return ops::product_transposed(x, texts_);
    }

   private:
    tensor<B> texts_;
  };
};

/// minimal_adapter with a place in a blend.
///
/// \models adapter, blend_part
struct minimal_part : minimal_adapter {
  /// The member a blend gives the params.
  struct role {
    params minimal;
    template <class Self, class Visitor>
    static void visit_settings(Self&, Visitor&&) {}
  };
  static const params& params_of(const role& all) { return all.minimal; }

  /// Can be given other settings, of which there are none.
  template <compute_backend B>
  class fitted : public minimal_adapter::fitted<B> {
   public:
    using minimal_adapter::fitted<B>::fitted;
    void retune(const params&) {}
  };
};

/// One token per image: its pixels.
///
/// \models trunk
struct minimal_trunk {
  using params = no_settings;

  /// Nothing to train.
  template <compute_backend B>
  class fitted {
   public:
    explicit fitted(const params&) {}

    template <operand X>
    auto tokens(const X& images) const {
      const shape& extents = value_of(images).extents();
      return ops::reshape(images, {extents.rows(), 1, extents.columns()});
    }
  };
};

/// All tokens side by side.
///
/// \models pooler
struct minimal_pooler {
  using params = no_settings;
  static constexpr tokens_read reads = tokens_read::all;

  /// Nothing to train.
  template <compute_backend B>
  class fitted {
   public:
    explicit fitted(const params&) {}

    template <operand X>
    auto pool(const X& tokens) const {
      const shape& extents = value_of(tokens).extents();
      return ops::reshape(tokens, {extents.rows(), extents.columns()});
    }
  };
};

/// Trains nothing.
///
/// \models trainer
struct minimal_trainer {
  using params = no_settings;

  template <compute_backend B, class Model>
  static training_report train(Model&, const tensor<B>&, const label_tensor<B>&, const params&, const progress_observer& = {},
                               std::type_identity_t<trainer_state<B>>* = nullptr, const watched_value& = {}) {
    return {};
  }
};

/// Fits once.
///
/// \models selector
struct minimal_selector {
  using params = no_settings;
  static constexpr const char* protocol = "fits once";

  template <compute_backend B, class Fit, class Settings>
  static auto select(const Fit& fit, const Settings& settings, const params&, const validation_set<B>&, const progress_observer&) {
    return std::pair(fit(settings), selection<Settings>{settings, {}});
  }
};

/// Three nested loops.
///
/// \models matrix_product
struct minimal_products {
  static const char* name() { return "loops"; }

  /// Where the operand is.
  template <class Scalar>
  struct packed {
    const Scalar* rows;
    index columns;
    index depth;
    index tile_columns = 5;
  };

  template <class Scalar>
  static packed<Scalar> pack(const Scalar* weights, index columns, index depth) {
    return {weights, columns, depth};
  }

  template <class Scalar>
  static void multiply_packed(const Scalar* x, index rows, const packed<Scalar>& w, index first, index last, Scalar* out) {
    for (index i = 0; i < rows; ++i) {
      for (index j = first; j < last; ++j) {
        Scalar sum = 0;
        for (index k = 0; k < w.depth; ++k) sum += x[i * w.depth + k] * w.rows[j * w.depth + k];
        *out++ = sum;
      }
    }
  }
};

}  // namespace fewclip::testing
