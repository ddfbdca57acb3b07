#pragma once
/// \file
/// The shared class residual of APE-T.

#include <string_view>
#include <tuple>

#include "fewclip/adapters/detail/inner_study.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/blend_part.hpp"
#include "fewclip/concepts/refiner.hpp"

namespace fewclip::adapters {

/// One trained residual per class, added on some channels to the class's text row and to all of its keys alike
/// (Zhu et al. 2023, arXiv 2304.01195, section 3.4).
///
/// \models adapter
/// \tparam Refiner chooses the channels: refiners::prior_channels<refiners::prior::text>
/// \tparam Inner a blend whose parts take a class-wise shift of their cosines
///
/// With residuals Res [classes, channels], adding Res_c to text c and to the keys of class c shifts every cosine of a query x with them by
/// G[b, c] = x_b[channels] . Res_c. So logits(x) = inner.logits(x, G): exactly the authors' form, without ever building the shifted keys.
/// Trainable: `residual`, classes * channels numbers, zeros at the start, and what the inner adapter trains.
template <class Refiner, class Inner>
struct class_residual {
  /// The settings of both parts.
  struct params {
    typename Inner::params inner;
    typename Refiner::params refiner;
    bool decay_weights = false;  ///< whether weight decay applies to trained row weights too

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      Inner::params::visit_settings(self.inner, visit);
      Refiner::params::visit_settings(self.refiner, visit);
      visit(setting{.name = "decay_weights",
                    .meaning = "1 where weight decay pulls the row weights to 0 as well, 0 where it spares them",
                    .origin = "ours: the APE authors decay them, which in half precision rounds to nothing",
                    .lowest = 0,
                    .highest = 1},
            self.decay_weights);
    }
  };

  static constexpr input_needs needs = Refiner::needs | Inner::needs;

  /// The residual, the channels and the inner adapter.
  template <compute_backend B>
  class fitted {
    static_assert(
        channel_refiner<Refiner, B>,
        "fewclip::adapters::class_residual: Refiner needs 'select(x) const' and 'channels() const' [concept channel_refiner], see "
        "docs/extend/refiner.md");
    static_assert(
        component<Inner, B> && shiftable<Inner, B>,
        "fewclip::adapters::class_residual: Inner needs 'logits(x, shift) const' [concept shiftable], see docs/extend/adapter.md");

   public:
    /// \param text text rows [classes, dim]
    /// \param support support rows with labels
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings)
        : refiner_(text, support, settings.refiner),
          inner_(text, support, settings.inner),
          residual_(tensor<B>({text.classes(), refiner_.channels().size()})),
          decay_weights_(settings.decay_weights) {}

    /// \param x unit rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return inner_.logits(x, ops::product_transposed(refiner_.select(x), residual_));
    }

    /// Whether weight decay applies to a parameter: to row weights, which are near 1, only where the settings say so.
    bool decays(std::string_view name) const { return decay_weights_ || name != "weights"; }

    void retune(const params& settings) { inner_.retune(settings.inner); }

    /// What is the same for all prediction settings, for a search: that of the inner adapter, with the residuals as they are now.
    /// \param x unit rows [n, dim]
    auto study(const tensor<B>& x) const requires detail::can_be_studied<typename Inner::template fitted<B>, tensor<B>, tensor<B>> {
      return detail::inner_study(inner_.study(x, ops::product_transposed(refiner_.select(x), residual_.value())));
    }

    /// Numbers a study keeps per row.
    index study_width() const { return inner_.study_width(); }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("residual", residual_);
    }
    auto parts() { return std::tie(refiner_, inner_); }

    const typename Refiner::template fitted<B>& refiner() const { return refiner_; }

   private:
    typename Refiner::template fitted<B> refiner_;
    typename Inner::template fitted<B> inner_;
    parameter<B> residual_;
    bool decay_weights_;
  };
};

}  // namespace fewclip::adapters
