#pragma once
/// \file
/// A stack of residual attention blocks.

#include <string>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/recompute.hpp"
#include "fewclip/layers/attention.hpp"
#include "fewclip/layers/layer_norm.hpp"
#include "fewclip/layers/mlp.hpp"

namespace fewclip::layers {

/// The sizes of a transformer.
struct transformer_sizes {
  index width = 0;
  index layers = 0;
  index heads = 0;
  index mlp_width = 0;
  encoders::activation act = encoders::activation::quick_gelu;
  double epsilon = 1e-5;
  bool causal = false;  ///< whether token i sees tokens 0 .. i only
};

/// Does nothing.
struct nothing {
  template <class Part>
  void operator()(Part&) const {}
};

/// One residual block: x + attention(ln_1(x)), then x + mlp(ln_2(x)).
template <compute_backend B>
class transformer_block {
 public:
  explicit transformer_block(const transformer_sizes& sizes)
      : causal_(sizes.causal),
        before_attention_(sizes.width, sizes.epsilon),
        attention_(sizes.width, sizes.heads),
        before_mlp_(sizes.width, sizes.epsilon),
        mlp_(sizes.width, sizes.mlp_width, sizes.act) {}

  /// Packs the weights.
  void prepare() {
    attention_.prepare();
    mlp_.prepare();
  }

  /// Packs the weights for forward_few as well.
  void prepare_few() {
    attention_.prepare_few();
    mlp_.prepare();
  }

  /// As projection::keep_packed_only.
  void keep_packed_only() {
    attention_.keep_packed_only();
    mlp_.keep_packed_only();
  }

  /// \param x [n * rows, width]; overwritten where nobody else uses its memory
  /// \param rows tokens per sequence
  template <operand X>
  X forward(X x, index rows) const {
    const auto to_attention = before_attention_.forward(x);
    x = attention_.add_to(std::move(x), to_attention, rows, causal_);
    const auto to_mlp = before_mlp_.forward(x);
    return mlp_.add_to(std::move(x), to_mlp);
  }

  /// The rows `which` of forward(x, rows): what follows the attention is computed for them alone.
  /// \param x [n * rows, width]
  /// \param rows tokens per sequence
  /// \param which rows of x [m]
  /// \returns [m, width]
  template <operand X>
  X forward_rows(const X& x, index rows, const label_tensor<B>& which) const {
    const X mixed = attention_.mix(before_attention_.forward(x), rows, causal_);
    X stream = attention_.add_mixed_to(ops::gather_rows(x, which), ops::gather_rows(mixed, which));
    const X to_mlp = before_mlp_.forward(stream);
    return mlp_.add_to(std::move(stream), to_mlp);
  }

  bool prepared_for_few() const { return attention_.prepared_for_few(); }

  /// The rows `which` of forward(x, rows), computed alone.
  /// \param x [n * rows, width]
  /// \param rows tokens per sequence
  /// \param which one row of x for each sequence [n]
  /// \param positions the same, counted from the begin of its sequence [n]
  tensor<B> forward_few(const tensor<B>& x, index rows, const label_tensor<B>& which, const label_tensor<B>& positions) const {
    const tensor<B> normed = before_attention_.forward(x);
    tensor<B> stream = attention_.add_few_to(ops::gather_rows(x, which), ops::gather_rows(normed, which), normed, rows,
                                             causal_ ? positions : label_tensor<B>());
    const tensor<B> to_mlp = before_mlp_.forward(stream);
    return mlp_.add_to(std::move(stream), to_mlp);
  }

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    fewclip::visit_parameters(before_attention_, "ln_1.", visit);
    fewclip::visit_parameters(attention_, "attn.", visit);
    fewclip::visit_parameters(before_mlp_, "ln_2.", visit);
    fewclip::visit_parameters(mlp_, "mlp.", visit);
  }

 private:
  bool causal_;
  layer_norm<B> before_attention_;
  attention<B> attention_;
  layer_norm<B> before_mlp_;
  mlp<B> mlp_;
};

/// The blocks one after the other (Vaswani et al. 2017, arXiv 1706.03762, with the norms before the parts, as CLIP has them).
///
/// Trainable: `resblocks.{i}.` with `ln_1`, `attn`, `ln_2` and `mlp`. One forward serves tensors and variables; tensors take the fused
/// products of layers::linear.
template <compute_backend B>
class transformer {
 public:
  explicit transformer(const transformer_sizes& sizes) : blocks_(static_cast<std::size_t>(sizes.layers), transformer_block<B>(sizes)) {}

  /// Packs the weights.
  /// \param after_each called with each block that was packed, for example to let go of its weights
  template <class AfterEach = nothing>
  void prepare(const AfterEach& after_each = {}) {
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      if (i + 1 < blocks_.size()) {
        blocks_[i].prepare();
      } else {
        blocks_[i].prepare_few();
      }
      after_each(blocks_[i]);
    }
  }

  /// Whether a tape remembers the tokens between the blocks only, and every block is run again in the backward: a third more operations, and
  /// memory for the activations of one block. Off at first. Results are the same bit for bit.
  void recompute_blocks(bool recomputed) { recomputed_ = recomputed; }

  /// \param x tokens [n * rows, width]
  /// \param rows tokens per sequence
  /// \returns the tokens after the last block, [n * rows, width]
  template <operand X>
  X forward(X x, index rows) const {
    for (const auto& block : blocks_) x = through(block, std::move(x), rows);
    return x;
  }

  /// One token of each sequence after the last block, which computes that token alone; on variables and unpacked weights from the attention's
  /// result on. Exact.
  /// \param x tokens [n * rows, width]
  /// \param rows tokens per sequence
  /// \param positions the token of each sequence, [n], each in 0 .. rows - 1 (not checked)
  /// \returns [n, width]
  template <operand X>
  X forward_few(X x, index rows, const std::vector<label>& positions) const {
    std::vector<label> which(positions.size());
    for (std::size_t i = 0; i < which.size(); ++i) which[i] = static_cast<label>(static_cast<index>(i) * rows) + positions[i];
    const shape extents{static_cast<index>(which.size())};
    const auto rows_taken = label_tensor<B>::from_host(which.data(), extents);
    if (blocks_.empty()) return ops::gather_rows(x, rows_taken);
    for (std::size_t i = 0; i + 1 < blocks_.size(); ++i) x = through(blocks_[i], std::move(x), rows);
    if constexpr (!is_variable<X>::value) {
      if (blocks_.back().prepared_for_few()) {
        return blocks_.back().forward_few(x, rows, rows_taken, label_tensor<B>::from_host(positions.data(), extents));
      }
    }
    if constexpr (is_variable<X>::value) {
      if (recomputed_) {
        return recompute([&last = blocks_.back(), rows, rows_taken](const X& in) { return last.forward_rows(in, rows, rows_taken); }, x);
      }
    }
    return blocks_.back().forward_rows(x, rows, rows_taken);
  }

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      fewclip::visit_parameters(blocks_[i], "resblocks." + std::to_string(i) + ".", visit);
    }
  }

 private:
  template <class X>
  X through(const transformer_block<B>& block, X x, index rows) const {
    if constexpr (is_variable<X>::value) {
      if (recomputed_) return recompute([&block, rows](const X& in) { return block.forward(in, rows); }, x);
    }
    return block.forward(std::move(x), rows);
  }

  std::vector<transformer_block<B>> blocks_;
  bool recomputed_ = false;
};

}  // namespace fewclip::layers
