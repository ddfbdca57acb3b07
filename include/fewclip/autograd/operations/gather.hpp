#pragma once
/// \file
/// Rows of a table by their numbers: embeddings of tokens, one token of each sequence.

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct gather_rows_operation {
  label_tensor<B> which;
  shape before{};

  tensor<B> forward(const tensor<B>& table) {
    before = table.extents();
    const index columns = table.columns();
    tensor<B> out = tensor<B>::uninitialised({which.size(), columns});
    const auto* in = table.data();
    const label* row = which.data();
    auto* result = out.mutable_data();
    B::for_each_row(which.size(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      const auto* from = in + static_cast<index>(row[r]) * columns;
      for (index c = 0; c < columns; ++c) result[r * columns + c] = from[c];
    });
    return out;
  }

  /// One thread per row of the table that was read; it adds that row's gradients in ascending order of place.
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (!sink.wants(0)) return;
    tensor<B> out(before);
    const std::vector<label> rows = which.to_host();
    std::vector<index> places(rows.size());
    std::iota(places.begin(), places.end(), index{0});
    std::stable_sort(places.begin(), places.end(),
                     [&](index a, index b) { return rows[static_cast<std::size_t>(a)] < rows[static_cast<std::size_t>(b)]; });
    std::vector<index> begins;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const bool same = i > 0 && rows[static_cast<std::size_t>(places[i])] == rows[static_cast<std::size_t>(places[i - 1])];
      if (!same) begins.push_back(static_cast<index>(i));
    }
    const auto distinct = static_cast<index>(begins.size());
    begins.push_back(static_cast<index>(places.size()));
    add(basic_tensor<index, B>::from_host(places.data(), {static_cast<index>(places.size())}),
        basic_tensor<index, B>::from_host(begins.data(), {distinct + 1}), distinct, gradient, out);
    sink.add(0, std::move(out));
  }

  void add(const basic_tensor<index, B>& places, const basic_tensor<index, B>& begins, index distinct, const tensor<B>& gradient,
           tensor<B>& out) const {
    const index columns = before.columns();
    const index* place = places.data();
    const index* begin = begins.data();
    const label* row = which.data();
    const auto* g = gradient.data();
    auto* result = out.mutable_data();
    B::for_each_row(distinct, 2 * columns, [=] FEWCLIP_HOST_DEVICE(index k) {
      auto* to = result + static_cast<index>(row[place[begin[k]]]) * columns;
      for (index i = begin[k]; i < begin[k + 1]; ++i) {
        const auto* from = g + place[i] * columns;
        for (index c = 0; c < columns; ++c) to[c] += from[c];
      }
    });
  }
};

}  // namespace detail

/// The rows `which` [m] of table [rows, columns], in that order and possibly more than once, giving [m, columns].
///
/// Backward adds the gradients of equal numbers in order of their places, so it is reproducible; it fills a table of zeros.
/// \param table [rows, columns]
/// \param which each in 0 .. rows - 1 (not checked)
template <operand Table>
auto gather_rows(const Table& table, const label_tensor<typename backend_of<Table>::type>& which) {
  return apply(detail::gather_rows_operation<typename backend_of<Table>::type>{which}, table);
}

}  // namespace fewclip::ops
