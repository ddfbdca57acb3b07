#pragma once
/// \file
/// What turns images and texts into sequences of tokens: patches, a token of one's own in front, positions.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/autograd/operations/detail/column_sums.hpp"

namespace fewclip::ops {
namespace detail {

/// Where element i of the patches [n * grid * grid, 3 * patch * patch] lies in the images [n, 3, side, side].
struct patch_order {
  index side;
  index patch;

  FEWCLIP_HOST_DEVICE index place(index i) const {
    const index grid = side / patch;
    const index x = i % patch;
    const index y = i / patch % patch;
    const index channel = i / (patch * patch) % 3;
    const index cell = i / (3 * patch * patch);
    const index image = cell / (grid * grid);
    return ((image * 3 + channel) * side + cell / grid % grid * patch + y) * side + cell % grid * patch + x;
  }
};

template <compute_backend B>
struct patches_operation {
  patch_order order;
  shape before{};

  tensor<B> forward(const tensor<B>& images) {
    const index side = order.side;
    if (images.columns() != 3 * side * side || side % order.patch != 0) {
      throw shape_error(expected_got("fewclip::ops::patches", "images",
                                     "rows of 3 x " + std::to_string(side) + " x " + std::to_string(side) +
                                         " numbers, cut into patches of " + std::to_string(order.patch),
                                     images.extents().text()));
    }
    before = images.extents();
    const index grid = side / order.patch;
    const index run = order.patch;
    tensor<B> out = tensor<B>::uninitialised({images.rows() * grid * grid, 3 * run * run});
    const auto* in = images.data();
    auto* result = out.mutable_data();
    const patch_order from = order;
    B::for_each_row(out.size() / run, run, [=] FEWCLIP_HOST_DEVICE(index k) {
      const auto* begin = in + from.place(k * run);
      for (index x = 0; x < run; ++x) result[k * run + x] = begin[x];
    });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (!sink.wants(0)) return;
    tensor<B> out = tensor<B>::uninitialised(before);
    const auto* g = gradient.data();
    auto* result = out.mutable_data();
    const patch_order to = order;
    B::for_each(out.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[to.place(i)] = g[i]; });
    sink.add(0, std::move(out));
  }
};

template <compute_backend B>
struct prepend_token_operation {
  index count;

  tensor<B> forward(const tensor<B>& x, const tensor<B>& token) const {
    const index columns = x.columns();
    if (count < 1 || x.rows() % count != 0 || token.size() != columns) {
      throw shape_error(expected_got(
          "fewclip::ops::prepend_token", "x",
          "sequences of " + std::to_string(count) + " rows as long as the token, " + std::to_string(token.size()), x.extents().text()));
    }
    const index in_rows = count;
    const index out_rows = count + 1;
    tensor<B> out = tensor<B>::uninitialised({x.rows() / in_rows * out_rows, columns});
    const auto* in = x.data();
    const auto* first = token.data();
    auto* result = out.mutable_data();
    B::for_each_row(out.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      const index at = r % out_rows;
      const auto* from = at == 0 ? first : in + (r / out_rows * in_rows + at - 1) * columns;
      for (index c = 0; c < columns; ++c) result[r * columns + c] = from[c];
    });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    const index columns = gradient.columns();
    const index in_rows = count;
    const index out_rows = count + 1;
    const index sequences = gradient.rows() / out_rows;
    const auto* g = gradient.data();
    if (sink.wants(0)) {
      tensor<B> dx = tensor<B>::uninitialised({sequences * in_rows, columns});
      auto* result = dx.mutable_data();
      B::for_each_row(dx.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
        const auto* from = g + (r / in_rows * out_rows + r % in_rows + 1) * columns;
        for (index c = 0; c < columns; ++c) result[r * columns + c] = from[c];
      });
      sink.add(0, std::move(dx));
    }
    if (sink.wants(1)) {
      tensor<B> sums = tensor<B>::uninitialised({columns});
      sum_columns<B>(g, sequences, columns, sums.mutable_data(), out_rows * columns);
      sink.add(1, std::move(sums));
    }
  }
};

template <compute_backend B>
struct add_positions_operation {
  index count;
  shape table{};

  tensor<B> forward(const tensor<B>& x, const tensor<B>& positions) {
    const index columns = x.columns();
    if (count < 1 || x.rows() % count != 0 || positions.rows() < count || positions.columns() != columns) {
      throw shape_error(expected_got("fewclip::ops::add_positions", "positions",
                                     "at least " + std::to_string(count) + " rows of " + std::to_string(columns) + " for sequences of " +
                                         std::to_string(count) + " of the " + std::to_string(x.rows()) + " rows",
                                     positions.extents().text()));
    }
    table = positions.extents();
    const index period = count;
    tensor<B> out = tensor<B>::uninitialised(x.extents());
    const auto* in = x.data();
    const auto* added = positions.data();
    auto* result = out.mutable_data();
    B::for_each_row(x.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
      FEWCLIP_INDEPENDENT_LOOP
      for (index c = 0; c < columns; ++c) result[r * columns + c] = in[r * columns + c] + added[r % period * columns + c];
    });
    return out;
  }
  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(1)) {
      tensor<B> sums(table);
      const index width = count * gradient.columns();
      sum_columns<B>(gradient.data(), gradient.rows() / count, width, sums.mutable_data(), width);
      sink.add(1, std::move(sums));
    }
    sink.add(0, gradient);
  }
};

}  // namespace detail

/// The patches of images as rows: [n, 3, side, side], or rows [n, 3 * side * side], to [n * grid * grid, 3 * patch * patch].
///
/// Patches are in row-major order over the grid; the numbers of one are ordered as (channel, row, column). With rows like these a
/// convolution whose stride is its kernel's side is a matrix product.
/// \param images pixels
/// \param side pixels of the image's side
/// \param patch pixels of the patch's side
/// \throws shape_error where images do not have 3 * side * side numbers each, or patch does not divide side
template <operand X>
auto patches(const X& images, index side, index patch) {
  return apply(detail::patches_operation<typename backend_of<X>::type>{{side, patch}}, images);
}

/// Sequences of `count` rows with the row `token` in front of each: x [n * count, columns] to [n * (count + 1), columns].
/// \throws shape_error where count does not divide the rows of x, or the token is not one row
template <operand X, operand Token>
auto prepend_token(const X& x, const Token& token, index count) {
  return apply(detail::prepend_token_operation<typename backend_of<X>::type>{count}, x, token);
}

/// x [n * count, columns] plus row i of `positions` [at least count, columns] on row i of each sequence.
/// \throws shape_error where count does not divide the rows of x, or positions has fewer rows
template <operand X, operand Positions>
auto add_positions(const X& x, const Positions& positions, index count) {
  return apply(detail::add_positions_operation<typename backend_of<X>::type>{count}, x, positions);
}

}  // namespace fewclip::ops
