#include "fewclip/runtime/prediction_rules.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "../io/scratch.hpp"

using namespace fewclip;

namespace {

std::string said(const runtime::prediction_rules& facts) {
  runtime::method_description about;
  about.name = "safe";
  about.rules = {{"blend", "unit_features"}};
  return scratch::message_of<io_error>([&] { runtime::require_rules(about, facts, "c.st"); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_file_of_an_older_version_or_of_another_rule_is_to_be_fitted_again) {
  BOOST_TEST(said({{"blend", "unit_features"}, {"shots", "4"}}) == "<no exception>");
  BOOST_TEST(said({{"shots", "4"}}) ==
             "c.st: fact `blend` of safe: expected `unit_features`, got none, so it is of an older version that predicted otherwise; fit "
             "it again");
  BOOST_TEST(
      said({{"blend", "raw\n_features"}}) ==
      "c.st: fact `blend` of safe: expected `unit_features`, got `raw?_features`, by which this version does not predict; fit it again");
}

BOOST_AUTO_TEST_CASE(a_method_whose_rule_has_never_changed_asks_for_nothing) {
  BOOST_CHECK_NO_THROW(runtime::require_rules({}, {{"shots", "4"}}, "c.st"));
}
