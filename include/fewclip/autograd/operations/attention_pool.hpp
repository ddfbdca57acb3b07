#pragma once
/// \file
/// CLIP's attention pooling with its single query absorbed into the weights: no key or value of a token is ever computed.

#include <cmath>
#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/detail/column_sums.hpp"
#include "fewclip/autograd/operations/softmax.hpp"

namespace fewclip::ops {

/// The parameters of an attention pool for width E, result D and L tokens; all of one kind: tensors, variables or parameters.
template <operand P>
struct attention_pool_weights {
  const P& position;  ///< [L + 1, E], row 0 for the mean
  const P& q_weight;  ///< [E, E]
  const P& q_bias;    ///< [E]
  const P& k_weight;  ///< [E, E]
  const P& k_bias;    ///< [E]; without influence, since the softmax ignores it
  const P& v_weight;  ///< [E, E]
  const P& v_bias;    ///< [E]
  const P& c_weight;  ///< [D, E]
  const P& c_bias;    ///< [D]
};

namespace detail {

/// z [n, L + 1, E]: the mean of the tokens x [n, L, E], then the tokens; each plus its position.
template <compute_backend B>
tensor<B> pool_rows(const tensor<B>& x, const tensor<B>& position) {
  const index count = x.extents()[0];
  const index places = x.extents()[1];
  const index width = x.extents()[2];
  tensor<B> z = tensor<B>::uninitialised({count, places + 1, width});
  const auto* in = x.data();
  const auto* p = position.data();
  auto* out = z.mutable_data();
  const auto share = typename B::scalar(1) / static_cast<typename B::scalar>(places);
  constexpr index columns = 256;  // a thread sums so many channels of one image
  const index blocks = (width + columns - 1) / columns;
  B::for_each_row(count * blocks, 3 * places * columns, [=] FEWCLIP_HOST_DEVICE(index k) {
    const auto* from = in + k / blocks * places * width;
    auto* to = out + k / blocks * (places + 1) * width;
    const index first = k % blocks * columns;
    const index last = first + columns < width ? first + columns : width;
    for (index c = first; c < last; ++c) to[c] = from[c];
    for (index l = 1; l < places; ++l) {
      for (index c = first; c < last; ++c) to[c] += from[l * width + c];
    }
    for (index c = first; c < last; ++c) to[c] = to[c] * share + p[c];
    for (index l = 0; l < places; ++l) {
      for (index c = first; c < last; ++c) to[(l + 1) * width + c] = from[l * width + c] + p[(l + 1) * width + c];
    }
  });
  return z;
}

/// dx from dz: every token gets its own gradient and a share of the mean's.
template <compute_backend B>
tensor<B> pool_rows_gradient(const tensor<B>& dz, const shape& x) {
  const index places = x[1];
  const index width = x[2];
  tensor<B> dx = tensor<B>::uninitialised(x);
  const auto* g = dz.data();
  auto* out = dx.mutable_data();
  const auto share = typename B::scalar(1) / static_cast<typename B::scalar>(places);
  B::for_each_row(x[0] * places, 2 * width, [=] FEWCLIP_HOST_DEVICE(index r) {
    const auto* mean = g + r / places * (places + 1) * width;
    const auto* own = mean + (r % places + 1) * width;
    for (index c = 0; c < width; ++c) out[r * width + c] = own[c] + share * mean[c];
  });
  return dx;
}

/// \throws shape_error unless x is [n, L, E] with L >= 1 and position [L + 1, E]
inline void require_pool_rows(const shape& x, const shape& position) {
  constexpr const char* where = "fewclip::ops::attention_pool";
  if (x.rank() != 3 || x[1] < 1) throw shape_error(expected_got(where, "x", "shape [images, tokens, width], tokens >= 1", x.text()));
  require_shape(where, "position", {x[1] + 1, x[2]}, position);
}

/// Operands: x [n, L, E], position [L + 1, E].
template <compute_backend B>
struct pool_rows_operation {
  shape in{};

  tensor<B> forward(const tensor<B>& x, const tensor<B>& position) {
    require_pool_rows(x.extents(), position.extents());
    in = x.extents();
    return pool_rows<B>(x, position);
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(0)) sink.add(0, pool_rows_gradient<B>(gradient, in));
    if (sink.wants(1)) {
      tensor<B> dp = tensor<B>::uninitialised({in[1] + 1, in[2]});
      sum_columns<B>(gradient.data(), in[0], dp.size(), dp.mutable_data(), dp.size());
      sink.add(1, std::move(dp));
    }
  }
};

/// Operands: x [n, L, E], then those of attention_pool_weights in their order.
///
/// With z the rows of pool_rows, h a head of width d and W_h its block of d rows of W:
///   q = Wq z_0 + bq, u_h = Wk_h^T q_h, a_h = softmax_j(u_h . z_j / sqrt(d)), m_h = sum_j a_hj z_j, o_h = Wv_h m_h + bv_h, f = Wc o + bc.
template <compute_backend B>
struct attention_pool_operation {
  using scalar = typename B::scalar;
  index heads;
  shape in{};
  tensor<B> z{}, q{}, u{}, a{}, m{}, o{};
  tensor<B> q_weight{}, k_weight{}, v_weight{}, c_weight{};

  index count() const { return in[0]; }
  index rows() const { return in[1] + 1; }
  index width() const { return in[2]; }
  index head() const { return in[2] / heads; }

  tensor<B> forward(const tensor<B>& x, const tensor<B>& position, const tensor<B>& qw, const tensor<B>& qb, const tensor<B>& kw,
                    const tensor<B>& kb, const tensor<B>& vw, const tensor<B>& vb, const tensor<B>& cw, const tensor<B>& cb) {
    check(x.extents(), position, qw, qb, kw, kb, vw, vb, cw, cb);
    q_weight = qw;
    k_weight = kw;
    v_weight = vw;
    c_weight = cw;
    z = pool_rows<B>(x, position);
    q = tensor<B>::uninitialised({count(), width()});
    B::product({.transpose_right = true}, queries(), qw, q);
    add_bias(q, qb);
    u = heads_times(q, kw);
    a = tensor<B>::uninitialised({count() * heads, rows()});
    B::batched_product({.transpose_right = true, .alpha = scale()}, by_image(heads, rows(), width()), u.data(), z.data(), a.mutable_data());
    softmax_rows();
    m = tensor<B>::uninitialised({count() * heads, width()});
    B::batched_product({}, by_image(heads, width(), rows()), a.data(), z.data(), m.mutable_data());
    o = heads_times_transposed(m, vw);
    add_bias(o, vb);
    tensor<B> f = tensor<B>::uninitialised({count(), cw.rows()});
    B::product({.transpose_right = true}, o, cw, f);
    add_bias(f, cb);
    return f;
  }

  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) {
    if (sink.wants(8)) sink.add(8, left_transposed(gradient, o));
    if (sink.wants(9)) sink.add(9, column_sums(gradient));
    tensor<B> go = tensor<B>::uninitialised({count(), width()});
    B::product({}, gradient, c_weight, go);
    if (sink.wants(6)) sink.add(6, weight_by_head(go, m));
    if (sink.wants(7)) sink.add(7, column_sums(go));
    if (sink.wants(5)) sink.add(5, tensor<B>({width()}));
    const tensor<B> r = heads_times(go, v_weight);
    const tensor<B> ds = score_gradient(r);
    tensor<B> w = tensor<B>::uninitialised({count() * heads, width()});
    B::batched_product({}, by_image(heads, width(), rows()), ds.data(), z.data(), w.mutable_data());
    if (sink.wants(4)) sink.add(4, weight_by_head(q, w));
    const tensor<B> dq = heads_times_transposed(w, k_weight);
    if (sink.wants(2)) sink.add(2, left_transposed(dq, queries()));
    if (sink.wants(3)) sink.add(3, column_sums(dq));
    if (sink.wants(0) || sink.wants(1)) row_gradients(r, ds, dq, sink);
  }

  double scale() const { return 1 / std::sqrt(static_cast<double>(head())); }

  /// Products [left, depth] x [depth, right] of every image; the operands of an image lie one after the other.
  product_batch by_image(index left, index right, index depth) const {
    product_batch batch{.outer = count(), .inner = 1, .rows = left, .columns = right, .depth = depth};
    batch.a = {left * depth, 0, depth};
    batch.b = {depth * right, 0, width()};
    batch.c = {left * right, 0, right};
    return batch;
  }

  /// [n, E] by [E, E]: result [n * heads, E], row (i, h) = the part h of row i times the rows h of the weight.
  tensor<B> heads_times(const tensor<B>& x, const tensor<B>& weight) const {
    tensor<B> out = tensor<B>::uninitialised({count() * heads, width()});
    product_batch batch{.inner = heads, .rows = count(), .columns = width(), .depth = head()};
    batch.a = {0, head(), width()};
    batch.b = {0, head() * width(), width()};
    batch.c = {0, width(), heads * width()};
    B::batched_product({}, batch, x.data(), weight.data(), out.mutable_data());
    return out;
  }

  /// The reverse: part h of row i of the result = row (i, h) of x times the transposed rows h of the weight.
  tensor<B> heads_times_transposed(const tensor<B>& x, const tensor<B>& weight) const {
    tensor<B> out = tensor<B>::uninitialised({count(), width()});
    product_batch batch{.inner = heads, .rows = count(), .columns = head(), .depth = width()};
    batch.a = {0, width(), heads * width()};
    batch.b = {0, head() * width(), width()};
    batch.c = {0, head(), width()};
    B::batched_product({.transpose_right = true}, batch, x.data(), weight.data(), out.mutable_data());
    return out;
  }

  /// Rows h of a weight's gradient = sum over images of part h of `left` times row (i, h) of `right`.
  tensor<B> weight_by_head(const tensor<B>& left, const tensor<B>& right) const {
    tensor<B> out = tensor<B>::uninitialised({width(), width()});
    product_batch batch{.inner = heads, .rows = head(), .columns = width(), .depth = count()};
    batch.a = {0, head(), width()};
    batch.b = {0, width(), heads * width()};
    batch.c = {0, head() * width(), width()};
    B::batched_product({.transpose_left = true}, batch, left.data(), right.data(), out.mutable_data());
    return out;
  }

  /// z_0 of every image, [n, E].
  tensor<B> queries() const {
    tensor<B> out = tensor<B>::uninitialised({count(), width()});
    const auto* from = z.data();
    auto* to = out.mutable_data();
    const index columns = width();
    const index stride = rows() * columns;
    B::for_each_row(count(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      for (index c = 0; c < columns; ++c) to[r * columns + c] = from[r * stride + c];
    });
    return out;
  }

  void softmax_rows() {
    auto* scores = a.mutable_data();
    const index columns = rows();
    B::for_each_row(a.rows(), 16 * columns,
                    [=] FEWCLIP_HOST_DEVICE(index r) { softmax_row(scores + r * columns, scores + r * columns, columns); });
  }

  /// a (da - <a, da>) / sqrt(d) with da_hj = r_h . z_j
  tensor<B> score_gradient(const tensor<B>& r) const {
    tensor<B> out = tensor<B>::uninitialised({count() * heads, rows()});
    auto* ds = out.mutable_data();
    B::batched_product({.transpose_right = true}, by_image(heads, rows(), width()), r.data(), z.data(), ds);
    const auto* p = a.data();
    const index columns = rows();
    const auto factor = static_cast<scalar>(scale());
    B::for_each_row(out.rows(), 4 * columns, [=] FEWCLIP_HOST_DEVICE(index row) {
      scalar mean = 0;
      for (index j = 0; j < columns; ++j) mean += p[row * columns + j] * ds[row * columns + j];
      for (index j = 0; j < columns; ++j) ds[row * columns + j] = factor * p[row * columns + j] * (ds[row * columns + j] - mean);
    });
    return out;
  }

  /// dz_j = sum_h (ds_hj u_h + a_hj r_h) + [j = 0] Wq^T dq; where only the positions are wanted, the sum over images is taken first.
  void row_gradients(const tensor<B>& r, const tensor<B>& ds, const tensor<B>& dq, gradient_sink<B>& sink) const {
    tensor<B> first = tensor<B>::uninitialised({count(), width()});
    B::product({}, dq, q_weight, first);
    tensor<B> dp = tensor<B>::uninitialised({rows(), width()});
    if (!sink.wants(0)) {
      B::product({.transpose_left = true}, ds, u, dp);
      B::product({.transpose_left = true, .beta = 1}, a, r, dp);
      const tensor<B> mean = column_sums(first);
      auto* out = dp.mutable_data();
      const auto* more = mean.data();
      B::for_each(width(), [=] FEWCLIP_HOST_DEVICE(index c) { out[c] += more[c]; });
      sink.add(1, std::move(dp));
      return;
    }
    tensor<B> dz = tensor<B>::uninitialised({count(), rows(), width()});
    product_batch batch{.outer = count(), .inner = 1, .rows = rows(), .columns = width(), .depth = heads};
    batch.a = {heads * rows(), 0, rows()};
    batch.b = {heads * width(), 0, width()};
    batch.c = {rows() * width(), 0, width()};
    auto* out = dz.mutable_data();
    B::batched_product({.transpose_left = true}, batch, ds.data(), u.data(), out);
    B::batched_product({.transpose_left = true, .beta = 1}, batch, a.data(), r.data(), out);
    const auto* more = first.data();
    const index columns = width();
    const index stride = rows() * columns;
    B::for_each_row(count(), columns, [=] FEWCLIP_HOST_DEVICE(index i) {
      for (index c = 0; c < columns; ++c) out[i * stride + c] += more[i * columns + c];
    });
    if (sink.wants(1)) {
      sum_columns<B>(dz.data(), count(), stride, dp.mutable_data(), stride);
      sink.add(1, std::move(dp));
    }
    sink.add(0, pool_rows_gradient<B>(dz, in));
  }

  static tensor<B> left_transposed(const tensor<B>& left, const tensor<B>& right) {
    tensor<B> out = tensor<B>::uninitialised({left.columns(), right.columns()});
    B::product({.transpose_left = true}, left, right, out);
    return out;
  }

  static tensor<B> column_sums(const tensor<B>& x) {
    tensor<B> out = tensor<B>::uninitialised({x.columns()});
    sum_columns<B>(x.data(), x.rows(), x.columns(), out.mutable_data(), x.columns());
    return out;
  }

  static void add_bias(tensor<B>& x, const tensor<B>& bias) {
    auto* out = x.mutable_data();
    const auto* added = bias.data();
    const index columns = x.columns();
    B::for_each_row(x.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      for (index c = 0; c < columns; ++c) out[r * columns + c] += added[c];
    });
  }

  void check(const shape& x, const tensor<B>& position, const tensor<B>& qw, const tensor<B>& qb, const tensor<B>& kw, const tensor<B>& kb,
             const tensor<B>& vw, const tensor<B>& vb, const tensor<B>& cw, const tensor<B>& cb) {
    constexpr const char* where = "fewclip::ops::attention_pool";
    require_pool_rows(x, position.extents());
    const index e = x[2];
    if (heads < 1 || e % heads != 0) {
      throw value_error(expected_got(where, "heads", "a divisor of the width, " + std::to_string(e), std::to_string(heads)));
    }
    require_shape(where, "q_weight", {e, e}, qw.extents());
    require_shape(where, "k_weight", {e, e}, kw.extents());
    require_shape(where, "v_weight", {e, e}, vw.extents());
    require_shape(where, "c_weight", {cw.rows(), e}, cw.extents());
    for (const tensor<B>* bias : {&qb, &kb, &vb}) require_shape(where, "bias of q, k, v", {e}, bias->extents());
    require_shape(where, "c_bias", {cw.rows()}, cb.extents());
    in = x;
  }
};

}  // namespace detail

/// What an attention pool looks at: the mean of the tokens, then the tokens, each plus its position.
/// \param x [n, L, E]
/// \param position [L + 1, E]
/// \returns [n, L + 1, E]
/// \throws shape_error where extents do not fit
template <operand X, operand P>
auto attention_pool_rows(const X& x, const P& position) {
  return apply(detail::pool_rows_operation<typename backend_of<X>::type>{}, x, position);
}

/// Attention pooling (Radford et al. 2021, section 2.4; OpenAI's code): multi-head attention whose single query is the mean of the tokens.
///
/// z = [mean of x; x] + position; q from z_0 alone, keys and values from all rows; result = c_weight o + c_bias. With one query, the scores are
/// (Wk_h^T q_h) . z_j up to a constant, and the output is Wv_h (sum_j a_hj z_j) + bv_h, so that neither keys nor values are projected: exact,
/// and 20 times fewer operations for RN50 (6 E^2 + 4 heads (L + 1) E + 2 E D per image, twice as many backward). The gradient of k_bias is
/// zero. Memory: (L + 1 + 2 heads) E numbers per image. Deterministic.
/// \param x [n, L, E], in row-major order of places
/// \param weights all tensors, all variables or all parameters
/// \param heads groups of channels; a divisor of E
/// \returns [n, D], not normalised
/// \throws shape_error where extents do not fit; value_error where heads does not divide E
template <operand X, operand P>
auto attention_pool(const X& x, const attention_pool_weights<P>& weights, index heads) {
  return apply(detail::attention_pool_operation<typename backend_of<X>::type>{heads}, x, weights.position, weights.q_weight, weights.q_bias,
               weights.k_weight, weights.k_bias, weights.v_weight, weights.v_bias, weights.c_weight, weights.c_bias);
}

}  // namespace fewclip::ops
