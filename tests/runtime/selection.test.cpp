#include "fewclip/runtime/selection.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "../methods/toy.hpp"

namespace {

using namespace fewclip;
using B = toy::f32;
using runtime::by_request;
using runtime::selection_mode;
using runtime::selection_request;

/// Settings of one number.
struct one_setting {
  double x = 0;

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(setting{.name = "x", .meaning = "a number", .origin = "this test", .lowest = 1e-9, .highest = 1e9}, self.x);
  }
};

/// Predicts class 0 for as many of the first rows as x says, class 1 for the others.
struct counting_model {
  double x = 0;
  tensor<B> logits(const tensor<B>& rows) const {
    tensor<B> out({rows.rows(), 2});
    for (fewclip::index r = 0; r < rows.rows(); ++r) out.mutable_data()[2 * r + (static_cast<double>(r) < x ? 0 : 1)] = 1;
    return out;
  }
};

const auto fit = [](const one_setting& settings) { return counting_model{settings.x}; };

validation_set<B> two_of_four_are_class_0() { return {tensor<B>({4, 3}), class_labels(std::vector<label>{0, 0, 1, 1}, 2)}; }

}  // namespace

BOOST_AUTO_TEST_CASE(without_a_search_the_settings_are_used_as_given) {
  const auto found = by_request<>::select<B>(fit, one_setting{3}, {}, {}, {});
  BOOST_TEST(found.second.settings.x == 3);
  BOOST_TEST(found.second.search.candidates == 0);
}

BOOST_AUTO_TEST_CASE(a_bisection_is_run_where_it_is_asked_for) {
  selectors::coarse_then_bisect::params steps;
  steps.name = "x";
  steps.coarse = {100, 2, 1};
  steps.bisection_steps = 1;
  const auto found = by_request<selectors::coarse_then_bisect>::select<B>(fit, one_setting{3}, {steps}, two_of_four_are_class_0(), {});
  BOOST_TEST(found.second.search.candidates == 5);  // three, then both ends of [0.2, 20]
}

BOOST_AUTO_TEST_CASE(a_search_that_is_not_offered_is_refused) {
  BOOST_CHECK_EXCEPTION(by_request<>::select<B>(fit, one_setting{3}, {selectors::grid::params{}}, two_of_four_are_class_0(), {}),
                        value_error,
                        [](const value_error& e) { return std::string(e.what()).find("search: expected one that") != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(the_protocol_says_what_will_be_looked_at) {
  selection_request<B> request;
  BOOST_TEST(request.protocol() == std::string(selectors::fixed::protocol));
  request.mode = selection_mode::validation;
  BOOST_TEST(request.protocol() == std::string(selectors::fixed::protocol));  // nothing to search
  request.search = selectors::grid::params{};
  BOOST_TEST(request.protocol() == std::string(selectors::grid::protocol));
  request.search = selectors::coarse_then_bisect::params{};
  BOOST_TEST(request.protocol() == std::string(selectors::coarse_then_bisect::protocol));
  request.mode = selection_mode::oracle;
  BOOST_TEST(request.protocol().find("TEST labels") != std::string::npos);
}
