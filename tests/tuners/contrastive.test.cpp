#include "fewclip/tuners/contrastive.hpp"

#define BOOST_TEST_MODULE tuners_contrastive
#include <boost/test/unit_test.hpp>

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

}  // namespace

BOOST_AUTO_TEST_CASE(defaults_are_those_of_the_authors_code) {
  const visual_only::params defaults;
  BOOST_TEST(defaults.first.trainer.optimizer.learning_rate == 5e-8);
  BOOST_TEST(defaults.first.trainer.optimizer.weight_decay == 1e-6);
  BOOST_TEST(defaults.first.trainer.epochs == 200);
  BOOST_TEST(defaults.first.trainer.stop.patience == 50);
  BOOST_TEST(!defaults.first.round_to_half);
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
