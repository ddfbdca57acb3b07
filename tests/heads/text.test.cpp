#include "fewclip/heads/text.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/testing/adapter_suite.hpp"

namespace {

using fewclip::heads::text;
using real = fewclip::testing::exact_backend;

fewclip::tensor<real> rows(const std::vector<double>& values, fewclip::index count) {
  return fewclip::tensor<real>::from_host(values.data(), {count, static_cast<fewclip::index>(values.size()) / count});
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_text_head_behaves_as_an_adapter, B, fewclip::testing::cpu_backends) {
  fewclip::testing::adapter_suite<text, B>();
}

BOOST_AUTO_TEST_CASE(logits_are_scaled_cosines_with_the_text_rows) {
  const text::fitted<real> head(rows({1, 0, 0, 1, 0.6, 0.8}, 3), {}, {.scale = 10});
  const auto logits = head.logits(rows({0.8, 0.6, 0, -1}, 2));
  const std::vector<double> expected{8, 6, 9.6, 0, -10, -8};
  for (std::size_t i = 0; i < 6; ++i) BOOST_TEST(std::abs(logits.data()[i] - expected[i]) < 1e-14);
}

BOOST_AUTO_TEST_CASE(a_shift_of_the_cosines_is_scaled_too) {
  const text::fitted<real> head(rows({1, 0, 0, 1}, 2), {}, {.scale = 10});
  const auto x = rows({0.8, 0.6}, 1);
  const auto shift = rows({0.5, -0.25}, 1);
  BOOST_TEST(head.logits(x, shift).to_host() == (std::vector<double>{13, 3.5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_default_scale_is_that_of_the_released_checkpoints) { BOOST_TEST(text::params{}.scale == 100); }

BOOST_AUTO_TEST_CASE(in_a_blend_the_params_stand_under_head) {
  text::role all;
  all.head.scale = 7;
  BOOST_TEST(text::params_of(all).scale == 7);
  BOOST_TEST(&text::params_of(all) == &all.head);
}

}  // namespace
