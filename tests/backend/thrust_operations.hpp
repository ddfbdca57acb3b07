#pragma once
// Every operation of autograd, forward and backward, on a backend B against a backend R.

#include "fewclip/autograd/operations/class_affinity.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/norm.hpp"
#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/autograd/operations/softmax.hpp"
#include "thrust_shared.hpp"

namespace fewclip::thrust_checks {

/// A result and the gradients of half its squared norm with respect to both operands.
template <class Scalar>
struct differentiated {
  std::vector<Scalar> result, first, second;
};

template <class B, class Operation>
differentiated<typename B::scalar> differentiate(const Operation& operation, const tensor<B>& x, const tensor<B>& y) {
  tape<B> record;
  const variable<B> first = record.leaf(x);
  const variable<B> second = record.leaf(y);
  const variable<B> result = operation(first, second);
  record.backward(result.value().size() == 1 ? result : ops::half_squared_norm(result));
  return {result.value().to_host(), record.gradient(first).to_host(), record.gradient(second).to_host()};
}

/// Apart from check_operation, so that it is compiled once per scalar and not once per operation.
template <class Scalar>
void require_equal(const char* name, std::uint64_t seed, const differentiated<Scalar>& got, const differentiated<Scalar>& expected) {
  BOOST_TEST_CONTEXT(name << ", seed " << seed) {
    BOOST_TEST(largest_difference(got.result, expected.result) <= tolerance<Scalar>);
    BOOST_TEST(largest_difference(got.first, expected.first) <= tolerance<Scalar>);
    BOOST_TEST(largest_difference(got.second, expected.second) <= tolerance<Scalar>);
    BOOST_TEST(!std::all_of(got.first.begin(), got.first.end(), [](Scalar v) { return v == Scalar(0); }));
  }
}

/// The extents of the operands of one check, and their values.
template <class Scalar>
struct operands {
  shape x, y;
  std::vector<Scalar> x_values, y_values;

  operands(drawn_values& draw, shape first, shape second)
      : x(first), y(second), x_values(draw.next<Scalar>(first.size())), y_values(draw.next<Scalar>(second.size())) {}
};

/// \param make a function of a backend (passed as std::type_identity) that returns the operation on two variables
template <class B, class R, class Make>
void check_operation(const char* name, drawn_values& draw, const shape& x, const shape& y, const Make& make) {
  using scalar = typename B::scalar;
  const operands<scalar> in(draw, x, y);
  const auto got = differentiate<B>(make(std::type_identity<B>{}), tensor_of<B>(in.x_values, x), tensor_of<B>(in.y_values, y));
  const auto expected = differentiate<R>(make(std::type_identity<R>{}), tensor_of<R>(in.x_values, x), tensor_of<R>(in.y_values, y));
  require_equal(name, draw.seed(), got, expected);
}

template <class B, class R>
void check_elementwise_operations() {
  drawn_values draw;
  check_operation<B, R>("scale", draw, {33, 57}, {1}, [](auto) { return [](const auto& x, const auto&) { return ops::scale(x, -1.5); }; });
  check_operation<B, R>("add_scaled", draw, {33, 57}, {33, 57},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::add_scaled(x, 0.25, y, -3); }; });
  check_operation<B, R>("add_row", draw, {33, 57}, {57},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::add_row(x, y); }; });
  check_operation<B, R>("relu", draw, {33, 57}, {1}, [](auto) { return [](const auto& x, const auto&) { return ops::relu(x); }; });
  check_operation<B, R>("one operand twice", draw, {33, 57}, {1},
                        [](auto) { return [](const auto& x, const auto&) { return ops::add(x, x); }; });
  check_operation<B, R>("exponential_gain", draw, {33, 57}, {33, 57},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::exponential_gain(x, y, 0.7); }; });
}

template <class B>
label_tensor<B> labels_of(const std::vector<label>& values) {
  return label_tensor<B>::from_host(values.data(), {static_cast<index>(values.size())});
}

/// Labels 0 .. classes-1 in turn.
inline std::vector<label> labels_in_turn(index count, index classes) {
  std::vector<label> out(static_cast<std::size_t>(count));
  for (index i = 0; i < count; ++i) out[static_cast<std::size_t>(i)] = static_cast<label>(i % classes);
  return out;
}

template <class B, class R>
void check_row_operations() {
  drawn_values draw;
  check_operation<B, R>("half_squared_norm", draw, {33, 57}, {1},
                        [](auto) { return [](const auto& x, const auto&) { return ops::half_squared_norm(x); }; });
  // The norm of a unit row has no gradient, hence the sum.
  check_operation<B, R>("normalise_rows", draw, {33, 57}, {57},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::add_row(ops::normalise_rows(x), y); }; });
  check_operation<B, R>("softmax", draw, {33, 57}, {1}, [](auto) { return [](const auto& x, const auto&) { return ops::softmax(x); }; });
  check_operation<B, R>("gather_columns", draw, {33, 57}, {1}, [](auto which) {
    using backend = typename decltype(which)::type;
    return [](const auto& x, const auto&) { return ops::gather_columns(x, labels_of<backend>({56, 0, 3, 3, 41})); };
  });
  check_operation<B, R>("cross_entropy", draw, {33, 57}, {1}, [](auto which) {
    using backend = typename decltype(which)::type;
    return [](const auto& x, const auto&) { return ops::cross_entropy(x, labels_of<backend>(labels_in_turn(33, 57)), 1.0 / 33); };
  });
}

template <class B, class R>
void check_product_operations() {
  drawn_values draw;
  check_operation<B, R>("product_transposed", draw, {33, 65}, {57, 65},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::product_transposed(x, y); }; });
  check_operation<B, R>("packed_product", draw, {33, 65}, {57, 65}, [](auto which) {
    using backend = typename decltype(which)::type;
    return [](const auto& x, const auto& y) { return ops::packed_product(x, backend::pack(y.value()), 0.5); };
  });
}

/// Four classes, the third without a row, so that segments begin in the middle of a tile.
template <class B>
class_segments<B> segments_of_57_rows() {
  const std::vector<index> offsets{0, 5, 38, 38, 57};
  std::vector<label> class_of;
  for (label c = 0; c < 4; ++c) class_of.resize(static_cast<std::size_t>(offsets[static_cast<std::size_t>(c) + 1]), c);
  return {labels_of<B>(class_of), basic_tensor<index, B>::from_host(offsets.data(), {5})};
}

template <class B, class R>
void check_class_affinity() {
  drawn_values draw;
  const std::vector<typename B::scalar> weights = draw.next<typename B::scalar>(57);
  for (const bool weighted : {false, true}) {
    check_operation<B, R>("class_affinity", draw, {33, 65}, {57, 65}, [&](auto which) {
      using backend = typename decltype(which)::type;
      const tensor<backend> w = weighted ? tensor_of<backend>(weights, {57}) : tensor<backend>({0});
      return [w](const auto& x, const auto& y) {
        const auto keys = ops::normalise_rows(y);
        return ops::class_affinity(ops::normalise_rows(x), keys, backend::pack(keys.value()), w, segments_of_57_rows<backend>(), 1.5);
      };
    });
  }
}

}  // namespace fewclip::thrust_checks
