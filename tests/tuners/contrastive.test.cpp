#include "fewclip/tuners/contrastive.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/losses/pull_to_start.hpp"
#include "fewclip/methods/tsf_clip.hpp"
#include "tiny_pairs.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

template <class Transfer>
using method = methods::tsf_clip<real, Transfer>;
using visual_only = method<tuners::transfer_visual_only>;
using both = method<tuners::transfer_both>;

template <class Stage>
typename Stage::params settings(fewclip::index epochs) {
  typename Stage::params out;
  set_setting(out, "learning_rate", 5e-3);
  set_setting(out, "epochs", static_cast<double>(epochs));
  return out;
}

template <class Method>
typename Method::first_type stage(fewclip::index epochs, const fixed_pairs<real>& validation = fixed_pairs<real>({})) {
  using first = typename Method::first_type;
  return first(tiny_clip<real>(), tiny_source<real>(), settings<first>(epochs), validation);
}

const std::vector<std::int32_t> ids = golden_ids();

/// A first stage whose loss may pull to the start.
using pulled =
    tuners::contrastive<real, clip,
                        trainers::contrastive_pairs<losses::pull_to_start<losses::contrastive>, optimizers::adam, schedules::constant>,
                        tuners::everything, tuners::transfer_both>;

/// All trained numbers by name, on the host.
template <class Stage>
std::map<std::string, std::vector<double>> numbers_of(const Stage& stage) {
  std::map<std::string, std::vector<double>> out;
  for (const auto& [name, value] : stage.trained().values) out[name] = value.to_host();
  return out;
}

/// Adam without decay, on host vectors.
struct host_adam {
  std::vector<double> first{};
  std::vector<double> second{};
  int steps = 0;

  void step(std::vector<double>& p, const std::vector<double>& g, double rate) {
    first.resize(p.size());
    second.resize(p.size());
    ++steps;
    for (std::size_t i = 0; i < p.size(); ++i) {
      first[i] = 0.9 * first[i] + 0.1 * g[i];
      second[i] = 0.999 * second[i] + 0.001 * g[i] * g[i];
      p[i] -= rate * first[i] / (1 - std::pow(0.9, steps)) / (std::sqrt(second[i] / (1 - std::pow(0.999, steps))) + 1e-8);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(defaults_are_those_of_the_authors_code_and_all_pairs_are_watched) {
  const visual_only::params defaults;
  BOOST_TEST(defaults.first.trainer.optimizer.learning_rate == 5e-8);
  BOOST_TEST(defaults.first.trainer.optimizer.weight_decay == 1e-6);
  BOOST_TEST(defaults.first.trainer.epochs == 200);
  BOOST_TEST(defaults.first.trainer.stop.patience == 50);
  BOOST_TEST(!defaults.first.round_to_half);
  BOOST_TEST((defaults.first.watched_pairs == metrics::asked_pairs::all));
  visual_only::params watching;
  set_setting(watching, "first.watched_pairs", 1);
  BOOST_TEST((watching.first.watched_pairs == metrics::asked_pairs::first));
  BOOST_CHECK_THROW(set_setting(watching, "first.watched_pairs", 2), value_error);
  BOOST_TEST(defaults.second.trainer.epochs == 12800);
  BOOST_TEST(defaults.second.trainer.optimizer.learning_rate == 2e-5);
  BOOST_TEST(std::abs(defaults.second.adapter.scale - std::exp(4.60517)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(without_training_features_are_those_of_the_clip) {
  const auto made = stage<both>(0);
  BOOST_TEST(relative_difference(made.features(golden_tensor<real>("images")).to_host(), golden_towers().read<double>("image")) < 1e-12);
  BOOST_TEST(relative_difference(made.text_features(rows_of_ids(ids)).to_host(), golden_towers().read<double>("text")) < 1e-12);
}

BOOST_AUTO_TEST_CASE(the_image_tower_is_handed_over_and_the_text_tower_where_it_is_asked_for) {
  const auto one = stage<visual_only>(3);
  const auto two = stage<both>(3);
  const auto images = golden_tensor<real>("images");
  BOOST_TEST((one.features(images).to_host() == two.features(images).to_host()));
  BOOST_TEST(relative_difference(one.features(images).to_host(), golden_towers().read<double>("image")) > 1e-3);
  BOOST_TEST(relative_difference(one.text_features(rows_of_ids(ids)).to_host(), golden_towers().read<double>("text")) < 1e-12);
  BOOST_TEST(relative_difference(two.text_features(rows_of_ids(ids)).to_host(), golden_towers().read<double>("text")) > 1e-3);
}

BOOST_AUTO_TEST_CASE(validation_batches_choose_the_epoch_and_accuracies_rise) {
  const auto made = stage<both>(30, tiny_source<real>());
  const auto& watched = made.training().watched;
  BOOST_TEST(watched.size() == 30U);
  auto clip = made.tuned();
  const auto found = metrics::pairs_found<real>(clip, tiny_source<real>());
  BOOST_TEST(found.image_to_text == *std::max_element(watched.begin(), watched.end()));
  auto start = tiny_clip<real>();
  BOOST_TEST(found.image_to_text > metrics::pairs_found<real>(start, tiny_source<real>()).image_to_text);
  BOOST_TEST(made.training().final_loss < made.training().first_loss);
}

BOOST_AUTO_TEST_CASE(rounding_to_half_changes_the_features_and_not_the_tuned_model) {
  using first = both::first_type;
  auto chosen = settings<first>(2);
  chosen.round_to_half = true;
  const first rounded(tiny_clip<real>(), tiny_source<real>(), chosen);
  const auto images = golden_tensor<real>("images");
  const auto exact = rounded.tuned().image().embed(images).to_host();
  BOOST_TEST((exact == stage<both>(2).tuned().image().embed(images).to_host()));
  const double off = relative_difference(rounded.features(images).to_host(), exact);
  BOOST_TEST(off > 1e-6);
  BOOST_TEST(off < 1e-2);
}

// From pixels to labels: three images as three classes.
BOOST_AUTO_TEST_CASE(both_stages_together_classify_images) {
  auto first = stage<both>(10);
  const auto images = golden_tensor<real>("images");
  const tensor<real> texts = first.text_features({ids.data(), 3, 9});
  const class_labels labels(std::vector<label>{0, 1, 2}, 3);
  const class_text<real> text(ops::normalise_rows(texts));
  const support_set<real> rows = data::with_text_samples<real>({first.features(images), labels}, texts, labels);
  both::second_type::params chosen;
  for (const auto& [name, value] : {std::pair{"epochs", 2000.0}, {"learning_rate", 1e-2}, {"batch_size", 4.0}, {"text_rows", 3.0}}) {
    set_setting(chosen, name, value);
  }
  const both::second_type head(text, rows, chosen);
  const both whole(first, head);
  BOOST_TEST((whole.predict(images) == std::vector<label>{0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(a_pull_of_zero_is_no_pull_bit_for_bit) {
  auto chosen = settings<pulled>(3);
  set_setting(chosen, "weight_decay", 1e-6);
  const pulled without(tiny_clip<real>(), tiny_source<real>(), chosen);
  BOOST_TEST((numbers_of(without) == numbers_of(stage<both>(3))));
  BOOST_TEST((without.training().losses == stage<both>(3).training().losses));
  chosen.starts = tuners::start_values::kept;
  const pulled keeping(tiny_clip<real>(), tiny_source<real>(), chosen);
  BOOST_TEST((numbers_of(keeping) == numbers_of(without)));
  set_setting(chosen, "pull", 0.5);
  const pulled with(tiny_clip<real>(), tiny_source<real>(), chosen);
  BOOST_TEST((numbers_of(with) != numbers_of(without)));
}

// At the start the pull has no gradient; before the second step it has 2 pull (p - start) on top of that of the similarities.
BOOST_AUTO_TEST_CASE(two_steps_with_a_pull_are_those_by_hand) {
  const double rate = 5e-3;
  const double pull = 0.3;
  const auto pairs = tiny_source<real>(1);
  tuners::tuned_model<real, tuners::everything, clip::fitted<real>> model(tiny_clip<real>());
  const trainers::detail::model_parameters<real> parameters(model);
  std::vector<std::vector<double>> starts;
  std::vector<host_adam> moments(parameters.count());
  std::vector<double> losses;
  for (int t = 0; t < 2; ++t) {
    const auto found = trainers::detail::differentiate_pairs<real>(model, parameters, losses::contrastive{}, pairs.batch(0, 0));
    losses.push_back(found.loss);
    for (std::size_t k = 0; k < parameters.count(); ++k) {
      auto& value = parameters.list()[k].value->mutable_value();
      std::vector<double> p = value.to_host();
      std::vector<double> g = found.gradients[k].to_host();
      if (t == 0) starts.push_back(p);
      for (std::size_t i = 0; i < p.size(); ++i) {
        const double distance = p[i] - starts[k][i];
        g[i] += 2 * pull * distance;
        losses.back() += pull * distance * distance;
      }
      moments[k].step(p, g, rate);
      value = tensor<real>::from_host(p.data(), value.extents());
    }
    model.refresh();
  }
  auto chosen = settings<pulled>(2);
  set_setting(chosen, "pull", pull);
  chosen.starts = tuners::start_values::kept;
  const pulled made(tiny_clip<real>(), pairs, chosen);
  for (std::size_t t = 0; t < 2; ++t) BOOST_TEST(std::abs(made.training().losses[t] - losses[t]) < 1e-10);
  const auto trained = numbers_of(made);
  for (const auto& each : parameters.list()) {
    BOOST_TEST_CONTEXT(each.name) { BOOST_TEST(relative_difference(trained.at(each.name), each.value->value().to_host()) < 1e-9); }
  }
}

BOOST_AUTO_TEST_CASE(a_pull_needs_starts_that_are_kept) {
  auto chosen = settings<pulled>(1);
  set_setting(chosen, "pull", 0.5);
  BOOST_CHECK_THROW(pulled(tiny_clip<real>(), tiny_source<real>(), chosen), value_error);
}

BOOST_AUTO_TEST_CASE(a_group_with_rate_factor_zero_stays_where_it_is) {
  auto chosen = settings<pulled>(2);
  chosen.groups = {{"visual.", 0}, {"ln_final", 1, false}};
  const pulled made(tiny_clip<real>(), tiny_source<real>(), chosen);
  const auto before = numbers_of(stage<both>(0));
  for (const auto& [name, values] : numbers_of(made)) {
    BOOST_TEST_CONTEXT(name) { BOOST_TEST((values == before.at(name)) == name.starts_with("visual.")); }
  }
  const pulled again(made.trained(), tiny_clip<real>(), chosen);
  BOOST_TEST((numbers_of(again) == numbers_of(made)));
}

// The trained tower of every epoch is made again by a training of so many epochs.
BOOST_AUTO_TEST_CASE(what_is_watched_is_the_accuracy_of_all_pairs_or_of_the_first_of_each_batch) {
  using first = both::first_type;
  const auto validation = tiny_source<real>(7);
  bool differ = false;
  for (const auto asked : {metrics::asked_pairs::all, metrics::asked_pairs::first}) {
    auto chosen = settings<first>(3);
    if (asked == metrics::asked_pairs::first) set_setting(chosen, "watched_pairs", 1);
    const first made(tiny_clip<real>(), tiny_source<real>(), chosen, validation);
    for (fewclip::index epochs = 1; epochs <= 3; ++epochs) {
      auto clip = stage<both>(epochs).tuned();
      const double expected = metrics::pairs_found<real>(clip, validation, asked).image_to_text;
      BOOST_TEST(made.training().watched.at(static_cast<std::size_t>(epochs - 1)) == expected);
      differ = differ || expected != metrics::pairs_found<real>(clip, validation).image_to_text;
    }
  }
  BOOST_TEST(differ);
}

BOOST_AUTO_TEST_CASE(any_source_of_pairs_can_be_watched) {
  struct on_demand {
    fewclip::index batches(fewclip::index) const { return 2; }
    pair_batch<real> batch(fewclip::index, fewclip::index i) const { return tiny_pairs<real>(static_cast<std::uint64_t>(i)); }
  };
  using first = both::first_type;
  const first made(tiny_clip<real>(), tiny_source<real>(), settings<first>(3), on_demand{});
  BOOST_TEST((made.training().watched == stage<both>(3, tiny_source<real>()).training().watched));
}
