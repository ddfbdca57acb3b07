#pragma once
/// \file
/// Anchors whose features are learned directly.

#include <string_view>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/relations/detail/anchor_bank.hpp"

namespace fewclip::relations {

/// Learned rows in the space of the text features; no text tower is needed. Ours: a cheap variant of what the paper describes.
///
/// \models anchors
/// A_m = a_m / |a_m|. They start from the rows fixed_anchors would have, chosen by farthest points where there are more than `anchor_count`.
/// Trainable: `anchors`, [anchors, dim].
struct feature_anchors {
  /// Settings.
  struct params {
    index anchor_count = 256;  ///< M at most

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      detail::visit_anchor_count(visit, self.anchor_count);
    }
  };

  static constexpr input_needs needs{.text = true, .unit_rows = true};

  /// The raw rows.
  template <compute_backend B>
  class fitted {
   public:
    /// \param text class rows, with or without anchors
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>&, const params& settings) {
      const tensor<B> bank = detail::anchor_bank(text);
      const auto chosen = detail::farthest_points(bank, settings.anchor_count);
      anchors_ = parameter<B>(ops::gather_rows(bank, label_tensor<B>::from_host(chosen.data(), {static_cast<index>(chosen.size())})));
    }

    /// \returns unit rows [anchors, dim], beside x
    template <operand X>
    auto rows(const X& x) const {
      return ops::normalise_rows(beside(x, anchors_));
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("anchors", anchors_);
    }

   private:
    parameter<B> anchors_;
  };
};

}  // namespace fewclip::relations
