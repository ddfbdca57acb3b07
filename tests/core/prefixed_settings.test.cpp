#include "fewclip/core/prefixed_settings.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct two_settings {
  double first = 1;
  double second = 2;

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(fewclip::setting{"first", "a number", "ours"}, self.first);
    visit(fewclip::setting{"second", "a number", "ours"}, self.second);
  }
};

BOOST_AUTO_TEST_CASE(names_get_the_prefix_and_stay_after_the_visit) {
  std::vector<std::string_view> names;
  two_settings settings;
  for (const std::string prefix : {"one.", "two.", "one."}) {
    fewclip::detail::visit_prefixed<two_settings>(settings, prefix, [&](const fewclip::setting& about, double& value) {
      names.push_back(about.name);
      value += 1;
    });
  }
  const std::vector<std::string_view> expected{"one.first", "one.second", "two.first", "two.second", "one.first", "one.second"};
  BOOST_TEST(names == expected, boost::test_tools::per_element());
  BOOST_TEST(names[0].data() == names[4].data());  // kept once
  BOOST_TEST(settings.second == 5);
}

}  // namespace
