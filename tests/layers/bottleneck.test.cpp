#include "fewclip/layers/bottleneck.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/testing/settings_suite.hpp"
#include "fewclip/testing/trainable_suite.hpp"

namespace {

namespace t = fewclip::testing;
using fewclip::layers::bottleneck;
using real = t::exact_backend;

bottleneck::fitted<real> layer(fewclip::index dim, const bottleneck::params& settings) {
  const fewclip::tensor<real> rows({1, dim}, 1);
  return {{}, fewclip::support_set<real>(rows, {std::vector<fewclip::label>{0}, 1}), settings};
}

void set(bottleneck::fitted<real>& fitted, const std::vector<double>& first, const std::vector<double>& second) {
  fitted.visit_parameters([&](std::string_view name, fewclip::parameter<real>& each) {
    each.mutable_value() = fewclip::tensor<real>::from_host((name == "first" ? first : second).data(), each.value().extents());
  });
}

std::vector<fewclip::tensor<real>> weights(bottleneck::fitted<real> fitted) {
  std::vector<fewclip::tensor<real>> out;
  fitted.visit_parameters([&](std::string_view, fewclip::parameter<real>& each) { out.push_back(each.value()); });
  return out;
}

BOOST_AUTO_TEST_CASE(its_settings_are_listed_with_range_and_origin) { t::settings_suite<bottleneck::params>(); }

BOOST_AUTO_TEST_CASE(the_mix_of_a_row_with_its_adapted_form_is_made_a_unit_row) {
  // h = relu(3 - 4, 3) = (0, 3); adapted = relu(0 - 3, 6) = (0, 6); 0.5 (0, 6) + 0.5 (3, 2) = (1.5, 4), divided by its length.
  auto fitted = layer(2, {.ratio = 0.5, .hidden = 2});
  set(fitted, {1, -2, 1, 0}, {1, -1, 0, 2});
  const double x[]{3, 2};
  const auto u = fitted.map(fewclip::tensor<real>::borrow(x, {1, 2})).to_host();
  const double length = std::sqrt(1.5 * 1.5 + 16);
  BOOST_TEST(std::abs(u[0] - 1.5 / length) < 1e-15);
  BOOST_TEST(std::abs(u[1] - 4 / length) < 1e-15);
}

BOOST_AUTO_TEST_CASE(ratio_zero_and_a_second_weight_of_zeros_only_normalise) {
  const double x[]{3, 4};
  const auto rows = fewclip::tensor<real>::borrow(x, {1, 2});
  auto dead = layer(2, {.ratio = 0.7, .hidden = 2});
  set(dead, {1, 2, 3, 4}, {0, 0, 0, 0});
  for (const auto& fitted : {layer(2, {.ratio = 0}), dead}) {
    const auto u = fitted.map(rows).to_host();
    BOOST_TEST(std::abs(u[0] - 0.6) < 1e-15);
    BOOST_TEST(std::abs(u[1] - 0.8) < 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(the_hidden_width_is_a_share_of_dim_up_to_one_and_a_count_above) {
  BOOST_TEST(weights(layer(40, {}))[0].extents().text() == "[10, 40]");
  BOOST_TEST(weights(layer(40, {}))[1].extents().text() == "[40, 10]");
  BOOST_TEST(weights(layer(40, {.hidden = 1}))[0].rows() == 40);
  BOOST_TEST(weights(layer(40, {.hidden = 3}))[0].rows() == 3);
  BOOST_TEST(weights(layer(40, {.hidden = 0}))[0].rows() == 1);
}

BOOST_AUTO_TEST_CASE(weights_start_uniform_within_one_over_the_root_of_their_inputs_and_follow_the_seed) {
  const auto first = weights(layer(64, {.seed = 5}));
  for (const auto& each : first) {
    const double bound = 1 / std::sqrt(static_cast<double>(each.columns()));
    double largest = 0;
    double sum = 0;
    for (const double value : each.to_host()) {
      largest = std::max(largest, std::abs(value));
      sum += value;
    }
    BOOST_TEST(largest <= bound);
    BOOST_TEST(largest > 0.95 * bound);
    BOOST_TEST(std::abs(sum) / static_cast<double>(each.size()) < 0.1 * bound);
  }
  BOOST_TEST(t::identical<real>(weights(layer(64, {.seed = 5}))[1], first[1]));
  BOOST_TEST(!t::identical<real>(weights(layer(64, {.seed = 6}))[1], first[1]));
}

BOOST_AUTO_TEST_CASE(positive_scaling_of_a_row_changes_nothing) {
  const t::random_problem<real> problem;
  const auto fitted = layer(45, {.ratio = 0.6});
  const auto scaled = fewclip::ops::scale(problem.queries, 7.5);
  BOOST_TEST(t::near<real>(fitted.map(scaled), fitted.map(problem.queries)));
}

}  // namespace
