#include "fewclip/runtime/make_method.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "../methods/toy.hpp"
#include "fewclip/methods/tip_adapter.hpp"

namespace {

using namespace fewclip;
using B = toy::f32;

runtime::method<B> erased() {
  return runtime::make_method<methods::tip_adapter<B>, selectors::grid>("tip_adapter", "a paper", {{"head", "text"}});
}

runtime::method<B>::fit_inputs inputs() {
  runtime::method<B>::fit_inputs out;
  out.text = toy::text<B>();
  out.support = toy::support<B>();
  return out;
}

double value(const std::vector<setting_value>& settings, const std::string& name) {
  for (const setting_value& each : settings) {
    if (each.about.name == name) return each.value;
  }
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_erased_method_scores_as_the_type_it_was_made_from) {
  auto given = inputs();
  given.settings = {{"alpha", 2}, {"beta", 3}};
  methods::tip_adapter<B>::params settings;
  settings.adapter.cache.alpha = 2;
  settings.adapter.cache.kernel.beta = 3;
  const methods::tip_adapter<B> plain(given.text, given.support, settings);
  const auto expected = plain.logits(toy::queries<B>()).to_host();
  const auto found = erased().fit(given)->logits(toy::queries<B>()).to_host();
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_description_lists_needs_and_settings) {
  const runtime::method<B> method = erased();
  BOOST_TEST(method.about().needs.text);
  BOOST_TEST(method.about().needs.support);
  BOOST_TEST(!method.about().trains);
  BOOST_TEST(value(method.about().settings, "beta") == 5.5);
}

BOOST_AUTO_TEST_CASE(unknown_settings_and_values_out_of_range_name_the_method) {
  const runtime::method<B> method = erased();
  const auto says = [](const std::string& text) {
    return [text](const value_error& e) { return std::string(e.what()).find(text) != std::string::npos; };
  };
  BOOST_CHECK_EXCEPTION(method.check({{"alfa", 1}}), value_error, says("tip_adapter: no parameter 'alfa'; did you mean 'alpha'?"));
  BOOST_CHECK_EXCEPTION(method.check({{"alpha", -1}}), value_error, says("tip_adapter: alpha: expected"));
  auto given = inputs();
  given.settings = {{"betta", 1}};
  BOOST_CHECK_EXCEPTION(method.fit(given), value_error, says("did you mean 'beta'?"));
  method.check({{"alpha", 7}});
}

BOOST_AUTO_TEST_CASE(a_search_on_validation_rows_reports_what_it_chose) {
  auto given = inputs();
  given.request.mode = runtime::selection_mode::validation;
  given.request.search = selectors::grid::params{{{"alpha", {0, 5, 7}}}};
  given.validation = validation_set<B>(toy::queries<B>(), toy::query_labels());
  const auto fitted = erased().fit(given);
  BOOST_TEST(fitted->search().candidates == 3);
  BOOST_TEST(fitted->search().rows == 4);
  const double alpha = value(fitted->settings(), "alpha");
  BOOST_TEST((alpha == 0 || alpha == 5 || alpha == 7));
}

BOOST_AUTO_TEST_CASE(a_search_on_test_labels_says_so) {
  auto given = inputs();
  const auto rows = toy::queries<B>().to_host();
  given.request.mode = runtime::selection_mode::oracle;
  given.request.search = selectors::grid::params{{{"alpha", {0, 5, 7}}}};
  given.request.queries = query_set<B>(matrix_view<float>(rows.data(), 4, toy::dim), toy::query_labels());
  BOOST_TEST(erased().fit(given)->search().note.find("TEST LABELS") != std::string::npos);
}
