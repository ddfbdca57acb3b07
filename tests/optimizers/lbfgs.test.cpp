#include "fewclip/optimizers/lbfgs.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "fewclip/backend/cpu.hpp"
#include "one_parameter.hpp"

using namespace fewclip;
using fewclip::optimizers::lbfgs;
using fewclip::tests::numbers;
using fewclip::tests::real;
namespace tt = boost::test_tools;

static_assert(batch_optimizer<lbfgs, real>);
static_assert(batch_optimizer<lbfgs, backend::cpu<float>>);

namespace {

/// (1 - x)^2 + 100 (y - x^2)^2, whose minimum is at (1, 1).
double rosenbrock(const tensor<real>& point, tensor<real>& gradient) {
  const double x = point.data()[0];
  const double y = point.data()[1];
  gradient.mutable_data()[0] = -2 * (1 - x) - 400 * x * (y - x * x);
  gradient.mutable_data()[1] = 200 * (y - x * x);
  return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
}

/// sum of a_i (x_i - 1)^2 / 2 with a_i = scale * (1 + i mod 50).
template <class B>
struct bowl {
  double scale;
  double operator()(const tensor<B>& point, tensor<B>& gradient) const {
    double sum = 0;
    for (fewclip::index i = 0; i < point.size(); ++i) {
      const double a = scale * static_cast<double>(1 + i % 50);
      const double off = static_cast<double>(point.data()[i]) - 1;
      sum += a * off * off / 2;
      gradient.mutable_data()[i] = static_cast<typename B::scalar>(a * off);
    }
    return sum;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(rosenbrocks_valley_is_followed_to_its_end) {
  tensor<real> point = numbers({-1.2, 1});
  const auto result = lbfgs::minimise<real>(rosenbrock, point, {.gradient_tolerance = 1e-9});
  BOOST_TEST(result.converged);
  BOOST_TEST(result.iterations < 60);
  BOOST_TEST(result.largest_gradient <= 1e-9);
  BOOST_TEST(point.to_host()[0] == 1, tt::tolerance(1e-8));
  BOOST_TEST(point.to_host()[1] == 1, tt::tolerance(1e-8));
}

BOOST_AUTO_TEST_CASE(the_objective_never_rises) {
  tensor<real> point = numbers({-1.2, 1});
  const auto result = lbfgs::minimise<real>(rosenbrock, point, {.gradient_tolerance = 1e-9});
  BOOST_TEST(static_cast<fewclip::index>(result.objectives.size()) == result.iterations);
  for (std::size_t k = 1; k < result.objectives.size(); ++k) BOOST_TEST(result.objectives[k] < result.objectives[k - 1]);
}

BOOST_AUTO_TEST_CASE(objectives_of_any_scale_are_minimised) {
  for (const double scale : {1e-3, 1.0, 1e8, 1e20}) {
    tensor<real> point({100}, 5);
    const auto result = lbfgs::minimise<real>(bowl<real>{scale}, point, {.gradient_tolerance = 1e-6 * scale});
    BOOST_TEST(result.converged);
    BOOST_TEST(result.iterations < 100);
    for (const double x : point.to_host()) BOOST_TEST(x == 1, tt::tolerance(1e-5));
  }
}

BOOST_AUTO_TEST_CASE(single_precision_reaches_what_its_rounding_allows) {
  using single = backend::cpu<float>;
  tensor<single> point({100}, 5);
  const auto result = lbfgs::minimise<single>(bowl<single>{1}, point, {.gradient_tolerance = 1e-5});
  BOOST_TEST(result.converged);
  for (const float x : point.to_host()) BOOST_TEST(std::abs(x - 1) < 1e-5F);
}

BOOST_AUTO_TEST_CASE(a_tolerance_out_of_reach_is_reported_and_ends) {
  tensor<real> point = numbers({-1.2, 1});
  const auto result = lbfgs::minimise<real>(rosenbrock, point, {.max_iterations = 500, .gradient_tolerance = 0});
  BOOST_TEST(result.iterations < 500);
  BOOST_TEST(result.largest_gradient < 1e-6);
  BOOST_TEST((result.stalled || result.converged));
}

BOOST_AUTO_TEST_CASE(the_limit_of_iterations_is_kept) {
  tensor<real> point = numbers({-1.2, 1});
  const auto result = lbfgs::minimise<real>(rosenbrock, point, {.max_iterations = 5});
  BOOST_TEST(!result.converged);
  BOOST_TEST(!result.stalled);
  BOOST_TEST(result.iterations == 5);
  BOOST_TEST(result.evaluations >= 6);
}

BOOST_AUTO_TEST_CASE(a_start_at_the_minimum_costs_one_evaluation) {
  tensor<real> point = numbers({1, 1});
  const auto result = lbfgs::minimise<real>(rosenbrock, point, {});
  BOOST_TEST(result.converged);
  BOOST_TEST(result.iterations == 0);
  BOOST_TEST(result.evaluations == 1);
}

BOOST_AUTO_TEST_CASE(an_objective_that_is_not_a_number_ends_at_once) {
  tensor<real> point = numbers({1, 1});
  const auto nan = [](const tensor<real>&, tensor<real>& gradient) {
    gradient = numbers({std::nan(""), std::nan("")});
    return std::nan("");
  };
  const auto result = lbfgs::minimise<real>(nan, point, {});
  BOOST_TEST(!result.converged);
  BOOST_TEST(!result.stalled);
  BOOST_TEST(result.iterations == 0);
}

BOOST_AUTO_TEST_CASE(a_barrier_of_infinities_is_not_stepped_over) {
  // x - log x for x > 0, infinite elsewhere; the minimum is at 1
  const auto barrier = [](const tensor<real>& at, tensor<real>& gradient) {
    const double x = at.data()[0];
    gradient.mutable_data()[0] = x > 0 ? 1 - 1 / x : 0;
    return x > 0 ? x - std::log(x) : std::numeric_limits<double>::infinity();
  };
  tensor<real> point = numbers({20});
  const auto result = lbfgs::minimise<real>(barrier, point, {.gradient_tolerance = 1e-8});
  BOOST_TEST(result.converged);
  BOOST_TEST(point.to_host()[0] == 1, tt::tolerance(1e-7));
}

BOOST_AUTO_TEST_CASE(an_interruption_changes_nothing) {
  tensor<real> in_one_go = numbers({-1.2, 1});
  lbfgs::minimise<real>(rosenbrock, in_one_go, {.history = 3, .max_iterations = 20});
  tensor<real> in_two = numbers({-1.2, 1});
  lbfgs::state<real> past;
  const auto stop_after_7 = [](const progress& event) { return event.done < 7; };
  const auto first = lbfgs::minimise<real>(rosenbrock, in_two, {.history = 3, .max_iterations = 20}, stop_after_7, past);
  BOOST_TEST(first.stopped);
  BOOST_TEST(first.iterations == 7);
  const auto second = lbfgs::minimise<real>(rosenbrock, in_two, {.history = 3, .max_iterations = 20}, {}, past);
  BOOST_TEST(second.iterations == 20);
  BOOST_TEST(in_two.to_host() == in_one_go.to_host(), tt::per_element());
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_threads) {
  const int before = threads();
  std::vector<std::vector<double>> points;  // in double precision, where another order of summation would show
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    tensor<real> point({100001});
    for (fewclip::index i = 0; i < point.size(); ++i) point.mutable_data()[i] = std::sin(static_cast<double>(i));
    lbfgs::minimise<real>(bowl<real>{1}, point, {.max_iterations = 8});
    points.push_back(point.to_host());
  }
  set_threads(before);
  BOOST_TEST((points[0] == points[1]));
  BOOST_TEST((points[0] == points[2]));
}
