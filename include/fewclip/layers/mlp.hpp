#pragma once
/// \file
/// The two linear maps of a transformer block with the non-linearity between them.

#include <utility>

#include "fewclip/encoders/architecture.hpp"
#include "fewclip/layers/linear.hpp"

namespace fewclip::layers {

/// act(x W1^T + b1) W2^T + b2.
///
/// Trainable: `c_fc.weight` [hidden, width], `c_fc.bias`, `c_proj.weight` [width, hidden], `c_proj.bias`.
template <compute_backend B>
class mlp {
 public:
  /// \param width of the rows
  /// \param hidden width between the maps
  /// \param act the non-linearity
  mlp(index width, index hidden, encoders::activation act) : act_(act), first_(width, hidden), second_(hidden, width) {}

  /// Packs the weights.
  void prepare() {
    first_.prepare();
    second_.prepare();
  }

  /// As projection::keep_packed_only.
  void keep_packed_only() {
    first_.keep_packed_only();
    second_.keep_packed_only();
  }

  /// stream + mlp(x)
  /// \param stream [n, width]
  /// \param x normalised rows [n, width]
  template <operand X>
  X add_to(X stream, const X& x) const {
    return act_ == encoders::activation::quick_gelu
               ? second_.add_to(std::move(stream), first_.template forward_with<functions::quick_gelu>(x))
               : second_.add_to(std::move(stream), first_.template forward_with<functions::gelu>(x));
  }

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    fewclip::visit_parameters(first_, "c_fc.", visit);
    fewclip::visit_parameters(second_, "c_proj.", visit);
  }

 private:
  encoders::activation act_;
  linear<B> first_;
  linear<B> second_;
};

}  // namespace fewclip::layers
