#pragma once
/// \file
/// Multi-head self-attention with its projections.

#include <array>
#include <optional>
#include <utility>

#include "fewclip/autograd/operations/attention.hpp"
#include "fewclip/layers/linear.hpp"

namespace fewclip::layers {

/// Self-attention as CLIP has it: one linear map to queries, keys and values, ops::self_attention, one linear map back.
///
/// Trainable: `in_proj_weight` [3 width, width] and `in_proj_bias` [3 width] in the order query, key, value; `out_proj.weight` [width, width] and
/// `out_proj.bias` [width].
template <compute_backend B>
class attention {
 public:
  /// \param width of the rows
  /// \param heads groups of channels; must divide width
  attention(index width, index heads) : heads_(heads), in_(width, 3 * width), out_(width, width) {}

  index width() const { return in_.in(); }

  /// Packs the weights.
  void prepare() {
    in_.prepare();
    out_.prepare();
  }

  /// Packs the weights for add_few_to as well.
  void prepare_few() {
    prepare();
    for (index part = 0; part < 3; ++part) {
      parts_[static_cast<std::size_t>(part)] = B::pack(in_.weight().value().rows_slice(part * width(), width()));
    }
  }

  /// As projection::keep_packed_only.
  void keep_packed_only() {
    const bool few = prepared_for_few();
    in_.keep_packed_only();
    out_.keep_packed_only();
    if (!few || in_.weight().value().data() != nullptr) return;
    for (auto& part : parts_) part->weights = tensor<B>::without_memory(part->weights.extents());
  }

  /// Whether add_few_to may be called: prepare_few() has run since the weight last changed.
  bool prepared_for_few() const { return parts_[0] && parts_[0]->weights.data() == in_.weight().value().data(); }

  /// stream + attention of x
  /// \param stream [n * rows, width]
  /// \param x normalised rows [n * rows, width]
  /// \param rows tokens per sequence
  /// \param causal whether token i sees tokens 0 .. i only
  template <operand X>
  X add_to(X stream, const X& x, index rows, bool causal) const {
    return add_mixed_to(std::move(stream), mix(x, rows, causal));
  }

  /// The values mixed by the attention, before the linear map back.
  /// \param x normalised rows [n * rows, width]
  /// \param rows tokens per sequence
  /// \param causal whether token i sees tokens 0 .. i only
  /// \returns [n * rows, width]
  template <operand X>
  auto mix(const X& x, index rows, bool causal) const {
    return ops::self_attention(in_.forward(x), heads_, rows, causal);
  }

  /// stream + the linear map of what mix() gives, for any rows of it.
  /// \param stream [n, width]
  /// \param mixed [n, width]
  template <operand X>
  X add_mixed_to(X stream, const X& mixed) const {
    return out_.add_to(std::move(stream), mixed);
  }

  /// The same for one query per sequence, whose rows are picked already: only keys and values are computed for all tokens.
  /// \param stream [n, width]
  /// \param queries normalised rows [n, width]
  /// \param x normalised rows [n * rows, width]
  /// \param rows tokens per sequence
  /// \param last_keys the last token each query sees [n]; empty: all
  tensor<B> add_few_to(tensor<B> stream, const tensor<B>& queries, const tensor<B>& x, index rows, const label_tensor<B>& last_keys) const {
    const tensor<B> q = part(queries, 0);
    const tensor<B> k = part(x, 1);
    const tensor<B> v = part(x, 2);
    return out_.add_to(std::move(stream), ops::attention(q, k, v, {.heads = heads_, .queries = 1, .keys = rows}, last_keys));
  }

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    visit("in_proj_weight", in_.weight());
    visit("in_proj_bias", in_.bias());
    fewclip::visit_parameters(out_, "out_proj.", visit);
  }

 private:
  /// Queries (0), keys (1) or values (2).
  tensor<B> part(const tensor<B>& x, index which) const {
    tensor<B> result = tensor<B>::uninitialised({x.rows(), width()});
    detail::product_with_bias<B>(x, *parts_[static_cast<std::size_t>(which)], in_.bias().value().rows_slice(which * width(), width()),
                                 result.mutable_data(), detail::store_biased<functions::identity>{});
    return result;
  }

  index heads_;
  linear<B> in_;
  linear<B> out_;
  std::array<std::optional<packed_operand<B>>, 3> parts_;
};

}  // namespace fewclip::layers
