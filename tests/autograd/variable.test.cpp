#include "fewclip/autograd/variable.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/norm.hpp"
#include "finite_differences.hpp"

using namespace fewclip;
using fewclip::tests::host_tensor;
using fewclip::tests::real;

namespace {

struct two_parts {
  parameter<real> first{host_tensor({1, 2}, {2})};
  parameter<real> second{host_tensor({3}, {1})};
  template <class Visitor>
  void visit_parameters(Visitor&& visitor) {
    visitor("first", first);
    visitor("second", second);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_leaf_that_is_used_twice_gets_the_sum_of_both_gradients) {
  tape<real> record;
  const auto x = record.leaf(host_tensor({3, -2}, {2}));
  // |x|^2 / 2 + |2 x|^2 / 2 has the gradient 5 x
  record.backward(ops::add(ops::half_squared_norm(x), ops::half_squared_norm(ops::scale(x, 2))));
  const std::vector<double> expected{15, -10};
  BOOST_TEST(record.gradient(x).to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(adding_gradients_leaves_the_tensors_they_came_from_alone) {
  tape<real> record;
  const auto x = record.leaf(host_tensor({3}, {1}));
  const auto y = record.leaf(host_tensor({4}, {1}));
  const auto sum = ops::add_row(x, y);  // the gradient of x shares storage with that of the sum
  record.backward(ops::add(ops::half_squared_norm(sum), ops::half_squared_norm(x)));
  BOOST_TEST(record.gradient(x).to_host()[0] == 10);
  BOOST_TEST(record.gradient(y).to_host()[0] == 7);
}

BOOST_AUTO_TEST_CASE(a_constant_gets_no_gradient_and_a_leaf_out_of_use_gets_zeros) {
  tape<real> record;
  const auto x = record.leaf(host_tensor({3}, {1}));
  const auto c = record.constant(host_tensor({4}, {1}));
  const auto unused = record.leaf(host_tensor({5, 6}, {2}));
  record.backward(ops::half_squared_norm(ops::add(x, c)));
  BOOST_TEST(record.gradient(x).to_host()[0] == 7);
  BOOST_TEST(record.gradient(c).to_host()[0] == 0);
  const std::vector<double> zeros{0, 0};
  BOOST_TEST(record.gradient(unused).to_host() == zeros, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(backward_of_several_elements_is_a_shape_error) {
  tape<real> record;
  const auto x = record.leaf(host_tensor({3, 4}, {2}));
  BOOST_CHECK_THROW(record.backward(x), shape_error);
}

BOOST_AUTO_TEST_CASE(a_tape_serves_one_backward) {
  tape<real> record;
  const auto loss = ops::half_squared_norm(record.leaf(host_tensor({3, 4}, {2})));
  record.backward(loss);
  BOOST_CHECK_EXCEPTION(record.backward(loss), value_error,
                        [](const value_error& e) { return std::string(e.what()).find("spent") != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(backward_of_another_tapes_variable_is_an_error) {
  tape<real> one;
  tape<real> other;
  const auto loss = ops::half_squared_norm(one.leaf(host_tensor({3}, {1})));
  BOOST_CHECK_THROW(other.backward(loss), value_error);
  BOOST_CHECK_THROW(one.backward(variable<real>{}), error);
}

BOOST_AUTO_TEST_CASE(a_bound_parameter_is_a_leaf_and_an_unbound_one_a_constant) {
  parameter<real> p(host_tensor({3}, {1}));
  for (const bool bound : {true, false}) {
    tape<real> record;
    const auto x = record.leaf(host_tensor({4}, {1}));
    if (bound) p.bind(record);
    record.backward(ops::half_squared_norm(ops::add(x, p)));
    BOOST_TEST(record.gradient(x).to_host()[0] == 7);
    if (bound) BOOST_TEST(record.gradient(p.leaf()).to_host()[0] == 7);
    p.release();
  }
}

BOOST_AUTO_TEST_CASE(a_parameter_that_is_bound_elsewhere_is_a_constant_here) {
  parameter<real> p(host_tensor({3}, {1}));
  tape<real> elsewhere;
  p.bind(elsewhere);
  tape<real> record;
  const auto x = record.leaf(host_tensor({4}, {1}));
  record.backward(ops::half_squared_norm(ops::add(x, p)));
  BOOST_TEST(record.gradient(x).to_host()[0] == 7);
}

BOOST_AUTO_TEST_CASE(writing_to_a_parameter_or_copying_it_ends_the_binding_of_that_object) {
  parameter<real> p(host_tensor({3}, {1}));
  tape<real> record;
  p.bind(record);
  const parameter<real> copy = p;
  BOOST_TEST(copy.leaf().owner() == nullptr);
  BOOST_TEST(p.leaf().owner() == &record);
  p.mutable_value().mutable_data()[0] = 8;
  BOOST_TEST(p.leaf().owner() == nullptr);
  BOOST_TEST(copy.value().to_host()[0] == 3);
}

BOOST_AUTO_TEST_CASE(parameters_are_visited_by_name_and_components_without_any_are_passed_over) {
  two_parts component;
  std::string names;
  visit_parameters(component,
                   [&](std::string_view name, parameter<real>& p) { names += std::string(name) + std::to_string(p.value().size()); });
  BOOST_TEST(names == "first2second1");
  struct {
  } nothing;
  visit_parameters(nothing, [&](std::string_view, parameter<real>&) { BOOST_ERROR("there is no parameter"); });
}
