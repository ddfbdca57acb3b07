#pragma once
/// \file
/// Anchors that are given and stay.

#include "fewclip/autograd/apply.hpp"
#include "fewclip/relations/detail/anchor_bank.hpp"

namespace fewclip::relations {

/// A list of texts that is not trained: the training-free form of RTOS.
///
/// \models anchors
/// Rows of class_text::anchors(); where there are none, the names of prompts::tokenised_prompts::anchor_words in the source's template; where
/// there are none either, the classes themselves (ours), among which the relation says little more than the text head: input_needs::anchors tells
/// programs so. Published: class names of eleven data sets.
struct fixed_anchors {
  using params = no_settings;
  static constexpr input_needs needs{.text = true, .unit_rows = true, .anchors = true};

  /// The rows.
  template <compute_backend B>
  class fitted {
   public:
    /// \param text class rows, with or without anchors
    fitted(const class_text<B>& text, const support_set<B>&, const params&) : rows_(detail::anchor_bank(text)) {}

    /// \returns unit rows [anchors, dim], beside x
    template <operand X>
    auto rows(const X& x) const {
      return beside(x, rows_);
    }

   private:
    tensor<B> rows_;
  };
};

}  // namespace fewclip::relations
