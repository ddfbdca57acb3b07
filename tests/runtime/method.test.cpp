#include "fewclip/runtime/method.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "../methods/toy.hpp"

using namespace fewclip;
using B = toy::f32;

BOOST_AUTO_TEST_CASE(logit_scales_become_that_of_the_clip_unless_they_are_set) {
  std::vector<setting_value> known(4);
  known[0].about.name = "scale";
  known[1].about.name = "second.scale";
  known[2].about.name = "first.scale";
  known[3].about.name = "rescale";
  runtime::named_settings settings{{"first.scale", 7}};
  runtime::default_scales(settings, known, 20);
  BOOST_TEST((settings == runtime::named_settings{{"scale", 20}, {"second.scale", 20}, {"first.scale", 7}}));
}

BOOST_AUTO_TEST_CASE(temperatures_of_cosines_go_with_one_over_the_scale_unless_they_are_set) {
  std::vector<setting_value> known(3);
  known[0].about.name = "relation_temperature";
  known[0].value = 0.02;
  known[1].about.name = "attention_temperature";
  known[1].value = 0.015;
  known[2].about.name = "temperature";
  known[2].value = 0.5;
  for (std::size_t i = 0; i < 2; ++i) known[i].about.over_scale = true;
  runtime::named_settings settings{{"attention_temperature", 7}};
  runtime::default_scales(settings, known, 20);
  BOOST_TEST((settings == runtime::named_settings{{"relation_temperature", 0.1}, {"attention_temperature", 7}}));
  runtime::search_plan search =
      selectors::grid::params{{{"relation_temperature", {0.01, 0.02}}, {"temperature", {0.25}}, {"gamma", {1, 2}}}};
  runtime::scale_searches(search, known, 20);
  const auto& axes = std::get<selectors::grid::params>(search).axes;
  BOOST_TEST(axes[0].values == std::vector<double>({0.05, 0.1}), boost::test_tools::per_element());
  BOOST_TEST(axes[1].values == std::vector<double>({0.25}), boost::test_tools::per_element());
  BOOST_TEST(axes[2].values == std::vector<double>({1, 2}), boost::test_tools::per_element());
  runtime::search_plan none;
  runtime::scale_searches(none, known, 20);
  BOOST_TEST(none.index() == 0U);
}

BOOST_AUTO_TEST_CASE(the_states_of_a_fit_begin_as_one_and_grow_with_its_stages) {
  runtime::training_states<B> states;
  BOOST_TEST(states.of_stage.size() == 1U);
  states.at(0)->step = 7;
  states.at(1)->step = 9;
  BOOST_TEST_REQUIRE(states.of_stage.size() == 2U);
  BOOST_TEST(states.of_stage[0].step == 7);
  BOOST_TEST(states.of_stage[1].step == 9);
}

BOOST_AUTO_TEST_CASE(support_rows_are_kept_where_a_method_needs_them_and_reads_features) {
  runtime::method_description about;
  BOOST_TEST(!about.keeps_support());
  about.needs.support = true;
  BOOST_TEST(about.keeps_support());
  about.rows = runtime::row_kind::tokens;
  BOOST_TEST(!about.keeps_support());
}
