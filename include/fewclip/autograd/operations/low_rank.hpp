#pragma once
/// \file
/// A frozen weight plus products of thin matrices.

#include <string>
#include <utility>

#include "fewclip/autograd/apply.hpp"

namespace fewclip::ops {
namespace detail {

/// Operands: a [parts * rank, in], b [out, rank].
template <compute_backend B>
struct add_low_rank_operation {
  tensor<B> weight;
  index parts;
  double gain;
  tensor<B> a{}, b{};

  index rank() const { return b.columns(); }
  index in() const { return weight.columns(); }
  index out() const { return weight.rows() / parts; }

  product_batch batch(index rows, index columns, index depth) const {
    return {.inner = parts, .rows = rows, .columns = columns, .depth = depth};
  }

  tensor<B> forward(const tensor<B>& left, const tensor<B>& right) {
    constexpr const char* where = "fewclip::ops::add_low_rank";
    if (parts < 1 || weight.rows() % parts != 0) {
      throw value_error(expected_got(where, "parts", "a divisor of the rows, " + std::to_string(weight.rows()), std::to_string(parts)));
    }
    a = left;
    b = right;
    require_shape(where, "a", {parts * rank(), in()}, a.extents());
    require_shape(where, "b", {weight.rows(), rank()}, b.extents());
    tensor<B> result = weight.clone();
    product_batch each = batch(out(), in(), rank());
    each.a = {0, out() * rank(), rank()};
    each.b = {0, rank() * in(), in()};
    each.c = {0, out() * in(), in()};
    B::batched_product({.alpha = gain, .beta = 1}, each, b.data(), a.data(), result.mutable_data());
    return result;
  }

  void backward(const tensor<B>& gradient, gradient_sink<B>& sink) const {
    if (sink.wants(0)) {
      tensor<B> da = tensor<B>::uninitialised(a.extents());
      product_batch each = batch(rank(), in(), out());
      each.a = {0, out() * rank(), rank()};
      each.b = {0, out() * in(), in()};
      each.c = {0, rank() * in(), in()};
      B::batched_product({.transpose_left = true, .alpha = gain}, each, b.data(), gradient.data(), da.mutable_data());
      sink.add(0, std::move(da));
    }
    if (sink.wants(1)) {
      tensor<B> db = tensor<B>::uninitialised(b.extents());
      product_batch each = batch(out(), rank(), in());
      each.a = {0, out() * in(), in()};
      each.b = {0, rank() * in(), in()};
      each.c = {0, out() * rank(), rank()};
      B::batched_product({.transpose_right = true, .alpha = gain}, each, gradient.data(), a.data(), db.mutable_data());
      sink.add(1, std::move(db));
    }
  }
};

}  // namespace detail

/// weight + gain * [b_1 a_1; b_2 a_2; ...]: each part of the rows gets a product of rank r (LoRA, Hu et al. 2021, arXiv 2106.09685).
/// \param weight [out, in], without gradient
/// \param a [parts * r, in]
/// \param b [out, r]
/// \param parts how many equal blocks of rows have factors of their own
/// \param gain factor of the products
/// \throws shape_error where extents do not fit; value_error where parts do not divide the rows
template <operand A, operand C>
auto add_low_rank(const tensor<typename backend_of<A>::type>& weight, const A& a, const C& b, index parts, double gain) {
  return apply(detail::add_low_rank_operation<typename backend_of<A>::type>{weight, parts, gain}, a, b);
}

}  // namespace fewclip::ops
