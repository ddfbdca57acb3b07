#pragma once
/// \file
/// Attention on plain pointers, forward and backward, some heads of some sequences at a time.

#include <algorithm>
#include <cmath>

#include "fewclip/autograd/operations/detail/lanes.hpp"
#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/math.hpp"

namespace fewclip::ops::detail {

/// Rows of tokens whose heads lie side by side; `stride` elements from one row to the next.
template <class Scalar>
struct token_rows {
  Scalar* data = nullptr;
  index stride = 0;
};

/// What attention reads, in either direction.
template <class Scalar>
struct attention_inputs {
  token_rows<const Scalar> q, k, v;
};

/// What one attention is; all sequences have the same extents.
template <compute_backend B>
struct attention_slices {
  using scalar = typename B::scalar;

  index sequences = 0;
  index heads = 1;
  index queries = 1;
  index keys = 1;
  index depth = 1;  ///< channels of one head
  bool causal = false;
  const label* last_keys = nullptr;  ///< the last key each query sees, [sequences * queries], or null
  index value_depth = 1;             ///< channels of one head of the values and of the result

  /// Some heads of some sequences.
  struct slice {
    index sequence, sequences, head, heads;
    index pairs() const { return sequences * heads; }
  };

  double factor() const { return 1 / std::sqrt(static_cast<double>(depth)); }

  /// Calls body(slice); the scores of a slice are at most 4 MB in single precision, or one head of one sequence.
  template <class Body>
  void for_each_slice(const Body& body) const {
    constexpr index most_scores = index{1} << 20;
    const index pairs = std::max<index>(1, most_scores / std::max<index>(1, queries * keys));
    const index head_step = std::min(heads, pairs);
    const index sequence_step = std::min(std::max<index>(1, sequences), std::max<index>(1, pairs / heads));
    for (index s = 0; s < sequences; s += sequence_step) {
      for (index h = 0; h < heads; h += head_step) {
        body(slice{s, std::min(sequence_step, sequences - s), h, std::min(head_step, heads - h)});
      }
    }
  }

  index scores_of_largest_slice() const {
    index largest = 0;
    for_each_slice([&](const slice& s) { largest = std::max(largest, s.pairs() * queries * keys); });
    return largest;
  }

  /// out = softmax(q k^T / sqrt(depth)) v
  void forward(const attention_inputs<scalar>& in, const token_rows<scalar>& out) const {
    tensor<B> buffer = tensor<B>::uninitialised({scores_of_largest_slice()});
    scalar* p = buffer.mutable_data();
    for_each_slice([&](const slice& s) {
      probabilities(s, in, p);
      B::batched_product(
          {}, batch(s, queries, value_depth, keys, scores(s), rows_of(in.v, keys, value_depth), rows_of(out, queries, value_depth)), p,
          value_at(s, in.v, keys), value_at(s, out, queries));
    });
  }

  /// Writes the gradients of q, k and v, recomputing the probabilities.
  void backward(const attention_inputs<scalar>& in, const token_rows<const scalar>& gradient, const token_rows<scalar>& dq,
                const token_rows<scalar>& dk, const token_rows<scalar>& dv) const {
    tensor<B> buffer = tensor<B>::uninitialised({2, scores_of_largest_slice()});
    scalar* p = buffer.mutable_data();
    scalar* dp = p + buffer.columns();
    for_each_slice([&](const slice& s) {
      probabilities(s, in, p);
      const auto gradient_rows = rows_of(gradient, queries, value_depth);
      B::batched_product({.transpose_left = true},
                         batch(s, keys, value_depth, queries, scores(s), gradient_rows, rows_of(dv, keys, value_depth)), p,
                         value_at(s, gradient, queries), value_at(s, dv, keys));
      B::batched_product({.transpose_right = true},
                         batch(s, queries, keys, value_depth, gradient_rows, rows_of(in.v, keys, value_depth), scores(s)),
                         value_at(s, gradient, queries), value_at(s, in.v, keys), dp);
      softmax_backward(s.pairs() * queries, keys, p, dp);
      B::batched_product({.alpha = factor()}, batch(s, queries, depth, keys, scores(s), key_rows(in.k), query_rows(dq)), dp,
                         key_at(s, in.k), query_at(s, dq));
      B::batched_product({.transpose_left = true, .alpha = factor()},
                         batch(s, keys, depth, queries, scores(s), query_rows(in.q), key_rows(dk)), dp, query_at(s, in.q), key_at(s, dk));
    });
  }

  /// p [pairs, queries, keys] = softmax over the keys that a query sees, 0 elsewhere
  void probabilities(const slice& s, const attention_inputs<scalar>& in, scalar* p) const {
    B::batched_product({.transpose_right = true, .alpha = factor()},
                       batch(s, queries, keys, depth, query_rows(in.q), key_rows(in.k), scores(s)), query_at(s, in.q), key_at(s, in.k), p);
    const index rows_of_sequence = s.heads * queries;
    const index query_count = queries;
    const index key_count = keys;
    const bool ordered = causal;
    const label* last = last_keys == nullptr ? nullptr : last_keys + s.sequence * queries;
    B::for_each_row(s.pairs() * queries, 16 * keys, [=] FEWCLIP_HOST_DEVICE(index r) {
      const index query = r % query_count;
      index seen = ordered ? query + 1 : key_count;
      if (last != nullptr) seen = static_cast<index>(last[r / rows_of_sequence * query_count + query]) + 1;
      scalar* row = p + r * key_count;
      const scalar largest = largest_in_lanes(row, seen);
      for (index c = 0; c < seen; ++c) row[c] = math::exp(row[c] - largest);
      const scalar inverse = scalar(1) / sum_in_lanes<scalar>(seen, [row](index c) { return row[c]; });
      for (index c = 0; c < seen; ++c) row[c] *= inverse;
      for (index c = seen; c < key_count; ++c) row[c] = scalar(0);
    });
  }

  /// dp = p (dp - <p, dp>) row by row
  static void softmax_backward(index rows, index columns, const scalar* p, scalar* dp) {
    B::for_each_row(rows, 4 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      const scalar* probability = p + r * columns;
      scalar* row = dp + r * columns;
      const scalar mean = sum_in_lanes<scalar>(columns, [=](index c) { return probability[c] * row[c]; });
      for (index c = 0; c < columns; ++c) row[c] = probability[c] * (row[c] - mean);
    });
  }

  static product_batch batch(const slice& s, index rows, index columns, index inner, const batch_strides& a, const batch_strides& b,
                             const batch_strides& c) {
    return {s.sequences, s.heads, rows, columns, inner, a, b, c};
  }
  template <class Element>
  static batch_strides rows_of(const token_rows<Element>& x, index rows, index channels) {
    return {rows * x.stride, channels, x.stride};
  }
  template <class Element>
  batch_strides query_rows(const token_rows<Element>& x) const {
    return rows_of(x, queries, depth);
  }
  template <class Element>
  batch_strides key_rows(const token_rows<Element>& x) const {
    return rows_of(x, keys, depth);
  }
  batch_strides scores(const slice& s) const { return {s.heads * queries * keys, queries * keys, keys}; }
  template <class Element>
  Element* query_at(const slice& s, const token_rows<Element>& x) const {
    return x.data + s.sequence * queries * x.stride + s.head * depth;
  }
  template <class Element>
  Element* key_at(const slice& s, const token_rows<Element>& x) const {
    return x.data + s.sequence * keys * x.stride + s.head * depth;
  }
  template <class Element>
  Element* value_at(const slice& s, const token_rows<Element>& x, index rows) const {
    return x.data + s.sequence * rows * x.stride + s.head * value_depth;
  }
};

}  // namespace fewclip::ops::detail
