#pragma once
/// \file
/// A relation as a term of a blend.

#include <tuple>
#include <utility>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/concepts/relation.hpp"

namespace fewclip::relations {

/// gamma times the scores of a relation, beside the scaled text cosines (combination ours).
///
/// \models adapter, blend_part
/// \tparam Relation a fewclip::relation, such as open_semantics
///
/// In a blend its params stand under `relation`.
template <class Relation>
struct weighted {
  /// Settings.
  struct params {
    double gamma = 1;  ///< weight of the relation in a blend
    typename Relation::params relation;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "gamma",
                    .meaning = "weight of the relation beside the scaled text cosines",
                    .origin = "ours",
                    .lowest = 0,
                    .highest = 1e6,
                    .takes_effect = effect::prediction,
                    .linear = true},
            self.gamma);
      Relation::params::visit_settings(self.relation, visit);
    }
  };

  /// The member a blend gives these params.
  struct role {
    params relation;
    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      params::visit_settings(self.relation, visit);
    }
  };
  static const params& params_of(const role& all) { return all.relation; }

  static constexpr input_needs needs = Relation::needs;

  /// The fitted relation.
  template <compute_backend B>
  class fitted {
    static_assert(fewclip::relation<Relation, B>,
                  "fewclip::relations::weighted: Relation needs 'scores(x) const' and 'retune(params)' [concept relation], see "
                  "docs/extend/relation.md");

   public:
    /// \param text class rows
    /// \param support support rows with labels
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings)
        : gamma_(settings.gamma), relation_(text, support, settings.relation) {}

    /// \param x unit rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return ops::scale(relation_.scores(x), gamma_);
    }

    void retune(const params& settings) {
      gamma_ = settings.gamma;
      relation_.retune(settings.relation);
    }

    auto parts() { return std::tie(relation_); }

    /// What is the same for all prediction settings, for a search: the study of the relation.
    template <class Study>
    class studied_rows {
     public:
      explicit studied_rows(Study study) : study_(std::move(study)) {}

      /// Calls `visit("gamma", gamma, term)` for logits = gamma * term, term [n, classes].
      template <class Visitor>
      void visit_terms(const params& settings, Visitor&& visit) {
        visit("gamma", settings.gamma, study_.scores(settings.relation));
      }

     private:
      Study study_;
    };

    /// \param x unit rows [n, dim]
    auto study(const tensor<B>& x) const requires requires(const typename Relation::template fitted<B>& r) { r.study(x); }
    { return studied_rows<decltype(relation_.study(x))>(relation_.study(x)); }

    /// Numbers a study keeps per row.
    index study_width() const {
      if constexpr (requires { relation_.study_width(); }) return relation_.study_width();
      return 0;
    }

    /// The fitted relation, for looking inside.
    const typename Relation::template fitted<B>& relation() const { return relation_; }

   private:
    double gamma_;
    typename Relation::template fitted<B> relation_;
  };
};

}  // namespace fewclip::relations
