#pragma once

#include <limits>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/config.hpp"

namespace fewclip::selectors::detail {

/// Whether the first maximum of z + v r is at y. No NaN is ever a hit.
template <class Scalar>
FEWCLIP_HOST_DEVICE bool is_hit(const Scalar* z, const Scalar* r, index classes, index y, Scalar v) {
  const Scalar own = z[y] + v * r[y];
  for (index c = 0; c < y; ++c) {
    if (!(own > z[c] + v * r[c])) return false;
  }
  for (index c = y + 1; c < classes; ++c) {
    if (!(own >= z[c] + v * r[c])) return false;
  }
  return own == own;
}

/// For which factors v row z + v r is a hit for y: surely for v in ]sure_above, sure_below[, surely not outside ]maybe_above, maybe_below[,
/// and between the two rounding decides. The set is an interval, since every rival c loses for v on one side of g / p (g = z_c - z_y,
/// p = r_y - r_c), or everywhere, or nowhere.
struct hit_interval {
  double sure_above;
  double sure_below;
  double maybe_above;
  double maybe_below;
};

template <class Scalar>
FEWCLIP_HOST_DEVICE hit_interval interval_of(const Scalar* z, const Scalar* r, index classes, index y, double slack) {
  constexpr double far = std::numeric_limits<double>::infinity();
  hit_interval out{-far, far, -far, far};
  for (index c = 0; c < classes; ++c) {
    if (c == y) continue;
    const double g = static_cast<double>(z[c]) - static_cast<double>(z[y]);
    const double p = static_cast<double>(r[y]) - static_cast<double>(r[c]);
    const double first = (g - slack) / p;
    const double second = (g + slack) / p;
    if (p > 0) {
      out.maybe_above = first > out.maybe_above ? first : out.maybe_above;
      out.sure_above = second > out.sure_above ? second : out.sure_above;
    } else if (p < 0) {
      out.maybe_below = first < out.maybe_below ? first : out.maybe_below;
      out.sure_below = second < out.sure_below ? second : out.sure_below;
    } else if (g > slack) {
      out.maybe_above = far;
    } else if (g >= -slack) {
      out.sure_above = far;
    }
  }
  return out;
}

/// What can be said of a row from the two ends of the range of factors alone: margins are linear in v, so a rival that loses at both ends
/// loses throughout, and one that wins at both ends wins throughout.
enum class row_verdict { always, never, depends };

template <class Scalar>
struct row_ends {
  row_verdict verdict;
  double slack;  ///< bounds the rounding of a margin for any v of the range
};

template <class Scalar>
FEWCLIP_HOST_DEVICE row_ends<Scalar> judge_ends(const Scalar* z, const Scalar* r, index classes, index y, Scalar low, Scalar high) {
  Scalar worst = std::numeric_limits<Scalar>::max();
  Scalar never = std::numeric_limits<Scalar>::max();
  Scalar z_size = 0;
  Scalar r_size = 0;
  for (index c = 0; c < classes; ++c) {
    z_size = z[c] > z_size ? z[c] : (-z[c] > z_size ? -z[c] : z_size);
    r_size = r[c] > r_size ? r[c] : (-r[c] > r_size ? -r[c] : r_size);
    if (c == y) continue;
    const Scalar at_low = (z[y] - z[c]) + low * (r[y] - r[c]);
    const Scalar at_high = (z[y] - z[c]) + high * (r[y] - r[c]);
    const Scalar lesser = at_low < at_high ? at_low : at_high;
    const Scalar greater = at_low < at_high ? at_high : at_low;
    worst = lesser < worst ? lesser : worst;
    never = greater < never ? greater : never;
  }
  const Scalar reach = -low > high ? -low : (high > low ? high : low);
  const double slack = 16 * static_cast<double>(std::numeric_limits<Scalar>::epsilon()) *
                       (static_cast<double>(z_size) + static_cast<double>(reach) * static_cast<double>(r_size));
  if (static_cast<double>(worst) > slack) return {row_verdict::always, slack};
  if (static_cast<double>(never) < -slack) return {row_verdict::never, slack};
  return {row_verdict::depends, slack};
}

/// Rows that others + v * term predicts right, for each factor v: the hits of all values of a linear setting in one pass over the classes.
/// Equal to an argmax for each v, ties included (the first maximum wins): where rounding could decide, the argmax is made.
/// \param others scores without the setting [n, classes]
/// \param term what the setting multiplies [n, classes]
/// \param labels [n]
/// \param factors values of the setting, in any order
/// \returns hits of each factor
template <compute_backend B>
std::vector<index> linear_hits(const tensor<B>& others, const tensor<B>& term, const label_tensor<B>& labels,
                               const std::vector<double>& factors) {
  using scalar = typename B::scalar;
  const std::vector<scalar> rounded(factors.begin(), factors.end());
  const auto count = static_cast<index>(factors.size());
  const tensor<B> values = tensor<B>::from_host(rounded.data(), shape{count});
  label_tensor<B> hit = label_tensor<B>::uninitialised({count, others.rows()});
  label_tensor<B> sums = label_tensor<B>::uninitialised({count});
  scalar low = rounded.front();
  scalar high = rounded.front();
  for (const scalar v : rounded) {
    low = v < low ? v : low;
    high = v > high ? v : high;
  }
  const scalar* z = others.data();
  const scalar* r = term.data();
  const scalar* v = values.data();
  const label* y = labels.data();
  label* out = hit.mutable_data();
  const index rows = others.rows();
  const index classes = others.columns();
  B::for_each_row(rows, 8 * classes + count, [=] FEWCLIP_HOST_DEVICE(index b) {
    const scalar* row_z = z + b * classes;
    const scalar* row_r = r + b * classes;
    const row_ends<scalar> ends = judge_ends(row_z, row_r, classes, y[b], low, high);
    if (ends.verdict != row_verdict::depends) {
      for (index k = 0; k < count; ++k) out[k * rows + b] = ends.verdict == row_verdict::always ? 1 : 0;
      return;
    }
    const hit_interval found = interval_of(row_z, row_r, classes, y[b], ends.slack);
    for (index k = 0; k < count; ++k) {
      const auto at = static_cast<double>(v[k]);
      const bool sure = at > found.sure_above && at < found.sure_below;
      const bool maybe = at > found.maybe_above && at < found.maybe_below;
      out[k * rows + b] = sure || (maybe && is_hit(row_z, row_r, classes, y[b], v[k])) ? 1 : 0;
    }
  });
  label* sum = sums.mutable_data();
  const label* found = hit.data();
  B::for_each_row(count, rows, [=] FEWCLIP_HOST_DEVICE(index k) {
    label total = 0;
    for (index b = 0; b < rows; ++b) total += found[k * rows + b];
    sum[k] = total;
  });
  const std::vector<label> result = sums.to_host();
  return {result.begin(), result.end()};
}

}  // namespace fewclip::selectors::detail
