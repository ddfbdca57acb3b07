#include "fewclip/selectors/oracle.hpp"

#include <boost/test/unit_test.hpp>

#include "brute_force.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/selectors/grid.hpp"

namespace selectors = fewclip::selectors;
using B = fewclip::backend::cpu<double>;
using fair = fewclip::methods::tip_adapter<B, selectors::grid>;
using unfair = fewclip::methods::tip_adapter<B, selectors::on_test_labels<selectors::grid>>;

namespace {

constexpr const char* confession = "TEST LABELS WERE USED to choose the settings: not a fair result";
const std::vector<selectors::grid_axis> grid{{"beta", {1, 3, 9}}, {"alpha", {0.1, 1, 10}}};

}  // namespace

BOOST_AUTO_TEST_CASE(the_settings_are_those_chosen_on_the_same_rows_as_a_validation_set) {
  const brute_force::problem<B> from(5, 4, 16, 2, 80);
  unfair::params settings;
  settings.selector.axes = grid;
  const auto found = selectors::oracle::fit<unfair>(from.text, from.support, from.queries, settings);
  const fair same(from.text, from.support, {{}, {}, {grid}}, from.validation);
  BOOST_TEST(found.settings().adapter.cache.alpha == same.settings().adapter.cache.alpha);
  BOOST_TEST(found.settings().adapter.cache.kernel.beta == same.settings().adapter.cache.kernel.beta);
  BOOST_TEST(found.search().best_hits == same.search().best_hits);
  BOOST_TEST(found.search().best_hits == fewclip::metrics::accuracy(found.logits(from.queries.features()), from.queries).hits);
}

BOOST_AUTO_TEST_CASE(the_record_and_the_protocol_say_that_test_labels_were_used) {
  const brute_force::problem<B> from(6, 3, 8, 2, 40);
  const auto found = selectors::oracle::fit<unfair>(from.text, from.support, from.queries, {{}, {}, {grid}});
  BOOST_TEST(found.search().note == confession);
  BOOST_TEST(std::string(unfair::selector_type::protocol).find("TEST labels") != std::string::npos);
  const fair honest(from.text, from.support, {{}, {}, {grid}}, from.validation);
  BOOST_TEST(honest.search().note.empty());
}

BOOST_AUTO_TEST_CASE(other_notes_are_kept_behind_the_confession) {
  const brute_force::problem<B> from(7, 3, 8, 2, 40);
  const fewclip::progress_observer stops = [](const fewclip::progress&) { return false; };
  const auto found = selectors::oracle::fit<unfair>(from.text, from.support, from.queries, {{}, {}, {grid}}, stops);
  BOOST_TEST(found.search().note == std::string(confession) + "; the search was stopped after 0 of 9 candidates");
  BOOST_TEST(found.settings().adapter.cache.alpha == 1.0);
}

BOOST_AUTO_TEST_CASE(code_that_is_handed_a_way_to_fit_can_ask_for_the_same) {
  const brute_force::problem<B> from(8, 3, 8, 2, 40);
  const auto fit = [&](const fair::params& settings) {
    struct {
      fair::fitted_adapter model;
      fewclip::tensor<B> logits(const fewclip::tensor<B>& x) const { return model.logits(x); }
    } out{fair::fitted_adapter(from.text, from.support, settings.adapter)};
    return out;
  };
  const auto [model, choice] = selectors::oracle::select<selectors::grid>(fit, fair::params{}, {grid}, from.queries);
  BOOST_TEST(choice.search.note == confession);
  BOOST_TEST(fewclip::metrics::accuracy(model.logits(from.queries.features()), from.queries).hits == choice.search.best_hits);
}
