#include "fewclip/selectors/coarse_then_bisect.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

#include "brute_force.hpp"
#include "fewclip/methods/linear_probe.hpp"

namespace selectors = fewclip::selectors;
using B = fewclip::backend::cpu<double>;

namespace {

const std::vector<double> published = selectors::coarse_then_bisect::params().coarse;
constexpr auto go_on = [](const selectors::bisection_step&) { return true; };

/// A classifier's params with one setting, and a fit that predicts class 0 or 1 for all rows by the value of that setting.
struct one_setting {
  double strength = 1;
  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(fewclip::setting{.name = "strength", .meaning = "", .origin = "test", .lowest = 0, .highest = 1e8}, self.strength);
  }
};

struct constant_fit {
  double made_with = 0;
  fewclip::index right = 0;
  fewclip::tensor<B> logits(const fewclip::tensor<B>& x) const {
    fewclip::tensor<B> out({x.rows(), 2});
    for (fewclip::index r = 0; r < x.rows(); ++r) out.mutable_data()[2 * r + (r < right ? 0 : 1)] = 1;
    return out;
  }
};

/// One hundred rows of class 0.
fewclip::validation_set<B> hundred_rows() {
  return {fewclip::tensor<B>({100, 1}), fewclip::class_labels(std::vector<fewclip::label>(100, 0), 2)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_published_bookkeeping_is_reproduced_step_by_step) {
  const auto score = [](double value) { return -std::pow(std::log10(value) - 0.3, 2); };
  const auto steps = selectors::bisect_on_log_scale(score, published, 8, go_on);
  const std::vector<std::array<double, 3>> expected{{-1, 1, 1},
                                                    {0, 1, 0},
                                                    {0, 0.5, 0.5},
                                                    {0.25, 0.5, 0.25},
                                                    {0.25, 0.375, 0.25},
                                                    {0.25, 0.3125, 0.3125},
                                                    {0.28125, 0.3125, 0.3125},
                                                    {0.296875, 0.3125, 0.296875}};
  BOOST_TEST_REQUIRE(steps.size() == expected.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    BOOST_TEST(std::abs(std::log10(steps[i].left) - expected[i][0]) < 1e-12);
    BOOST_TEST(std::abs(std::log10(steps[i].right) - expected[i][1]) < 1e-12);
    BOOST_TEST(std::abs(std::log10(steps[i].answer) - expected[i][2]) < 1e-12);
  }
  BOOST_TEST(steps.back().answer == 1.98095, boost::test_tools::tolerance(1e-5));
}

BOOST_AUTO_TEST_CASE(coarse_ties_go_to_the_largest_value_and_bisection_ties_to_the_left_end) {
  const auto steps = selectors::bisect_on_log_scale([](double) { return 1; }, published, 2, go_on);
  BOOST_TEST(steps[0].right == 1e7);
  BOOST_TEST(steps[0].answer == 1e5);
  BOOST_TEST(steps[1].right == 1e6, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(every_value_is_fitted_once_which_makes_fifteen_fits) {
  std::multiset<double> fitted;
  const auto fit = [&](const one_setting& settings) {
    fitted.insert(settings.strength);
    const double distance = std::abs(std::log10(settings.strength) - 0.3);
    return constant_fit{settings.strength, 100 - static_cast<fewclip::index>(10 * distance)};
  };
  selectors::coarse_then_bisect::params choices;
  choices.name = "strength";
  fewclip::index last = 0;
  fewclip::index total = 0;
  const auto [model, choice] =
      selectors::coarse_then_bisect::select<B>(fit, one_setting{}, choices, hundred_rows(), [&](const auto& event) {
        last = event.done;
        total = event.total;
        return true;
      });
  BOOST_TEST(fitted.size() == 15U);
  BOOST_TEST(std::set<double>(fitted.begin(), fitted.end()).size() == 15U);
  BOOST_TEST(choice.search.fits == 15);
  BOOST_TEST(last == 15);
  BOOST_TEST(total == 15);
  BOOST_TEST(choice.search.rows == 100);
  BOOST_TEST(model.made_with == choice.settings.strength);
  BOOST_TEST(choice.search.best_hits == model.right);
}

BOOST_AUTO_TEST_CASE(the_coarse_winner_can_be_the_answer) {
  const auto fit = [](const one_setting& settings) {
    return constant_fit{settings.strength, 100 - static_cast<fewclip::index>(10 * std::abs(std::log10(settings.strength) - 4))};
  };
  selectors::coarse_then_bisect::params choices;
  choices.name = "strength";
  choices.bisection_steps = 4;
  const auto [model, choice] = selectors::coarse_then_bisect::select<B>(fit, one_setting{}, choices, hundred_rows(), {});
  BOOST_TEST(choice.settings.strength == 1e4);
  BOOST_TEST(model.made_with == 1e4);
  BOOST_TEST(choice.search.best_hits == 100);
}

BOOST_AUTO_TEST_CASE(a_search_that_is_stopped_keeps_the_best_fit_so_far) {
  const auto fit = [&](const one_setting& settings) { return constant_fit{settings.strength, settings.strength == 100 ? 7 : 5}; };
  selectors::coarse_then_bisect::params choices;
  choices.name = "strength";
  for (const fewclip::index after : {1, 3, 7, 8, 9, 12}) {
    const auto listens = [&](const fewclip::progress& event) { return event.done < after; };
    const auto [model, choice] = selectors::coarse_then_bisect::select<B>(fit, one_setting{}, choices, hundred_rows(), listens);
    BOOST_TEST(choice.search.fits == after);
    BOOST_TEST(model.made_with == choice.settings.strength);
    BOOST_TEST(choice.search.note == "the search was stopped before its last step");
    if (after == 1) BOOST_TEST(choice.settings.strength == 1e6);
    if (after == 3 || after == 7) BOOST_TEST(choice.settings.strength == 100.0);
  }
}

BOOST_AUTO_TEST_CASE(mistakes_are_named) {
  const auto fit = [&](const one_setting& settings) { return constant_fit{settings.strength, 1}; };
  const auto message = [&](const selectors::coarse_then_bisect::params& choices, const fewclip::validation_set<B>& rows) {
    try {
      (void)selectors::coarse_then_bisect::select<B>(fit, one_setting{}, choices, rows, {});
    } catch (const fewclip::value_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  BOOST_TEST(has(message({"strength", {1}, 8}, {}), "hand a validation_set to the classifier"));
  BOOST_TEST(has(message({"strenght", {1}, 8}, hundred_rows()), "did you mean 'strength'?"));
  BOOST_TEST(has(message({"strength", {}, 8}, hundred_rows()), "coarse: expected at least one value"));
  BOOST_TEST(has(message({"strength", {0}, 8}, hundred_rows()), "values above 0"));
  BOOST_TEST(has(message({"strength", {1e8}, 8}, hundred_rows()), "expected a number in [0, 100000000]"));
}

BOOST_AUTO_TEST_CASE(a_linear_probe_is_swept) {
  const brute_force::problem<B> from(3, 3, 8, 4, 60);
  using probe = fewclip::methods::linear_probe<B, selectors::coarse_then_bisect>;
  const probe found(from.text, from.support, {}, from.validation);
  BOOST_TEST(found.search().fits == 15);
  const double chosen = found.settings().trainer.loss.inverse_regularisation;
  fewclip::methods::linear_probe<B>::params again;
  again.trainer.loss.inverse_regularisation = chosen;
  const fewclip::methods::linear_probe<B> same(from.text, from.support, again);
  const auto& x = from.validation.features();
  BOOST_TEST(found.logits(x).to_host() == same.logits(x).to_host(), boost::test_tools::per_element());
  BOOST_TEST(found.search().best_hits == fewclip::metrics::accuracy(same.logits(x), from.validation).hits);
}
