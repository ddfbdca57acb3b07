#pragma once
// What every backend's product_tiles and batched_product must do. Each check compares a backend B with a backend R that is known to be right.

#include <vector>

#include "thrust_shared.hpp"

namespace fewclip::thrust_checks {

/// Adds the products to what is there, so that a tile that comes twice shows.
template <class Scalar>
struct adding_epilogue {
  Scalar* products;  ///< [rows, columns], zero before
  index columns;

  FEWCLIP_HOST_DEVICE void operator()(index row, index first, index last, Scalar* values) const {
    for (index j = first; j < last; ++j) products[row * columns + j] += values[j - first];
  }
};

template <class B>
std::vector<typename B::scalar> tiles_of(extents n, const std::vector<typename B::scalar>& x, const std::vector<typename B::scalar>& w) {
  tensor<B> products({n.rows, n.columns});
  const auto packed = B::pack(tensor_of<B>(w, {n.columns, n.depth}));
  B::product_tiles(tensor_of<B>(x, {n.rows, n.depth}), packed, adding_epilogue<typename B::scalar>{products.mutable_data(), n.columns});
  return products.to_host();
}

template <class B, class R>
void check_product_tiles() {
  using scalar = typename B::scalar;
  drawn_values draw;
  for (const extents n : {extents{1, 1, 1}, {1, 1333, 65}, {50, 769, 65}, {259, 517, 131}, {0, 5, 3}, {5, 0, 3}}) {
    BOOST_TEST_CONTEXT("seed " << draw.seed() << ", " << n.rows << " x " << n.columns << " x " << n.depth) {
      const std::vector<scalar> x = draw.next<scalar>(n.rows * n.depth);
      const std::vector<scalar> w = draw.next<scalar>(n.columns * n.depth);
      BOOST_TEST(largest_difference(tiles_of<B>(n, x, w), tiles_of<R>(n, x, w)) <= tolerance<scalar>);
    }
  }
  const auto packed = B::pack(tensor<B>({3, 4}));
  BOOST_CHECK_THROW(B::product_tiles(tensor<B>({2, 5}), packed, adding_epilogue<scalar>{nullptr, 3}), shape_error);
}

template <class B>
std::vector<typename B::scalar> batch_of(const product_options& options, const product_batch& n, const std::vector<typename B::scalar>& a,
                                         const std::vector<typename B::scalar>& b, const std::vector<typename B::scalar>& c) {
  const tensor<B> left = tensor_of<B>(a, {static_cast<index>(a.size())});
  const tensor<B> right = tensor_of<B>(b, {static_cast<index>(b.size())});
  tensor<B> out = tensor_of<B>(c, {static_cast<index>(c.size())});
  B::batched_product(options, n, left.data(), right.data(), out.mutable_data());
  return out.to_host();
}

/// Three sequences of four heads that lie side by side in rows, as attention has them, with every transposition.
template <class B, class R>
void check_batched_products() {
  using scalar = typename B::scalar;
  drawn_values draw;
  const index outer = 3, inner = 4;
  for (const extents n : {extents{1, 1, 1}, {5, 7, 3}, {50, 50, 64}, {37, 64, 50}}) {
    for (const bool left : {false, true}) {
      for (const bool right : {false, true}) {
        const index a_rows = left ? n.depth : n.rows, a_columns = left ? n.rows : n.depth;
        const index b_rows = right ? n.columns : n.depth, b_columns = right ? n.depth : n.columns;
        const product_batch batch{outer,
                                  inner,
                                  n.rows,
                                  n.columns,
                                  n.depth,
                                  {a_rows * inner * a_columns, a_columns, inner * a_columns},
                                  {b_rows * inner * b_columns, b_columns, inner * b_columns},
                                  {n.rows * inner * n.columns, n.rows * n.columns, n.columns}};
        const std::vector<scalar> a = draw.next<scalar>(outer * inner * n.rows * n.depth);
        const std::vector<scalar> b = draw.next<scalar>(outer * inner * n.columns * n.depth);
        const std::vector<scalar> c = draw.next<scalar>(outer * inner * n.rows * n.columns);
        const std::vector<scalar> unread(c.size(), std::numeric_limits<scalar>::quiet_NaN());
        BOOST_TEST_CONTEXT("seed " << draw.seed() << ", " << n.rows << " x " << n.columns << " x " << n.depth << ", transposed: " << left
                                   << right) {
          const product_options plain{.transpose_left = left, .transpose_right = right};
          BOOST_TEST(largest_difference(batch_of<B>(plain, batch, a, b, unread), batch_of<R>(plain, batch, a, b, c)) <= tolerance<scalar>);
          const product_options update{.transpose_left = left, .transpose_right = right, .alpha = 0.5, .beta = -2};
          BOOST_TEST(largest_difference(batch_of<B>(update, batch, a, b, c), batch_of<R>(update, batch, a, b, c)) <= tolerance<scalar>);
        }
      }
    }
  }
}

}  // namespace fewclip::thrust_checks
