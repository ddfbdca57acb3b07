#pragma once
/// \file
/// The zero-shot head: cosines with the class texts.

#include <utility>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/heads/detail/head_role.hpp"

namespace fewclip::heads {

/// Scores an image by the cosine between its feature and one text feature per class (Radford et al. 2021, arXiv 2103.00020).
///
/// \models adapter
/// logits = scale * x T^T, with x [n, dim] and T [classes, dim] unit rows. Nothing is learned; the text rows are packed once. In a blend its
/// params stand under `head`. Cost: n * classes * dim multiply-adds.
struct text {
  /// Settings.
  struct params {
    double scale = 100;  ///< the logit scale s

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "scale",
                    .meaning = "logit scale s, factor of the text cosines",
                    .origin = "released CLIP checkpoints: exp(logit_scale) = 100",
                    .lowest = 0,
                    .highest = 1e6,
                    .takes_effect = effect::prediction,
                    .linear = true},
            self.scale);
    }
  };

  /// The member a blend gives these params.
  using role = detail::head_role<params>;
  static const params& params_of(const role& all) { return all.head; }

  static constexpr input_needs needs{.text = true, .unit_rows = true};

  /// The packed text rows and the scale.
  template <compute_backend B>
  class fitted {
   public:
    /// \param classes text rows [classes, dim]
    /// \param settings see params
    fitted(const class_text<B>& classes, const support_set<B>&, const params& settings)
        : texts_(B::pack(classes.rows())), scale_(settings.scale) {}

    /// \param x unit rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return ops::packed_product(x, texts_, scale_);
    }

    /// The logits where every cosine with class c is shifted by shift[b, c].
    /// \param x unit rows [n, dim]
    /// \param shift [n, classes]
    template <operand X, operand Shift>
    auto logits(const X& x, const Shift& shift) const {
      return ops::add_scaled(ops::packed_product(x, texts_, scale_), 1, shift, scale_);
    }

    void retune(const params& settings) { scale_ = settings.scale; }

    /// What is the same for all prediction settings, for a search: the cosines of some rows.
    class studied_rows {
     public:
      explicit studied_rows(tensor<B> cosines) : cosines_(std::move(cosines)) {}

      /// Calls `visit("scale", scale, term)` for logits = scale * term, term [n, classes].
      template <class Visitor>
      void visit_terms(const params& settings, Visitor&& visit) {
        visit("scale", settings.scale, cosines_);
      }

     private:
      tensor<B> cosines_;
    };

    /// \param x unit rows [n, dim]
    studied_rows study(const tensor<B>& x) const { return studied_rows(ops::packed_product(x, texts_)); }

    /// \param x unit rows [n, dim]
    /// \param shift added to the cosines, [n, classes]
    studied_rows study(const tensor<B>& x, const tensor<B>& shift) const {
      return studied_rows(ops::add(ops::packed_product(x, texts_), shift));
    }

    /// Numbers a study keeps per row.
    index study_width() const { return texts_.columns(); }

   private:
    packed_operand<B> texts_;
    double scale_;
  };
};

}  // namespace fewclip::heads
