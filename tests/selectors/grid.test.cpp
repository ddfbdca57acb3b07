#include "fewclip/selectors/grid.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

#include "brute_force.hpp"
#include "fewclip/methods/ape.hpp"
#include "fewclip/methods/ape_t.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/methods/tip_x.hpp"
#include "fewclip/methods/zero_shot.hpp"

namespace selectors = fewclip::selectors;
namespace methods = fewclip::methods;
using f32 = fewclip::backend::cpu<float>;
using f64 = fewclip::backend::cpu<double>;
using axis_list = std::vector<selectors::grid_axis>;

namespace {

const unsigned seed = std::random_device{}();

template <class Searching, class Plain, class B>
void compare(const brute_force::problem<B>& from, const axis_list& grid, typename Plain::params settings = {}) {
  BOOST_TEST_MESSAGE("seed " << seed);
  const auto expected = brute_force::search<Plain>(from, settings, grid);
  typename Searching::params with_grid{settings.adapter, settings.trainer, {grid}};
  const Searching found(from.text, from.support, with_grid, from.validation);
  const auto best = expected.hits[static_cast<std::size_t>(expected.best)];
  BOOST_TEST(found.search().candidates == static_cast<fewclip::index>(expected.hits.size()));
  BOOST_TEST(found.search().best_hits == best);
  BOOST_TEST(found.search().ties == std::count(expected.hits.begin(), expected.hits.end(), best) - 1);
  for (std::size_t a = 0; a < grid.size(); ++a) {
    for (const auto& each : fewclip::list_settings(found.settings())) {
      if (each.about.name == grid[a].name) BOOST_TEST(each.value == brute_force::value_at(grid, a, expected.best));
    }
  }
  BOOST_TEST(fewclip::metrics::accuracy(found.logits(from.validation.features()), from.validation).hits == best);
}

}  // namespace

BOOST_AUTO_TEST_CASE(tip_adapter_finds_what_one_classifier_per_combination_finds) {
  const brute_force::problem<f64> from(seed, 7, 24, 5, 300);
  const axis_list grid{selectors::arithmetic_axis("beta", 0.1, 12, 9), selectors::arithmetic_axis("alpha", 0, 60, 11)};
  compare<methods::tip_adapter<f64, selectors::grid>, methods::tip_adapter<f64>>(from, grid);
}

BOOST_AUTO_TEST_CASE(the_order_of_axes_decides_between_equals) {
  const brute_force::problem<f64> from(seed + 1, 5, 16, 2, 60);
  const auto beta = selectors::arithmetic_axis("beta", 0.1, 12, 6);
  const auto alpha = selectors::arithmetic_axis("alpha", 0, 60, 8);
  compare<methods::tip_adapter<f64, selectors::grid>, methods::tip_adapter<f64>>(from, {alpha, beta});
  compare<methods::tip_adapter<f64, selectors::grid>, methods::tip_adapter<f64>>(from, {beta, alpha});
  compare<methods::tip_adapter<f64, selectors::grid>, methods::tip_adapter<f64>>(from, {alpha});
  compare<methods::tip_adapter<f64, selectors::grid>, methods::tip_adapter<f64>>(from, {beta});
}

BOOST_AUTO_TEST_CASE(two_linear_axes_and_a_sharpness_are_searched_at_once) {
  const brute_force::problem<f64> from(seed + 2, 6, 16, 3, 100);
  const axis_list grid{selectors::arithmetic_axis("alpha", 0.1, 50, 4), selectors::arithmetic_axis("beta", 1, 20, 4),
                       selectors::arithmetic_axis("gamma", 0, 30, 6)};
  compare<methods::tip_x<f64, selectors::grid>, methods::tip_x<f64>>(from, grid);
  using transductive = methods::tip_x<f64, selectors::grid, fewclip::caches::rescaling::transductive>;
  compare<transductive, methods::tip_x<f64, selectors::fixed, fewclip::caches::rescaling::transductive>>(from, grid);
}

BOOST_AUTO_TEST_CASE(weights_of_keys_are_searched_like_a_sharpness_and_channels_by_fitting_again) {
  const brute_force::problem<f64> from(seed + 3, 6, 16, 3, 100);
  const axis_list grid{selectors::arithmetic_axis("beta", 0.1, 9, 3),
                       selectors::arithmetic_axis("alpha", 0.1, 30, 4),
                       {"channels", {0.5, 1}},
                       selectors::arithmetic_axis("gamma", 0, 1, 3)};
  compare<methods::ape<f64, selectors::grid>, methods::ape<f64>>(from, grid);
}

BOOST_AUTO_TEST_CASE(channels_cost_one_fit_each_and_prediction_settings_none) {
  const brute_force::problem<f32> from(seed + 4, 4, 16, 2, 40);
  methods::ape<f32, selectors::grid>::params settings;
  settings.selector.axes = {{"channels", {0.5, 0.75, 1}}, {"alpha", {1, 2}}, {"beta", {1, 2, 3}}};
  const methods::ape<f32, selectors::grid> found(from.text, from.support, settings, from.validation);
  BOOST_TEST(found.search().fits == 3);
  BOOST_TEST(found.search().candidates == 18);
  BOOST_TEST(found.search().rows == 40);
  BOOST_TEST(found.search().note.empty());
}

BOOST_AUTO_TEST_CASE(the_logit_scale_alone_changes_no_prediction_and_the_first_value_wins) {
  const brute_force::problem<f64> from(seed + 5, 4, 16, 2, 40);
  methods::zero_shot<f64, selectors::grid>::params settings;
  settings.selector.axes = {{"scale", {30, 10, 20}}};
  const methods::zero_shot<f64, selectors::grid> found(from.text, from.support, settings, from.validation);
  BOOST_TEST(found.search().ties == 2);
  BOOST_TEST(found.settings().adapter.scale == 30.0);
}

BOOST_AUTO_TEST_CASE(trained_models_are_searched_after_training_and_say_so) {
  const brute_force::problem<f64> from(seed + 6, 4, 12, 3, 80);
  const axis_list grid{{"beta", {1, 3, 7}}, {"alpha", {0.5, 5, 50}}};
  const auto check = [&]<class Searching, class Plain>(std::type_identity<Searching>, std::type_identity<Plain>) {
    typename Plain::params plain;
    fewclip::set_setting(plain, "epochs", 5);
    fewclip::set_setting(plain, "learning_rate", 0.01);
    const Searching found(from.text, from.support, {plain.adapter, plain.trainer, {grid}}, from.validation);
    BOOST_TEST(found.search().note.starts_with("chosen after training, which used "));
    BOOST_TEST(found.search().fits == 1);
    const Plain trained(from.text, from.support, plain);
    auto model = trained.adapter();
    fewclip::index best = -1;
    for (const double beta : grid[0].values) {
      for (const double alpha : grid[1].values) {
        auto settings = plain;
        fewclip::set_setting(settings, "alpha", alpha);
        fewclip::set_setting(settings, "beta", beta);
        model.retune(settings.adapter);
        best = std::max(best, fewclip::metrics::accuracy(model.logits(from.validation.features()), from.validation).hits);
      }
    }
    BOOST_TEST(found.search().best_hits == best);
    BOOST_TEST(fewclip::metrics::accuracy(found.logits(from.validation.features()), from.validation).hits == best);
  };
  check(std::type_identity<methods::tip_adapter_f<f64, selectors::grid>>(), std::type_identity<methods::tip_adapter_f<f64>>());
  check(std::type_identity<methods::ape_t<f64, selectors::grid>>(), std::type_identity<methods::ape_t<f64>>());
}

BOOST_AUTO_TEST_CASE(large_validation_sets_are_cut_into_slices_without_changing_a_count) {
  const brute_force::problem<f32> from(seed + 7, 4, 8, 400, 3000);  // 2 * 1600 keys: slices of 1310 rows
  const axis_list grid{{"beta", {1, 5}}, {"alpha", {0.01, 0.05, 0.3}}};
  compare<methods::tip_adapter<f32, selectors::grid>, methods::tip_adapter<f32>>(from, grid);
}

BOOST_AUTO_TEST_CASE(an_observer_hears_of_the_search_and_may_stop_it) {
  const brute_force::problem<f64> from(seed + 8, 4, 16, 2, 40);
  methods::ape<f64, selectors::grid>::params settings;
  settings.selector.axes = {{"channels", {0.5, 0.75, 1}}, {"alpha", {1, 2}}};
  fewclip::index last = 0;
  fewclip::index total = 0;
  const fewclip::progress_observer listens = [&](const fewclip::progress& event) {
    BOOST_TEST(event.stage == "search");
    last = event.done;
    total = event.total;
    return true;
  };
  const methods::ape<f64, selectors::grid> all(from.text, from.support, settings, from.validation, listens);
  BOOST_TEST(last == 6);
  BOOST_TEST(total == 6);
  const fewclip::progress_observer stops = [](const fewclip::progress&) { return false; };
  const methods::ape<f64, selectors::grid> first(from.text, from.support, settings, from.validation, stops);
  BOOST_TEST(first.search().fits == 1);
  BOOST_TEST(first.settings().adapter.cache.refiner.channels == 0.5);
  BOOST_TEST(first.search().note == "the search was stopped after 2 of 6 candidates");
}

BOOST_AUTO_TEST_CASE(mistakes_are_named) {
  const brute_force::problem<f64> from(seed + 9, 4, 16, 2, 40);
  using searched = methods::tip_adapter<f64, selectors::grid>;
  const auto message = [&](const axis_list& grid, const fewclip::validation_set<f64>& rows) {
    try {
      const searched unused(from.text, from.support, {{}, {}, {grid}}, rows);
    } catch (const fewclip::error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  BOOST_TEST(has(message({{"alpha", {1}}}, {}), "hand a validation_set to the classifier"));
  BOOST_TEST(has(message({{"alhpa", {1}}}, from.validation), "did you mean 'alpha'?"));
  BOOST_TEST(has(message({}, from.validation), "axes: expected at least one"));
  BOOST_TEST(has(message({{"alpha", {}}}, from.validation), "values of axis 'alpha'"));
  BOOST_TEST(has(message({{"alpha", {1}}, {"alpha", {2}}}, from.validation), "'alpha' twice"));
  BOOST_TEST(has(message({{"alpha", {-1}}}, from.validation), "alpha: expected a number in [0,"));
  const fewclip::validation_set<f64> other(from.validation.features(), fewclip::class_labels(std::vector<fewclip::label>(40, 0), 9));
  BOOST_TEST(has(message({{"alpha", {1}}}, other), "classes of the validation set: expected 4, got 9"));
}
