#pragma once
/// \file
/// An affine head learned from scratch.

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"

namespace fewclip::heads {

/// Scores by an affine map that starts at zero: logits = x W^T + b.
///
/// \models adapter
/// Trainable: `weight` [classes, dim] and `bias` [classes], classes * (dim + 1) numbers. Takes raw or unit rows; no text.
struct linear {
  using params = no_settings;

  static constexpr input_needs needs{.support = true};

  /// The weight and the bias.
  template <compute_backend B>
  class fitted {
   public:
    /// \param support only its width and number of classes are used
    fitted(const class_text<B>&, const support_set<B>& support, const params&)
        : weight_(tensor<B>({support.labels().classes(), support.features().columns()})), bias_(tensor<B>({support.labels().classes()})) {}

    /// \param x rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return ops::add_row(ops::product_transposed(x, weight_), bias_);
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("weight", weight_);
      visit("bias", bias_);
    }

   private:
    parameter<B> weight_;
    parameter<B> bias_;
  };
};

}  // namespace fewclip::heads
