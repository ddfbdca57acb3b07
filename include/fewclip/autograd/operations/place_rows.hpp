#pragma once
/// \file
/// Rows put into a table: learned embeddings among frozen ones.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

template <compute_backend B>
struct place_rows_operation {
  tensor<B> table;
  label_tensor<B> at;

  tensor<B> forward(const tensor<B>& rows) {
    require_shape("fewclip::ops::place_rows", "rows", shape{at.size(), table.columns()}, shape{rows.rows(), rows.columns()});
    tensor<B> out = std::move(table);
    const index columns = out.columns();
    const auto* in = rows.data();
    const label* place = at.data();
    auto* result = out.mutable_data();
    B::for_each_row(at.size(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      auto* to = result + static_cast<index>(place[r]) * columns;
      for (index c = 0; c < columns; ++c) to[c] = in[r * columns + c];
    });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (!sink.wants(0)) return;
    const index columns = gradient.columns();
    tensor<B> out = tensor<B>::uninitialised({at.size(), columns});
    const auto* g = gradient.data();
    const label* place = at.data();
    auto* result = out.mutable_data();
    B::for_each_row(at.size(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      const auto* from = g + static_cast<index>(place[r]) * columns;
      for (index c = 0; c < columns; ++c) result[r * columns + c] = from[c];
    });
    sink.add(0, std::move(out));
  }
};

}  // namespace detail

/// The table with rows[i] in place of its row at[i].
/// \param table [m, columns]; gets no gradient, and is written to where nobody else uses its memory
/// \param rows [k, columns]
/// \param at [k], each in 0 .. m - 1 and no two equal (not checked)
/// \returns [m, columns]
/// \throws shape_error where rows does not have one row per entry of `at`, as wide as the table
template <operand Rows>
auto place_rows(tensor<typename backend_of<Rows>::type> table, const Rows& rows, const label_tensor<typename backend_of<Rows>::type>& at) {
  return apply(detail::place_rows_operation<typename backend_of<Rows>::type>{std::move(table), at}, rows);
}

}  // namespace fewclip::ops
