#include "fewclip/autograd/apply.hpp"

#include <boost/test/unit_test.hpp>

#include "finite_differences.hpp"

using namespace fewclip;
using fewclip::tests::host_tensor;
using fewclip::tests::real;

namespace {

/// x * y for one element, counting what is asked of it.
struct counted_product {
  int* backwards;
  std::vector<bool>* wanted;
  double x = 0;
  double y = 0;

  tensor<real> forward(const tensor<real>& a, const tensor<real>& b) {
    x = a.to_host()[0];
    y = b.to_host()[0];
    return tensor<real>({1}, x * y);
  }
  void backward(const tensor<real>& gradient, gradient_sink<real>& sink) const {
    ++*backwards;
    *wanted = {sink.wants(0), sink.wants(1)};
    const double g = gradient.to_host()[0];
    sink.add(0, tensor<real>({1}, g * y));
    sink.add(1, tensor<real>({1}, g * x));
  }
};

struct fixture {
  int backwards = 0;
  std::vector<bool> wanted;
  tensor<real> three = host_tensor({3}, {1});
  tensor<real> four = host_tensor({4}, {1});
  template <class X, class Y>
  auto product(const X& x, const Y& y) {
    return apply(counted_product{&backwards, &wanted}, x, y);
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(tensors_and_parameters_alone_give_a_tensor, fixture) {
  const parameter<real> p(four);
  static_assert(std::is_same_v<decltype(product(three, p)), tensor<real>>);
  BOOST_TEST(product(three, p).to_host()[0] == 12);
}

BOOST_FIXTURE_TEST_CASE(one_variable_makes_the_result_a_variable_and_only_it_gets_a_gradient, fixture) {
  tape<real> record;
  const auto x = record.leaf(three);
  const auto result = product(x, four);
  BOOST_TEST(result.value().to_host()[0] == 12);
  record.backward(result);
  BOOST_TEST(record.gradient(x).to_host()[0] == 4);
  BOOST_TEST(wanted[0]);
  BOOST_TEST(!wanted[1]);
}

BOOST_FIXTURE_TEST_CASE(one_variable_in_both_places_gets_both_contributions, fixture) {
  tape<real> record;
  const auto x = record.leaf(three);
  record.backward(product(x, x));
  BOOST_TEST(record.gradient(x).to_host()[0] == 6);
}

BOOST_FIXTURE_TEST_CASE(operations_on_constants_only_are_not_asked_for_gradients, fixture) {
  tape<real> record;
  const auto c = record.constant(three);
  record.backward(product(c, c));
  BOOST_TEST(backwards == 0);
}

BOOST_FIXTURE_TEST_CASE(a_result_that_the_loss_does_not_use_is_not_asked_for_gradients, fixture) {
  tape<real> record;
  const auto x = record.leaf(three);
  const auto unused = product(x, four);
  record.backward(product(x, four));
  BOOST_TEST(backwards == 1);
  BOOST_TEST(unused.value().to_host()[0] == 12);
}

BOOST_FIXTURE_TEST_CASE(variables_of_two_tapes_are_an_error, fixture) {
  tape<real> one;
  tape<real> other;
  const auto x = one.leaf(three);
  const auto y = other.leaf(four);
  BOOST_CHECK_THROW(product(x, y), value_error);
}

BOOST_FIXTURE_TEST_CASE(beside_a_tensor_operands_are_tensors_and_beside_a_variable_they_are_on_its_tape, fixture) {
  parameter<real> p(four);
  BOOST_TEST(beside(three, p).to_host()[0] == 4);
  BOOST_TEST(beside(three, four).to_host()[0] == 4);
  tape<real> record;
  const auto constant = record.constant(three);
  BOOST_TEST(beside(constant, p).position() != p.leaf().position());  // not bound: a constant
  p.bind(record);
  BOOST_TEST(beside(constant, p).position() == p.leaf().position());
  BOOST_TEST((beside(constant, four).owner() == &record));
  BOOST_TEST(beside(constant, p.leaf()).position() == p.leaf().position());
  record.backward(product(beside(constant, p), four));
  BOOST_TEST(record.gradient(p.leaf()).to_host()[0] == 4);
  tape<real> other;
  BOOST_TEST((beside(other.constant(three), p).owner() == &other));  // bound elsewhere: a constant here
}
