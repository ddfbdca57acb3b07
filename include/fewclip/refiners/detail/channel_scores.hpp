#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "fewclip/core/sets.hpp"

namespace fewclip::refiners::detail {

/// S and V of the channel criterion, [dim] each.
struct channel_moments {
  std::vector<double> similarity;
  std::vector<double> variance;
};

/// Sums over each class of its text row and, where given, its support rows: [classes, dim] in double precision.
template <compute_backend B>
basic_tensor<double, B> class_sums(const tensor<B>& text, const support_set<B>* support) {
  const index classes = text.rows();
  const index dim = text.columns();
  basic_tensor<double, B> sums = basic_tensor<double, B>::uninitialised({classes, dim});
  std::vector<index> order;
  std::vector<index> offsets(static_cast<std::size_t>(classes) + 1, 0);
  if (support != nullptr) {
    order = support->labels().order_by_class();
    offsets = support->labels().class_offsets();
  }
  const auto rows_of = basic_tensor<index, B>::from_host(order.data(), shape{static_cast<index>(order.size())});
  const auto begins = basic_tensor<index, B>::from_host(offsets.data(), shape{classes + 1});
  const auto* t = text.data();
  const auto* f = support != nullptr ? support->features().data() : nullptr;
  const auto* row_of = rows_of.data();
  const auto* begin = begins.data();
  auto* out = sums.mutable_data();
  B::for_each_row(classes, 64 * dim, [=] FEWCLIP_HOST_DEVICE(index c) {
    for (index d = 0; d < dim; ++d) out[c * dim + d] = static_cast<double>(t[c * dim + d]);
    for (index k = begin[c]; k < begin[c + 1]; ++k) {
      for (index d = 0; d < dim; ++d) out[c * dim + d] += static_cast<double>(f[row_of[k] * dim + d]);
    }
  });
  return sums;
}

/// The closed forms of S (inter-class similarity) and V (variance of the text rows over classes).
template <compute_backend B>
channel_moments measure_channels(const tensor<B>& text, const support_set<B>* support) {
  const index classes = text.rows();
  const index dim = text.columns();
  if (classes < 2) {
    throw value_error(expected_got("fewclip::refiners::prior_channels", "classes", "at least 2", std::to_string(classes)));
  }
  double all = static_cast<double>(classes);
  double own = static_cast<double>(classes);
  if (support != nullptr) {
    all = own = 0;
    for (const index rows : support->labels().counts()) {
      all += static_cast<double>(rows + 1);
      own += static_cast<double>(rows + 1) * static_cast<double>(rows + 1);
    }
  }
  const double pairs = all * all - own;
  const auto sums = class_sums<B>(text, support);
  basic_tensor<double, B> result = basic_tensor<double, B>::uninitialised({2, dim});
  const auto* g = sums.data();
  const auto* t = text.data();
  auto* out = result.mutable_data();
  B::for_each_row(dim, 8 * classes, [=] FEWCLIP_HOST_DEVICE(index d) {
    double total = 0;
    double squares = 0;
    double mean = 0;
    for (index c = 0; c < classes; ++c) {
      const double value = g[c * dim + d];
      total += value;
      squares += value * value;
      mean += static_cast<double>(t[c * dim + d]);
    }
    mean /= static_cast<double>(classes);
    double spread = 0;
    for (index c = 0; c < classes; ++c) {
      const double off = static_cast<double>(t[c * dim + d]) - mean;
      spread += off * off;
    }
    out[d] = (total * total - squares) / pairs;
    out[dim + d] = spread / static_cast<double>(classes - 1);
  });
  const std::vector<double> host = result.to_host();
  return {std::vector<double>(host.begin(), host.begin() + dim), std::vector<double>(host.begin() + dim, host.end())};
}

/// Positions of the `count` largest scores, ties to the lower position, returned in ascending order.
inline std::vector<label> largest(const std::vector<double>& scores, std::size_t count) {
  std::vector<label> order(scores.size());
  std::iota(order.begin(), order.end(), label{0});
  const auto better = [&scores](label a, label b) {
    const double x = scores[static_cast<std::size_t>(a)];
    const double y = scores[static_cast<std::size_t>(b)];
    return x > y || (x == y && a < b);
  };
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), better);
  order.resize(count);
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace fewclip::refiners::detail
