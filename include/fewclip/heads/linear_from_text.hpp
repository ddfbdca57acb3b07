#pragma once
/// \file
/// A linear head that starts as the text classifier, and can be mixed with it again at prediction.

#include <string_view>
#include <utility>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/heads/detail/head_role.hpp"

namespace fewclip::heads {

/// logits = scale norm(x) W^T with W [classes, dim] trained from the text rows T; no bias, W is not normalised (cross-modal adaptation, Lin et
/// al. 2023, arXiv 2301.06267, authors' code, with zero-shot initialisation).
///
/// \models adapter
/// Until seal(), that is while training and on a trainer's checks, W itself scores; afterwards weight_mix W + (1 - weight_mix) T does, which is
/// the same as mixing the logits (WiSE-FT, Wortsman et al. 2022, arXiv 2109.01903). Before training it is the zero-shot classifier. Takes
/// raw rows. Trainable: `weight`, classes * dim numbers.
struct linear_from_text {
  /// Settings.
  struct params {
    double scale = 99.99998140119261;
    double weight_mix = 1;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "scale",
                    .meaning = "logit scale",
                    .origin = "exp(4.60517), cross-modal adaptation's code",
                    .lowest = 0,
                    .highest = 1e6},
            self.scale);
      visit(setting{.name = "weight_mix",
                    .meaning = "share of the trained weight at prediction, the rest is the text rows",
                    .origin = "the trained weight alone; cross-modal adaptation also reports 0.5",
                    .lowest = 0,
                    .highest = 1,
                    .takes_effect = effect::prediction,
                    .linear = true},
            self.weight_mix);
    }
  };

  /// The member a blend gives these params.
  using role = detail::head_role<params>;
  static const params& params_of(const role& all) { return all.head; }

  static constexpr input_needs needs{.text = true, .support = true};

  /// The weight, and where it started.
  template <compute_backend B>
  class fitted {
   public:
    /// \param text unit rows [classes, dim]
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>&, const params& settings)
        : start_(text.rows()), weight_(text.rows().clone()), settings_(settings) {}

    /// \param x rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      const auto unit = ops::normalise_rows(x);
      if constexpr (!is_variable<X>::value) {
        if (sealed_) return ops::scale(ops::product_transposed(unit, mixed_), settings_.scale);
      }
      return ops::scale(ops::product_transposed(unit, weight_), settings_.scale);
    }

    void retune(const params& settings) {
      settings_.weight_mix = settings.weight_mix;
      if (sealed_) seal();
    }

    /// Ends the training: from now on the mix scores.
    void seal() {
      sealed_ = true;
      mixed_ = settings_.weight_mix == 1 ? weight_.value()
                                         : ops::add_scaled(weight_.value(), settings_.weight_mix, start_, 1 - settings_.weight_mix);
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("weight", weight_);
    }

    /// Calls `visit(name, parameter, start)`, for losses::pull_to_start.
    template <class Visitor>
    void visit_starts(Visitor&& visit) {
      visit(std::string_view("weight"), weight_, start_);
    }

    /// What is the same for all mixes: the scores by T, and by W - T.
    class studied_rows {
     public:
      studied_rows(tensor<B> text, tensor<B> difference) : text_(std::move(text)), difference_(std::move(difference)) {}

      /// Calls `visit(name, weight, term)` for logits = sum of weight * term.
      template <class Visitor>
      void visit_terms(const params& settings, Visitor&& visit) {
        visit("text", 1.0, text_);
        visit("weight_mix", settings.weight_mix, difference_);
      }

     private:
      tensor<B> text_;
      tensor<B> difference_;
    };

    /// \param x rows [n, dim]
    studied_rows study(const tensor<B>& x) const {
      const tensor<B> unit = ops::normalise_rows(x);
      const tensor<B> text = ops::scale(ops::product_transposed(unit, start_), settings_.scale);
      const tensor<B> trained = ops::scale(ops::product_transposed(unit, weight_.value()), settings_.scale);
      return studied_rows(text, ops::add_scaled(trained, 1, text, -1));
    }

    /// Numbers a study keeps per row.
    index study_width() const { return 2 * start_.rows(); }

   private:
    tensor<B> start_;
    parameter<B> weight_;
    tensor<B> mixed_;
    params settings_;
    bool sealed_ = false;
  };
};

}  // namespace fewclip::heads
