#pragma once
/// \file
/// Layer normalisation with learned gain and shift.

#include "fewclip/autograd/operations/layer_norm.hpp"
#include "fewclip/autograd/variable.hpp"

namespace fewclip::layers {

/// ops::layer_norm with parameters.
///
/// Trainable: `weight`, one until it is set, and `bias`, zero until it is set; 2 * width numbers.
template <compute_backend B>
class layer_norm {
 public:
  /// \param width of the rows
  /// \param epsilon added to the variance; CLIP's own value by default
  explicit layer_norm(index width, double epsilon = 1e-5)
      : epsilon_(epsilon), weight_(tensor<B>({width}, typename B::scalar(1))), bias_(tensor<B>({width})) {}

  /// \param x rows [n, width]
  /// \returns [n, width]
  template <operand X>
  auto forward(const X& x) const {
    return ops::layer_norm(x, weight_, bias_, epsilon_);
  }

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    visit("weight", weight_);
    visit("bias", bias_);
  }

 private:
  double epsilon_;
  parameter<B> weight_;
  parameter<B> bias_;
};

}  // namespace fewclip::layers
