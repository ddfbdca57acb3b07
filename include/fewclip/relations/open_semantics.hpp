#pragma once
/// \file
/// The relation of RTOS: images to anchors to classes.

#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "fewclip/autograd/operations/attention.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/softmax.hpp"
#include "fewclip/autograd/operations/transpose.hpp"
#include "fewclip/concepts/relation.hpp"
#include "fewclip/relations/fixed_anchors.hpp"
#include "fewclip/relations/query_key.hpp"

namespace fewclip::relations {

/// Attention of images to anchors, carried over to classes by the similarity of anchors and classes (Yan et al. 2024, arXiv 2406.11252;
/// re-implemented from an abstract-level description, no code is public).
///
/// \models relation
/// \tparam Anchors fixed_anchors, feature_anchors or token_anchors
/// \tparam QueryKey identity_query_key or linear_query_key
///
/// R = softmax over anchors of (T A^T / tau_R) [classes, anchors] (stated); Att = softmax over anchors of (q(f) k(A)^T / tau_A) [n, anchors]
/// (roles stated; scaling and maps ours); Z = Att R^T [n, classes] (stated). 0 < Z <= 1; rows of Z do not sum to 1. Both temperatures are of cosines:
/// with a CLIP of another logit scale they have to go with 1 / scale, as programs do (runtime::default_scales).
/// Variables go through ops::attention with anchors as keys and R^T as values; after seal() tensors use two packed products with a softmax
/// between them, equal but for rounding. Cost per image: anchors * (dim + classes) multiply-adds.
template <class Anchors = fixed_anchors, class QueryKey = identity_query_key>
struct open_semantics {
  /// Settings.
  struct params {
    double relation_temperature = 0.02;   ///< tau_R
    double attention_temperature = 0.02;  ///< tau_A
    typename Anchors::params anchors;
    typename QueryKey::params query_key;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "relation_temperature",
                    .meaning = "temperature of the softmax between classes and anchors",
                    .origin = "ours: 2 / scale, for the scale of 100 of the released CLIP checkpoints",
                    .lowest = 1e-6,
                    .highest = 1e6,
                    .takes_effect = effect::prediction,
                    .over_scale = true},
            self.relation_temperature);
      visit(setting{.name = "attention_temperature",
                    .meaning = "temperature of the softmax between images and anchors",
                    .origin = "ours: 2 / scale, for the scale of 100 of the released CLIP checkpoints",
                    .lowest = 1e-6,
                    .highest = 1e6,
                    .takes_effect = effect::prediction,
                    .over_scale = true},
            self.attention_temperature);
      Anchors::params::visit_settings(self.anchors, visit);
      QueryKey::params::visit_settings(self.query_key, visit);
    }
  };

  static constexpr input_needs needs = input_needs{.text = true, .unit_rows = true} | Anchors::needs | QueryKey::needs;

  /// Anchors, maps and class rows.
  template <compute_backend B>
  class fitted {
    static_assert(fewclip::anchors<Anchors, B>,
                  "fewclip::relations::open_semantics: Anchors needs 'rows(x) const' [concept anchors], see docs/extend/relation.md");
    static_assert(fewclip::query_key<QueryKey, B>,
                  "fewclip::relations::open_semantics: QueryKey needs 'query(x) const' and 'key(x) const' [concept query_key], see "
                  "docs/extend/relation.md");

   public:
    /// \param text class rows [classes, dim]
    /// \param support support rows with labels
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings)
        : settings_(settings),
          texts_(text.rows()),
          anchors_(text, support, settings.anchors),
          query_key_(text, support, settings.query_key) {}

    /// Z.
    /// \param x unit rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto scores(const X& x) const {
      if constexpr (!is_variable<X>::value) {
        if (sealed_) return sealed_->scores(query_key_.query(x), settings_);
      }
      const auto rows = anchors_.rows(x);
      const auto keys = query_key_.key(rows);
      const auto queries = query_key_.query(x);
      // ops::attention divides by sqrt(width)
      const double factor = std::sqrt(static_cast<double>(value_of(queries).columns())) / settings_.attention_temperature;
      const auto to_class = ops::transpose(transition(beside(x, texts_), rows));
      return ops::attention(ops::scale(queries, factor), keys, to_class,
                            {.heads = 1, .queries = value_of(queries).rows(), .keys = value_of(keys).rows()});
    }

    /// R, the part of each anchor in each class.
    /// \returns [classes, anchors]
    tensor<B> transition() const { return transition(texts_, anchor_rows()); }

    /// The anchors as they are now, unit rows [anchors, dim].
    tensor<B> anchor_rows() const { return anchors_.rows(texts_); }

    void retune(const params& settings) {
      settings_ = settings;
      if (sealed_) sealed_->set_transition(settings);
    }

    /// What was computed from the parts is dropped, since they may change.
    auto parts() {
      sealed_.reset();
      return std::tie(anchors_, query_key_);
    }

    /// Computes anchors, keys and R for the last time.
    void seal() { sealed_ = prepared(); }

    /// What is the same for all prediction settings, for a search: the cosines of some rows with the anchors.
    class studied_rows;

    /// \param x unit rows [n, dim]
    studied_rows study(const tensor<B>& x) const {
      sealed_form all = sealed_ ? *sealed_ : prepared();
      tensor<B> cosines = ops::packed_product(query_key_.query(x), all.keys);  // before `all` is moved: arguments have no order
      return studied_rows(std::move(cosines), std::move(all), settings_);
    }

    /// Numbers a study keeps per row.
    index study_width() const { return 2 * anchor_rows().rows(); }

   private:
    /// softmax over the anchors of T A^T / tau_R
    template <operand Texts, operand Rows>
    auto transition(const Texts& texts, const Rows& rows) const {
      return ops::softmax(ops::scale(ops::product_transposed(texts, rows), 1 / settings_.relation_temperature));
    }

    /// All that does not depend on the image.
    struct sealed_form {
      packed_operand<B> keys;  ///< k(A), [anchors, dim]
      tensor<B> cosines;       ///< T A^T, [classes, anchors]
      packed_operand<B> relation;

      void set_transition(const params& settings) {
        relation = B::pack(ops::softmax(ops::scale(cosines, 1 / settings.relation_temperature)));
      }
      tensor<B> scores(const tensor<B>& queries, const params& settings) const {
        return carried(ops::packed_product(queries, keys, 1 / settings.attention_temperature));
      }
      tensor<B> carried(const tensor<B>& logits) const { return ops::packed_product(ops::softmax(logits), relation); }
    };

    sealed_form prepared() const {
      const tensor<B> rows = anchor_rows();
      const tensor<B> cosines = ops::product_transposed(texts_, rows);
      return {B::pack(query_key_.key(rows)), cosines, B::pack(ops::softmax(ops::scale(cosines, 1 / settings_.relation_temperature)))};
    }

    params settings_;
    tensor<B> texts_;
    typename Anchors::template fitted<B> anchors_;
    typename QueryKey::template fitted<B> query_key_;
    std::optional<sealed_form> sealed_;
  };
};

/// Cosines with the anchors, from which the scores under any temperatures follow.
template <class Anchors, class QueryKey>
template <compute_backend B>
class open_semantics<Anchors, QueryKey>::fitted<B>::studied_rows {
 public:
  studied_rows(tensor<B> cosines, sealed_form all, const params& settings)
      : cosines_(std::move(cosines)), all_(std::move(all)), relation_temperature_(settings.relation_temperature) {}

  /// Z under other settings, [n, classes].
  tensor<B> scores(const params& settings) {
    if (settings.relation_temperature != relation_temperature_) {
      all_.set_transition(settings);
      relation_temperature_ = settings.relation_temperature;
    }
    return all_.carried(ops::scale(cosines_, 1 / settings.attention_temperature));
  }

 private:
  tensor<B> cosines_;
  sealed_form all_;
  double relation_temperature_;
};

}  // namespace fewclip::relations
