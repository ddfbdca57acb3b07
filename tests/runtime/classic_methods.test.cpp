#include "fewclip/runtime/classic_methods.hpp"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "../methods/toy.hpp"
#include "fewclip/compiled/methods.hpp"

namespace {

using namespace fewclip;
using B = compiled::backend;

const runtime::registry<B>& all() {
  static const runtime::registry<B> methods = runtime::classic_methods<B>();
  return methods;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_eight_are_there_and_described) {
  const std::vector<std::string> found = all().names();
  BOOST_TEST(
      std::set<std::string>(found.begin(), found.end()) ==
          (std::set<std::string>{"zero_shot", "linear_probe", "clip_adapter", "tip_adapter", "tip_adapter_f", "tip_x", "ape", "ape_t"}),
      boost::test_tools::per_element());
  for (const auto& method : all().methods()) {
    const runtime::method_description& about = method.about();
    BOOST_TEST(about.citation.find("arXiv") != std::string::npos, about.name);
    BOOST_TEST(!about.parts.empty(), about.name);
    for (const setting_value& each : about.settings) {
      BOOST_TEST(!each.about.meaning.empty(), about.name);
      BOOST_TEST(!each.about.origin.empty(), about.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_axis_of_a_recipe_is_a_setting_of_its_method) {
  for (const auto& method : all().methods()) {
    std::vector<selectors::grid_axis> axes = method.about().recipes.clean_grid;
    for (const std::string_view data_set : recipes::data_sets) {
      const recipes::recipe published = method.about().recipes.published(data_set, 16);
      for (const auto& each : published.settings) method.check({{each.name, each.value}});
      axes.insert(axes.end(), published.axes.begin(), published.axes.end());
    }
    for (const auto& axis : axes) {
      for (const double value : axis.values) method.check({{axis.name, value}});
    }
  }
}

BOOST_AUTO_TEST_CASE(every_method_fits_and_counts_its_trained_numbers) {
  for (const auto& method : all().methods()) {
    runtime::method<B>::fit_inputs inputs;
    inputs.text = toy::text<B>();
    inputs.support = toy::support<B>();
    const auto fitted = method.fit(inputs);
    const tensor<B> scores = fitted->logits(toy::queries<B>());
    BOOST_TEST((scores.extents() == shape{4, 3}), method.about().name);
    BOOST_TEST((fitted->training().trained_parameters > 0) == method.about().trains, method.about().name);
  }
}
