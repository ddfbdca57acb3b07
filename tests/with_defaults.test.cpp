#include "fewclip/with_defaults.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using fewclip::setting;

struct part {
  struct params {
    double rate = 1;
    long steps = 10;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "rate", .meaning = "m", .origin = "part", .lowest = 0, .highest = 5}, self.rate);
      visit(setting{.name = "steps", .meaning = "m", .origin = "part", .lowest = 1, .highest = 100}, self.steps);
    }
  };
  static double rate_of(const params& settings) { return settings.rate; }
};

struct faster {
  static constexpr fewclip::setting_default values[] = {{"rate", 3, "a paper"}};
};
struct misspelt {
  static constexpr fewclip::setting_default values[] = {{"rat", 3, "a paper"}};
};
struct outside {
  static constexpr fewclip::setting_default values[] = {{"rate", 6, "a paper"}};
};

using fast = fewclip::with_defaults<part, faster>;

std::string message(const auto& action) {
  try {
    action();
  } catch (const fewclip::value_error& error) {
    return error.what();
  }
  return "no value_error";
}

BOOST_AUTO_TEST_CASE(named_settings_start_from_the_new_defaults_and_others_from_the_parts) {
  const fast::params settings;
  BOOST_TEST(settings.rate == 3);
  BOOST_TEST(settings.steps == 10);
}

BOOST_AUTO_TEST_CASE(a_new_default_is_listed_with_its_own_origin) {
  const auto listed = fewclip::list_settings(fast::params{});
  BOOST_TEST_REQUIRE(listed.size() == 2);
  BOOST_TEST(listed[0].about.origin == "a paper");
  BOOST_TEST(listed[0].value == 3);
  BOOST_TEST(listed[1].about.origin == "part");
  BOOST_TEST(listed[1].whole);
}

BOOST_AUTO_TEST_CASE(a_default_can_be_overridden_like_any_setting) {
  fast::params settings;
  fewclip::set_setting(settings, "rate", 4);
  BOOST_TEST(settings.rate == 4);
}

BOOST_AUTO_TEST_CASE(the_part_itself_stays_as_it_is) {
  static_assert(std::is_base_of_v<part, fast>);
  BOOST_TEST(fast::rate_of(fast::params{}) == 3);
  BOOST_TEST(part::params{}.rate == 1);
}

BOOST_AUTO_TEST_CASE(a_default_for_no_setting_or_out_of_range_is_refused) {
  BOOST_TEST(message([] { fewclip::with_defaults<part, misspelt>::params(); }) ==
             "fewclip::with_defaults: no parameter 'rat'; did you mean 'rate'?");
  BOOST_TEST(message([] { fewclip::with_defaults<part, outside>::params(); }) ==
             "fewclip::with_defaults: rate: expected a number in [0, 5], got 6");
}

}  // namespace
