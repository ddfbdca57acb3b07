#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/core/sets.hpp"

namespace fewclip::caches::detail {

/// Signatures of rows: probabilities p [n, classes], ln(p classes) in place of ln p, and h = sum p ln(p classes) of each row [n]. Divergences are
/// the same, as sum p = 1; but ln p is near -ln(classes) everywhere, and the small divergences would be differences of large numbers.
template <compute_backend B>
struct signature_rows {
  tensor<B> probabilities;
  tensor<B> logs;
  tensor<B> entropies;
};

/// Mr = slope * M + offset.
struct affine_range {
  double slope = 0;
  double offset = 0;
};

/// \param logs cosines with the texts over the temperature, [n, classes]; overwritten
template <compute_backend B>
signature_rows<B> signatures_of(tensor<B> logs) {
  using scalar = typename B::scalar;
  tensor<B> probabilities = tensor<B>::uninitialised(logs.extents());
  tensor<B> entropies = tensor<B>::uninitialised({logs.rows()});
  auto* z = logs.mutable_data();
  auto* p = probabilities.mutable_data();
  auto* h = entropies.mutable_data();
  const index columns = logs.columns();
  B::for_each_row(logs.rows(), 32 * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
    scalar* row = z + r * columns;
    scalar* out = p + r * columns;
    scalar largest = row[0];
    for (index c = 1; c < columns; ++c) largest = row[c] > largest ? row[c] : largest;
    for (index c = 0; c < columns; ++c) out[c] = math::exp(row[c] - largest);
    double total = 0;  // an error of the sum would shift all logarithms of the row, and with them its divergences
    for (index c = 0; c < columns; ++c) total += static_cast<double>(out[c]);
    const double log_mean = math::log(total / static_cast<double>(columns));
    const auto sum = static_cast<scalar>(total);
    scalar entropy = 0;
    for (index c = 0; c < columns; ++c) {
      out[c] /= sum;
      row[c] = static_cast<scalar>(static_cast<double>(row[c] - largest) - log_mean);
      entropy += out[c] * row[c];
    }
    h[r] = entropy;
  });
  return {std::move(probabilities), std::move(logs), std::move(entropies)};
}

template <compute_backend B>
signature_rows<B> signatures(const tensor<B>& x, const packed_operand<B>& texts, double temperature) {
  return signatures_of<B>(ops::packed_product(x, texts, 1 / temperature));
}

/// Sums of rows by class, [classes, columns].
template <compute_backend B>
tensor<B> sum_by_class(const tensor<B>& rows, const class_labels& labels) {
  const std::vector<index> order = labels.order_by_class();
  const std::vector<index> offsets = labels.class_offsets();
  const auto rows_of = basic_tensor<index, B>::from_host(order.data(), shape{static_cast<index>(order.size())});
  const auto begins = basic_tensor<index, B>::from_host(offsets.data(), shape{labels.classes() + 1});
  tensor<B> out({labels.classes(), rows.columns()});
  const auto* from = rows.data();
  const auto* row_of = rows_of.data();
  const auto* begin = begins.data();
  auto* to = out.mutable_data();
  const index columns = rows.columns();
  B::for_each_row(labels.classes(), 16 * columns, [=] FEWCLIP_HOST_DEVICE(index c) {
    for (index k = begin[c]; k < begin[c + 1]; ++k) {
      for (index d = 0; d < columns; ++d) to[c * columns + d] += from[row_of[k] * columns + d];
    }
  });
  return out;
}

/// Keeps the least and the greatest of added[row] - value over all columns of a row (or of the values, where added is null).
template <class Scalar>
struct extrema_epilogue {
  Scalar* least;
  Scalar* greatest;
  const Scalar* added;

  FEWCLIP_HOST_DEVICE void operator()(index row, index first, index last, Scalar* values) const {
    Scalar low = least[row];
    Scalar high = greatest[row];
    for (index j = 0; j < last - first; ++j) {
      const Scalar value = added != nullptr ? added[row] - values[j] : values[j];
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    least[row] = low;
    greatest[row] = high;
  }
};

/// The least and the greatest entry of x w^T, or of added - x w^T row by row; no matrix is stored. Zeros where there is no entry.
template <compute_backend B>
std::pair<double, double> product_extrema(const tensor<B>& x, const tensor<B>& w, const tensor<B>* added) {
  using scalar = typename B::scalar;
  if (x.rows() == 0 || w.rows() == 0) return {0, 0};
  tensor<B> least({x.rows()}, scalar(1e30));
  tensor<B> greatest({x.rows()}, scalar(-1e30));
  B::product_rows(x, B::pack(w),
                  extrema_epilogue<scalar>{least.mutable_data(), greatest.mutable_data(), added != nullptr ? added->data() : nullptr});
  const std::vector<scalar> low = least.to_host();
  const std::vector<scalar> high = greatest.to_host();
  return {static_cast<double>(*std::min_element(low.begin(), low.end())), static_cast<double>(*std::max_element(high.begin(), high.end()))};
}

/// The map from the range of divergences to the range of cosines, both between `rows` and the rows behind `logs` and `keys`.
template <compute_backend B>
affine_range rescaling_range(const signature_rows<B>& rows, const tensor<B>& logs, const tensor<B>& x, const tensor<B>& keys) {
  const auto [least, greatest] = product_extrema<B>(rows.probabilities, logs, &rows.entropies);
  const auto [low, high] = product_extrema<B>(x, keys, nullptr);
  if (!(greatest > least)) return {0, low};
  const double slope = (high - low) / (greatest - least);
  return {slope, low - slope * least};
}

/// -gamma * (slope * (n_c h_b - q_b . U_c) + offset * n_c), [n, classes].
template <compute_backend B>
tensor<B> divergence_scores(const signature_rows<B>& queries, const tensor<B>& log_sums, const tensor<B>& counts, const affine_range& range,
                            double gamma) {
  using scalar = typename B::scalar;
  tensor<B> out = tensor<B>::uninitialised({queries.probabilities.rows(), log_sums.rows()});
  B::product({.transpose_right = true}, queries.probabilities, log_sums, out);
  const auto* h = queries.entropies.data();
  const auto* n = counts.data();
  auto* result = out.mutable_data();
  const index columns = out.columns();
  const auto slope = static_cast<scalar>(range.slope);
  const auto offset = static_cast<scalar>(range.offset);
  const auto weight = static_cast<scalar>(gamma);
  B::for_each_row(out.rows(), 4 * columns, [=] FEWCLIP_HOST_DEVICE(index b) {
    for (index c = 0; c < columns; ++c) {
      const scalar divergence = n[c] * h[b] - result[b * columns + c];
      result[b * columns + c] = -weight * (slope * divergence + offset * n[c]);
    }
  });
  return out;
}

/// What a range that follows the queries is taken from; empty for one that is known before.
template <compute_backend B>
struct range_source {
  tensor<B> queries{};
  tensor<B> logs{};
  tensor<B> features{};
};

/// The scores of cosines with the texts over the temperature, [n, classes]. The backward takes the range of the rescaling as a constant.
template <compute_backend B>
struct divergence_operation {
  tensor<B> log_sums;
  tensor<B> counts;
  affine_range range;
  range_source<B> ranged;
  double gamma;
  signature_rows<B> rows{};

  tensor<B> forward(const tensor<B>& scaled_cosines) {
    rows = signatures_of<B>(scaled_cosines);
    if (!ranged.logs.empty()) range = rescaling_range<B>(rows, ranged.logs, ranged.queries, ranged.features);
    return divergence_scores<B>(rows, log_sums, counts, range, gamma);
  }

  /// With g = -gamma slope (s ln(q classes) - z U), s_b = sum over c of z_bc n_c: q (g - q . g) for every row.
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    using scalar = typename B::scalar;
    tensor<B> out = tensor<B>::uninitialised(gradient.extents());
    B::product({}, gradient, log_sums, out);
    const auto* z = gradient.data();
    const auto* q = rows.probabilities.data();
    const auto* logs = rows.logs.data();
    const auto* n = counts.data();
    auto* result = out.mutable_data();
    const index columns = out.columns();
    const auto weight = static_cast<scalar>(-gamma * range.slope);
    B::for_each_row(out.rows(), 8 * columns, [=] FEWCLIP_HOST_DEVICE(index b) {
      const index at = b * columns;
      scalar total = 0;
      for (index c = 0; c < columns; ++c) total += z[at + c] * n[c];
      scalar mean = 0;
      for (index k = 0; k < columns; ++k) {
        result[at + k] = weight * (total * logs[at + k] - result[at + k]);
        mean += q[at + k] * result[at + k];
      }
      for (index k = 0; k < columns; ++k) result[at + k] = q[at + k] * (result[at + k] - mean);
    });
    sink.add(0, std::move(out));
  }
};

}  // namespace fewclip::caches::detail
