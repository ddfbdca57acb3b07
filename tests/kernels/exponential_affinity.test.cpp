#include "fewclip/kernels/exponential_affinity.hpp"

#include <boost/test/unit_test.hpp>

#include "../methods/toy.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"
#include "fewclip/testing/settings_suite.hpp"

namespace {

using fewclip::kernels::exponential_affinity;
using real = fewclip::testing::exact_backend;

fewclip::class_segments<real> segments(const std::vector<fewclip::label>& of_rows, const std::vector<fewclip::index>& offsets) {
  return {fewclip::label_tensor<real>::from_host(of_rows.data(), {static_cast<fewclip::index>(of_rows.size())}),
          fewclip::basic_tensor<fewclip::index, real>::from_host(offsets.data(), {static_cast<fewclip::index>(offsets.size())})};
}

fewclip::tensor<real> affinities(const exponential_affinity::params& settings, const fewclip::tensor<real>& x,
                                 const fewclip::tensor<real>& keys) {
  const auto count = keys.rows();
  std::vector<fewclip::label> own;
  std::vector<fewclip::index> offsets{0};
  for (fewclip::index i = 0; i < count; ++i) {
    own.push_back(static_cast<fewclip::label>(i));
    offsets.push_back(i + 1);
  }
  return exponential_affinity::class_sums(settings, x, keys, real::pack(keys), fewclip::tensor<real>(), segments(own, offsets));
}

BOOST_AUTO_TEST_CASE(its_settings_are_listed_with_range_and_origin) { fewclip::testing::settings_suite<exponential_affinity::params>(); }

BOOST_AUTO_TEST_CASE(the_affinities_of_the_toy_problem_are_the_golden_ones) {
  const auto got = affinities({}, toy::queries<real>(), toy::rows<real>(toy::unit(toy::raw_support())));
  BOOST_TEST(toy::worst<real>(got, {0.7453352436, 0.1327308106, 0.0551020968, 0.0381768119, 0.0068247865, 0.0349472900}) <= 0);
}

BOOST_AUTO_TEST_CASE(a_query_on_a_key_has_affinity_one_and_others_lie_above_that_of_the_opposite_row) {
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << fewclip::testing::seed()) {
    const fewclip::testing::random_problem<real> problem;
    const auto own = affinities({.beta = 3}, problem.support_rows, problem.support_rows);
    for (fewclip::index i = 0; i < 47; ++i) BOOST_TEST(std::abs(own.data()[i * 47 + i] - 1) < 1e-12);
    for (const double value : own.to_host()) BOOST_TEST((value < 1 + 1e-12 && value > std::exp(-6.0) - 1e-12));
  }
}

BOOST_AUTO_TEST_CASE(keys_of_a_class_are_summed_with_their_weights) {
  // Cosines with the three keys: 1, 0.6 and -1; classes 0, 0, 2 of three.
  const std::vector<double> key_rows{1, 0, 0.6, 0.8, -1, 0}, query{1, 0}, worth{2, 3, 5};
  const auto keys = fewclip::tensor<real>::from_host(key_rows.data(), {3, 2});
  const auto x = fewclip::tensor<real>::from_host(query.data(), {1, 2});
  const auto weights = fewclip::tensor<real>::from_host(worth.data(), {3});
  const auto sums = exponential_affinity::class_sums({.beta = 2}, x, keys, real::pack(keys), weights, segments({0, 0, 2}, {0, 2, 2, 3}));
  const std::vector<double> expected{2 + 3 * std::exp(-0.8), 0, 5 * std::exp(-4.0)};
  for (std::size_t c = 0; c < 3; ++c) BOOST_TEST(std::abs(sums.data()[c] - expected[c]) < 1e-14);
}

BOOST_AUTO_TEST_CASE(shifted_sums_equal_sums_of_shifted_cosines) {
  // One key in each class: cosines 1 and 0.6, shifted by 0.1 and -0.2.
  const std::vector<double> key_rows{1, 0, 0.6, 0.8}, query{1, 0}, by{0.1, -0.2};
  const auto keys = fewclip::tensor<real>::from_host(key_rows.data(), {2, 2});
  const auto sums = affinities({.beta = 2}, fewclip::tensor<real>::from_host(query.data(), {1, 2}), keys);
  const auto shifted = exponential_affinity::shifted({.beta = 2}, sums, fewclip::tensor<real>::from_host(by.data(), {1, 2}));
  BOOST_TEST(std::abs(shifted.data()[0] - std::exp(-2 * (1 - 1.1))) < 1e-14);
  BOOST_TEST(std::abs(shifted.data()[1] - std::exp(-2 * (1 - 0.4))) < 1e-14);
}

}  // namespace
