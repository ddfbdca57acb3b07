#pragma once
/// \file
/// The cache term of the Tip-Adapter family: a kernel of cosines, summed per class, without a matrix of queries times keys.

#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/core/math.hpp"

namespace fewclip {

/// Rows grouped by class: which class each row belongs to, and where each class begins. Both in the memory of the backend.
template <compute_backend B>
struct class_segments {
  label_tensor<B> class_of;        ///< [rows], ascending
  basic_tensor<index, B> offsets;  ///< [classes + 1]
  index classes() const { return offsets.size() - 1; }
};

namespace ops {
namespace detail {

/// Adds w_j exp(beta v_j - beta) of the columns first..last-1 to the row's class sums; the exponentials replace the values.
template <class Scalar>
struct affinity_epilogue {
  Scalar* out;            ///< [n, classes], zero before
  Scalar* kept;           ///< [n, keys], or null where no backward follows
  const Scalar* weights;  ///< [keys], or null for ones
  const label* class_of;
  const index* offsets;
  index classes;
  index keys;
  Scalar beta;

  FEWCLIP_HOST_DEVICE void operator()(index row, index first, index last, Scalar* values) const {
    const index count = last - first;
    FEWCLIP_INDEPENDENT_LOOP
    for (index j = 0; j < count; ++j) values[j] = math::exp(beta * values[j] - beta);
    if (kept != nullptr) {
      for (index j = 0; j < count; ++j) kept[row * keys + first + j] = values[j];
    }
    if (weights != nullptr) {
      for (index j = 0; j < count; ++j) values[j] *= weights[first + j];
    }
    for (index j = first; j < last;) {
      const label c = class_of[j];
      const index end = offsets[c + 1] < last ? offsets[c + 1] : last;
      Scalar sum = 0;
      for (; j < end; ++j) sum += values[j - first];
      out[row * classes + c] += sum;
    }
  }
};

/// Operands: x [n, dim], keys [rows, dim], weights [rows] (ignored where not weighted).
template <compute_backend B>
struct class_affinity_operation {
  packed_operand<B> packed;
  class_segments<B> segments;
  typename B::scalar beta;
  bool weighted;
  bool recorded;
  tensor<B> x{};
  tensor<B> weights{};
  tensor<B> kernel{};

  tensor<B> forward(const tensor<B>& queries, const tensor<B>&, const tensor<B>& row_weights) {
    const index classes = segments.classes();
    tensor<B> out({queries.rows(), classes});
    if (recorded) {
      x = queries;
      weights = row_weights;
      kernel = tensor<B>::uninitialised({queries.rows(), packed.columns()});
    }
    B::product_rows(queries, packed,
                    affinity_epilogue<typename B::scalar>{out.mutable_data(), recorded ? kernel.mutable_data() : nullptr,
                                                          weighted ? row_weights.data() : nullptr, segments.class_of.data(),
                                                          segments.offsets.data(), classes, packed.columns(), beta});
    return out;
  }

  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) {
    if (weighted && sink.wants(2)) sink.add(2, weight_gradient(gradient));
    if (!sink.wants(0) && !sink.wants(1)) return;
    const tensor<B> slopes = affinity_gradient(gradient);
    if (sink.wants(0)) {
      tensor<B> dx = tensor<B>::uninitialised(x.extents());
      B::product({}, slopes, rows_of(packed), dx);
      sink.add(0, std::move(dx));
    }
    if (sink.wants(1)) {
      tensor<B> dk = tensor<B>::uninitialised({packed.columns(), packed.depth()});
      B::product({.transpose_left = true}, slopes, x, dk);
      sink.add(1, std::move(dk));
    }
  }

  /// dw_i = sum over queries b of z[b, class of i] E[b, i]
  tensor<B> weight_gradient(const tensor<B>& gradient) const {
    const index rows = kernel.rows();
    const index columns = kernel.columns();
    const index classes = segments.classes();
    tensor<B> out = tensor<B>::uninitialised({columns});
    auto* result = out.mutable_data();
    const auto* z = gradient.data();
    const auto* e = kernel.data();
    const auto* class_of = segments.class_of.data();
    constexpr index block = 256;
    B::for_each_row((columns + block - 1) / block, 2 * block * rows, [=] FEWCLIP_HOST_DEVICE(index k) {
      const index first = k * block;
      const index last = first + block < columns ? first + block : columns;
      for (index i = first; i < last; ++i) result[i] = 0;
      for (index b = 0; b < rows; ++b) {
        for (index i = first; i < last; ++i) result[i] += z[b * classes + class_of[i]] * e[b * columns + i];
      }
    });
    return out;
  }

  /// dA[b, i] = beta w_i E[b, i] z[b, class of i]
  tensor<B> affinity_gradient(const tensor<B>& gradient) const {
    const index columns = kernel.columns();
    const index classes = segments.classes();
    tensor<B> out = tensor<B>::uninitialised(kernel.extents());
    auto* result = out.mutable_data();
    const auto* z = gradient.data();
    const auto* e = kernel.data();
    const auto* w = weighted ? weights.data() : nullptr;
    const auto* class_of = segments.class_of.data();
    const auto factor = beta;
    B::for_each_row(kernel.rows(), 4 * columns, [=] FEWCLIP_HOST_DEVICE(index b) {
      for (index i = 0; i < columns; ++i) {
        const auto scaled = factor * e[b * columns + i] * z[b * classes + class_of[i]];
        result[b * columns + i] = w == nullptr ? scaled : scaled * w[i];
      }
    });
    return out;
  }
};

template <compute_backend B>
struct exponential_gain_operation {
  typename B::scalar beta;
  tensor<B> h{};
  tensor<B> gain{};

  tensor<B> forward(const tensor<B>& sums, const tensor<B>& shift) {
    require_shape("fewclip::ops::exponential_gain", "shift", sums.extents(), shift.extents());
    tensor<B> out = tensor<B>::uninitialised(sums.extents());
    tensor<B> factors = tensor<B>::uninitialised(sums.extents());
    const auto* in = sums.data();
    const auto* g = shift.data();
    auto* result = out.mutable_data();
    auto* factor = factors.mutable_data();
    const auto sharpness = beta;
    B::for_each(out.size(), [=] FEWCLIP_HOST_DEVICE(index i) {
      factor[i] = math::exp(sharpness * g[i]);
      result[i] = factor[i] * in[i];
    });
    h = sums;
    gain = factors;
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    tensor<B> dh = tensor<B>::uninitialised(h.extents());
    tensor<B> dshift = tensor<B>::uninitialised(h.extents());
    const auto* z = gradient.data();
    const auto* sums = h.data();
    const auto* factor = gain.data();
    auto* to_sums = dh.mutable_data();
    auto* to_shift = dshift.mutable_data();
    const auto sharpness = beta;
    B::for_each(h.size(), [=] FEWCLIP_HOST_DEVICE(index i) {
      to_sums[i] = z[i] * factor[i];
      to_shift[i] = sharpness * z[i] * factor[i] * sums[i];
    });
    sink.add(0, std::move(dh));
    sink.add(1, std::move(dshift));
  }
};

}  // namespace detail

/// out[b, c] = sum over keys i of class c of w_i exp(-beta (1 - x_b . key_i)), [n, classes].
///
/// In inference nothing of size queries times keys is stored; recorded on a tape, the kernel values [n, keys] are kept for the backward.
/// \param x [n, dim]
/// \param keys [rows, dim], grouped by class; read nowhere, they only take the gradient
/// \param packed the keys as packed by the backend; of the same values
/// \param weights [rows], or an empty tensor for ones
/// \param segments the classes of the keys
/// \param beta sharpness, >= 0
template <operand X, operand Keys, operand Weights>
auto class_affinity(const X& x, const Keys& keys, const packed_operand<typename backend_of<X>::type>& packed, const Weights& weights,
                    const class_segments<typename backend_of<X>::type>& segments, double beta) {
  using B = typename backend_of<X>::type;
  const bool recorded = is_variable<X>::value || is_variable<Keys>::value || is_variable<Weights>::value;
  return apply(
      detail::class_affinity_operation<B>{packed, segments, static_cast<typename B::scalar>(beta), !value_of(weights).empty(), recorded}, x,
      keys, weights);
}

/// sums * exp(beta * shift), element by element: what a class-wise shift of all affinities does to class_affinity's sums.
template <operand H, operand Shift>
auto exponential_gain(const H& sums, const Shift& shift, double beta) {
  using B = typename backend_of<H>::type;
  return apply(detail::exponential_gain_operation<B>{static_cast<typename B::scalar>(beta)}, sums, shift);
}

}  // namespace ops
}  // namespace fewclip
