#pragma once
/// \file
/// A linear map without bias, with its weight packed for inference.

#include <optional>
#include <utility>

#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/variable.hpp"

namespace fewclip::layers {

namespace detail {

/// out [n, columns] = x w^T
template <compute_backend B>
void store_product(const tensor<B>& x, const packed_operand<B>& weight, typename B::scalar* out) {
  const index columns = weight.columns();
  B::product_tiles(x, weight, [=] FEWCLIP_HOST_DEVICE(index row, index first, index last, typename B::scalar * values) {
    typename B::scalar* to = out + row * columns + first;
    FEWCLIP_INDEPENDENT_LOOP
    for (index j = 0; j < last - first; ++j) to[j] = values[j];
  });
}

}  // namespace detail

/// x w^T with w [out, in].
///
/// Trainable: `weight`, out * in numbers, zero until they are set. After prepare() products of tensors use the packed weight, for as long as
/// the weight is the one that was packed; it costs another out * in numbers where the provider packs by copying.
template <compute_backend B>
class projection {
 public:
  /// \param in width of the rows it takes
  /// \param out width of the rows it gives
  projection(index in, index out) : weight_(tensor<B>({out, in})) {}

  index in() const { return weight_.value().columns(); }
  index out() const { return weight_.value().rows(); }
  const parameter<B>& weight() const { return weight_; }
  parameter<B>& weight() { return weight_; }

  /// Packs the weight.
  void prepare() { packed_ = B::pack(weight_.value()); }

  /// Lets go of the weight where packing has copied it, for inference in half the memory. Then only tensors can be multiplied, and the weight
  /// has no elements to read, until it is set again. Nothing happens where the packed weight refers to the weight, or before prepare().
  void keep_packed_only() {
    if constexpr (requires { packed_->holds_rows(); }) {
      if (packed() == nullptr || !packed_->holds_rows()) return;
      packed_->weights = tensor<B>::without_memory(weight_.value().extents());
      weight_.mutable_value() = packed_->weights;
    }
  }

  /// The packed weight; null where prepare() has not run since the weight last changed.
  const packed_operand<B>* packed() const { return packed_ && packed_->weights.data() == weight_.value().data() ? &*packed_ : nullptr; }

  /// \param x rows [n, in]
  /// \returns [n, out]
  template <operand X>
  auto forward(const X& x) const {
    if constexpr (!is_variable<X>::value) {
      if (packed() != nullptr) return multiplied(value_of(x), *packed());
    }
    return ops::product_transposed(x, weight_);
  }

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    visit("weight", weight_);
  }

 private:
  static tensor<B> multiplied(const tensor<B>& x, const packed_operand<B>& weight) {
    tensor<B> out = tensor<B>::uninitialised({x.rows(), weight.columns()});
    detail::store_product<B>(x, weight, out.mutable_data());
    return out;
  }

  parameter<B> weight_;
  std::optional<packed_operand<B>> packed_;
};

}  // namespace fewclip::layers
