#pragma once
/// \file
/// Multi-head attention between rows of tokens.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/detail/attention_slices.hpp"

namespace fewclip::ops {

/// The extents of an attention: every sequence has `queries` rows that look at `keys` rows, in `heads` groups of channels.
struct attention_extents {
  index heads = 1;
  index queries = 1;    ///< rows of q per sequence
  index keys = 1;       ///< rows of k and v per sequence
  bool causal = false;  ///< query i of a sequence sees its keys 0 .. i only; needs queries <= keys
};

namespace detail {

inline void require_attention(const attention_extents& extents, const shape& q) {
  constexpr const char* where = "fewclip::ops::attention";
  if (extents.heads < 1 || extents.queries < 1 || extents.keys < 1) {
    throw value_error(
        expected_got(where, "extents", "heads, queries and keys >= 1",
                     std::to_string(extents.heads) + ", " + std::to_string(extents.queries) + " and " + std::to_string(extents.keys)));
  }
  if (extents.causal && extents.queries > extents.keys) {
    throw value_error(expected_got(where, "queries of a causal attention", "at most the keys, " + std::to_string(extents.keys),
                                   std::to_string(extents.queries)));
  }
  if (q.columns() % extents.heads != 0 || q.rows() % extents.queries != 0) {
    throw shape_error(expected_got(
        where, "q", "a multiple of " + std::to_string(extents.queries) + " rows and of " + std::to_string(extents.heads) + " channels",
        q.text()));
  }
}

template <compute_backend B>
attention_slices<B> slices_of(const attention_extents& extents, index sequences, index width, index value_width,
                              const label_tensor<B>& last_keys) {
  if (!last_keys.empty() && last_keys.size() != sequences * extents.queries) {
    throw shape_error(expected_got("fewclip::ops::attention", "last_keys", std::to_string(sequences * extents.queries) + " (one per query)",
                                   std::to_string(last_keys.size())));
  }
  return {sequences,
          extents.heads,
          extents.queries,
          extents.keys,
          width / extents.heads,
          extents.causal,
          last_keys.empty() ? nullptr : last_keys.data(),
          value_width / extents.heads};
}

template <compute_backend B>
struct attention_operation {
  using scalar = typename B::scalar;
  attention_extents extents{};
  label_tensor<B> last_keys{};
  tensor<B> q{}, k{}, v{};

  tensor<B> forward(const tensor<B>& queries, const tensor<B>& keys, const tensor<B>& values) {
    require_attention(extents, queries.extents());
    const index width = queries.columns();
    const index sequences = queries.rows() / extents.queries;
    require_shape("fewclip::ops::attention", "k", shape{sequences * extents.keys, width}, shape{keys.rows(), keys.columns()});
    const index value_width = values.columns();
    if (values.rows() != sequences * extents.keys || value_width % extents.heads != 0) {
      throw shape_error(
          expected_got("fewclip::ops::attention", "v",
                       std::to_string(sequences * extents.keys) + " rows of a multiple of " + std::to_string(extents.heads) + " channels",
                       values.extents().text()));
    }
    q = queries;
    k = keys;
    v = values;
    tensor<B> out = tensor<B>::uninitialised({queries.rows(), value_width});
    slices_of<B>(extents, sequences, width, value_width, last_keys).forward(inputs(), {out.mutable_data(), value_width});
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    const index width = q.columns();
    tensor<B> dq = tensor<B>::uninitialised(q.extents());
    tensor<B> dk = tensor<B>::uninitialised(k.extents());
    tensor<B> dv = tensor<B>::uninitialised(v.extents());
    const index value_width = v.columns();
    slices_of<B>(extents, q.rows() / extents.queries, width, value_width, last_keys)
        .backward(inputs(), {gradient.data(), value_width}, {dq.mutable_data(), width}, {dk.mutable_data(), width},
                  {dv.mutable_data(), value_width});
    sink.add(0, std::move(dq));
    sink.add(1, std::move(dk));
    sink.add(2, std::move(dv));
  }
  attention_inputs<scalar> inputs() const {
    const index width = q.columns();
    return {{q.data(), width}, {k.data(), width}, {v.data(), v.columns()}};
  }
};

template <compute_backend B>
struct self_attention_operation {
  using scalar = typename B::scalar;
  attention_extents extents{};
  tensor<B> qkv{};

  tensor<B> forward(const tensor<B>& x) {
    if (x.columns() % 3 != 0) {
      throw shape_error(expected_got("fewclip::ops::self_attention", "columns of qkv", "a multiple of three", std::to_string(x.columns())));
    }
    const index width = x.columns() / 3;
    require_attention(extents, shape{x.rows(), width});
    qkv = x;
    tensor<B> out = tensor<B>::uninitialised({x.rows(), width});
    slices_of<B>(extents, x.rows() / extents.queries, width, width, {}).forward(inputs(), {out.mutable_data(), width});
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    const index width = qkv.columns() / 3;
    tensor<B> out = tensor<B>::uninitialised(qkv.extents());
    scalar* d = out.mutable_data();
    slices_of<B>(extents, qkv.rows() / extents.queries, width, width, {})
        .backward(inputs(), {gradient.data(), width}, {d, 3 * width}, {d + width, 3 * width}, {d + 2 * width, 3 * width});
    sink.add(0, std::move(out));
  }
  attention_inputs<scalar> inputs() const {
    const index width = qkv.columns() / 3;
    return {{qkv.data(), 3 * width}, {qkv.data() + width, 3 * width}, {qkv.data() + 2 * width, 3 * width}};
  }
};

}  // namespace detail

/// softmax(q k^T / sqrt(width / heads)) v for each sequence and head, the heads side by side.
///
/// Forward and backward work on slices of the batch, so that at most 4 MB of scores (or one head's) exist at a time; backward keeps q, k and v
/// and computes the probabilities again. Deterministic.
/// \param q [n * extents.queries, width], the rows of a sequence one after the other
/// \param k [n * extents.keys, width]
/// \param v [n * extents.keys, value width], a width of its own, which heads divide too
/// \param extents heads, which divide width, and the rows per sequence
/// \param last_keys the last key each query sees, [n * extents.queries], each in 0 .. extents.keys - 1 (not checked); replaces the mask of
///     `extents`. Empty: none
/// \returns [n * extents.queries, value width]
/// \throws shape_error where the operands do not fit each other; value_error for extents below 1
template <operand Q, operand K, operand V>
auto attention(const Q& q, const K& k, const V& v, const attention_extents& extents,
               const label_tensor<typename backend_of<Q>::type>& last_keys = {}) {
  return apply(detail::attention_operation<typename backend_of<Q>::type>{extents, last_keys}, q, k, v);
}

/// attention() of every sequence with itself, from one matrix of queries, keys and values.
/// \param qkv [n * rows, 3 * width]: in each row the query, then the key, then the value
/// \param heads groups of channels; must divide width
/// \param rows tokens per sequence
/// \param causal whether token i sees tokens 0 .. i only
/// \returns [n * rows, width]
/// \throws shape_error where rows or heads do not divide the extents of qkv; value_error for numbers below 1
template <operand X>
auto self_attention(const X& qkv, index heads, index rows, bool causal = false) {
  return apply(detail::self_attention_operation<typename backend_of<X>::type>{{heads, rows, rows, causal}}, qkv);
}

}  // namespace fewclip::ops
