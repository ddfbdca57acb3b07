#include "fewclip/core/part_tree.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace {

using names = std::vector<std::string>;

/// A part with a number that is trained.
struct leaf {
  std::string name;
  names* log;
  double number = 0;

  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    visit(name, number);
  }
  void seal() { log->push_back("seal " + name); }
};

/// Two leaves, and a number of its own.
struct branch {
  leaf left, right;
  double own = 0;
  names* log;

  auto parts() { return std::tie(left, right); }
  template <class Visitor>
  void visit_parameters(Visitor&& visit) {
    visit("own", own);
  }
  bool decays(std::string_view name) const { return name != "right"; }
  double rate_factor(std::string_view) const { return 3; }
  void seal() { log->push_back("seal branch"); }
};

/// A branch behind a part that says nothing.
struct silent {};
struct tree {
  silent first;
  branch second;
  auto parts() { return std::tie(first, second); }
  double rate_factor(std::string_view name) const { return name == "left" ? 2 : 1; }
};

static_assert(fewclip::composite<tree> && !fewclip::composite<leaf>);
static_assert(fewclip::has_parameters<tree> && fewclip::has_parameters<leaf> && !fewclip::has_parameters<silent>);
static_assert(!fewclip::has_starts<tree>);

tree planted(names& log) { return {{}, {{"left", &log}, {"right", &log}, 0, &log}}; }

BOOST_AUTO_TEST_CASE(parameters_are_visited_from_the_outside_in_and_parts_are_sealed_from_the_inside_out) {
  names log, seen;
  tree all = planted(log);
  fewclip::visit_parameters(all, [&](std::string_view name, double& number) {
    seen.emplace_back(name);
    number = 5;
  });
  BOOST_TEST(seen == (names{"own", "left", "right"}), boost::test_tools::per_element());
  BOOST_TEST(all.second.right.number == 5);
  fewclip::seal(all);
  BOOST_TEST(log == (names{"seal left", "seal right", "seal branch"}), boost::test_tools::per_element());
  seen.clear();
  fewclip::visit_parameters(all, "tree.", [&](std::string_view name, double&) { seen.emplace_back(name); });
  BOOST_TEST(seen == (names{"tree.own", "tree.left", "tree.right"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_component_around_a_parameter_has_a_say_in_its_update) {
  names log;
  tree all = planted(log);
  names seen;
  fewclip::visit_update_rules(all, [&](std::string_view name, double&, const fewclip::update_rule& rule) {
    seen.push_back(std::string(name) + (rule.decays ? " decays" : " stays") + " times " +
                   std::to_string(static_cast<int>(rule.rate_factor)));
  });
  BOOST_TEST(seen == (names{"own decays times 3", "left decays times 6", "right stays times 3"}), boost::test_tools::per_element());
}

}  // namespace
