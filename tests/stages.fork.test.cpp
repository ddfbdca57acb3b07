// test options: alone
#include "fewclip/stages.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "paused_allocation.hpp"

namespace {

struct one_setting {
  double value = 0;

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(fewclip::setting{"value", "a number", "ours"}, self.value);
  }
};

std::string name_under(const char* prefix) {
  std::string out;
  one_setting settings;
  fewclip::detail::visit_prefixed<one_setting>(settings, prefix, [&](const fewclip::setting& about, double&) { out = about.name; });
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_of_settings_are_made_in_a_child_whatever_another_thread_was_doing) {
  BOOST_TEST(name_under("first.") == "first.value");
  const auto asks = [] { std::_Exit(name_under("second.") == "second.value" && name_under("first.") == "first.value" ? 0 : 1); };
  std::string long_prefix(40, 'x');  // the text of the name is the first that is allocated
  const auto name = [&long_prefix] {
    paused::next_allocation = true;
    name_under(long_prefix.c_str());
  };
  paused::during(name, [&] { BOOST_TEST(child::status_of(asks, 5) == 0); });
  BOOST_TEST(name_under("second.") == "second.value");
}
