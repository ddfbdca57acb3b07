#include "fewclip/core/settings.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using fewclip::setting;

struct inner_params {
  double rate = 0.5;
  std::uint64_t seed = 1;

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(setting{.name = "rate", .meaning = "how fast", .origin = "ours", .lowest = 0, .highest = 1}, self.rate);
    visit(setting{.name = "seed", .meaning = "of all", .origin = "ours", .lowest = 0, .highest = 1e9}, self.seed);
  }
};

struct outer_params {
  inner_params inner;
  bool loud = false;
  double free = 0;
  double above = 2;
  std::uint64_t seed = 1;

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    inner_params::visit_settings(self.inner, visit);
    visit(setting{.name = "loud", .meaning = "whether", .origin = "ours", .lowest = 0, .highest = 1}, self.loud);
    visit(setting{.name = "free", .meaning = "any", .origin = "ours"}, self.free);
    visit(setting{.name = "above", .meaning = "any", .origin = "ours", .lowest = 1.5}, self.above);
    visit(setting{.name = "seed", .meaning = "of all", .origin = "ours", .lowest = 0, .highest = 1e9}, self.seed);
  }
};

static_assert(fewclip::has_settings<outer_params> && fewclip::has_settings<fewclip::no_settings>);
struct without {};
static_assert(!fewclip::has_settings<without>);

std::string message(std::string_view name, double value) {
  outer_params params;
  try {
    fewclip::set_setting(params, name, value, "f");
  } catch (const fewclip::value_error& error) {
    BOOST_TEST((params.inner.rate == 0.5 && params.above == 2 && params.free == 0), "changed in spite of the error");
    return error.what();
  }
  return "set";
}

BOOST_AUTO_TEST_CASE(settings_are_listed_once_in_the_order_of_the_parts_with_their_values) {
  std::string names;
  for (const auto& each : fewclip::list_settings(outer_params{})) names += std::string(each.about.name) + " ";
  BOOST_TEST(names == "rate seed loud free above ");
  const auto listed = fewclip::list_settings(outer_params{});
  BOOST_TEST(listed[0].value == 0.5);
  BOOST_TEST(!listed[0].whole);
  BOOST_TEST(listed[1].whole);
  BOOST_TEST(listed[2].whole);
  BOOST_TEST(fewclip::list_settings(fewclip::no_settings{}).empty());
}

BOOST_AUTO_TEST_CASE(a_shared_name_is_set_everywhere) {
  outer_params params;
  fewclip::set_setting(params, "seed", 7);
  BOOST_TEST(params.seed == 7);
  BOOST_TEST(params.inner.seed == 7);
  fewclip::set_setting(params, "loud", 1);
  BOOST_TEST(params.loud);
}

BOOST_AUTO_TEST_CASE(values_out_of_range_are_refused_and_nothing_is_changed) {
  BOOST_TEST(message("rate", 1) == "set");
  BOOST_TEST(message("rate", 1.5) == "f: rate: expected a number in [0, 1], got 1.5");
  BOOST_TEST(message("rate", -0.25) == "f: rate: expected a number in [0, 1], got -0.25");
  BOOST_TEST(message("above", 1) == "f: above: expected a number >= 1.5, got 1");
  BOOST_TEST(message("above", std::numeric_limits<double>::infinity()) == "f: above: expected a number >= 1.5, got inf");
  BOOST_TEST(message("free", std::nan("")) == "f: free: expected a finite number, got nan");
  BOOST_TEST(message("free", -1e9) == "set");
  BOOST_TEST(message("seed", 2.5) == "f: seed: expected a whole number, got 2.5");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_answered_with_the_nearest_known_one) {
  BOOST_TEST(message("rates", 1) == "f: no parameter 'rates'; did you mean 'rate'?");
  BOOST_TEST(message("abov", 1) == "f: no parameter 'abov'; did you mean 'above'?");
}

BOOST_AUTO_TEST_CASE(all_settings_of_a_struct_can_be_checked_at_once) {
  outer_params params;
  BOOST_CHECK_NO_THROW(fewclip::require_valid_settings(params, "f"));
  params.inner.rate = 2;
  BOOST_CHECK_EXCEPTION(fewclip::require_valid_settings(params, "f"), fewclip::value_error, [](const fewclip::value_error& error) {
    return std::string(error.what()) == "f: rate: expected a number in [0, 1], got 2";
  });
}

BOOST_AUTO_TEST_CASE(the_edit_distance_counts_insertions_deletions_and_substitutions) {
  BOOST_TEST(fewclip::edit_distance("", "") == 0u);
  BOOST_TEST(fewclip::edit_distance("", "abc") == 3u);
  BOOST_TEST(fewclip::edit_distance("kitten", "sitting") == 3u);
  BOOST_TEST(fewclip::edit_distance("beta", "bteta") == 1u);
  BOOST_TEST(fewclip::nearest_name("gama", {"alpha", "gamma"}) == "gamma");
  BOOST_TEST(fewclip::nearest_name("gama", {}) == "");
  BOOST_TEST(fewclip::nearest_name("epochs", {"views", "first.epochs", "second.epochs"}) == "first.epochs");
  BOOST_TEST(fewclip::nearest_name("secnd.epochs", {"views", "first.epochs", "second.epochs"}) == "second.epochs");
  BOOST_TEST(fewclip::nearest_name("vews", {"views", "first.epochs"}) == "views");
}

}  // namespace
