#include "fewclip/tuners/tuned_model.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/optimizers/adam.hpp"
#include "fewclip/schedules/constant.hpp"
#include "fewclip/trainers/contrastive_pairs.hpp"
#include "fewclip/tuners/by_name.hpp"
#include "tiny_pairs.hpp"

using namespace fewclip;
using namespace fewclip::tests;
using trainer_type = trainers::contrastive_pairs<losses::contrastive, optimizers::adam, schedules::constant>;
template <class Tuner>
using tuned = tuners::tuned_model<real, Tuner, clip::fitted<real>>;

namespace {

trainer_type::params settings(double decay = 0) {
  trainer_type::params out;
  out.epochs = 3;
  out.optimizer.learning_rate = 1e-3;
  out.optimizer.weight_decay = decay;
  return out;
}

/// Names whose values differ from those at the start.
template <class Model>
std::vector<std::string> changed(const Model& model) {
  auto after = model.model();
  auto start = tiny_clip<real>();
  const auto before = values_of<real>(start);
  std::vector<std::string> out;
  for (const auto& [name, values] : values_of<real>(after)) {
    if (values != before.at(name)) out.push_back(name);
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(training_changes_what_the_tuner_names_and_nothing_else) {
  tuned<tuners::pooler> model(tiny_clip<real>());
  const auto report = trainer_type::train<real>(model, tiny_source<real>(), settings());
  BOOST_TEST(report.trained_parameters == model.trained_parameters());
  BOOST_TEST((changed(model) == std::vector<std::string>{"ln_final.bias", "ln_final.weight", "text_projection", "visual.ln_post.bias",
                                                         "visual.ln_post.weight", "visual.proj"}));
}

BOOST_AUTO_TEST_CASE(a_tuner_of_everything_trains_as_the_model_itself) {
  auto plain = tiny_clip<real>();
  tuned<tuners::everything> model(tiny_clip<real>());
  const auto expected = trainer_type::train<real>(plain, tiny_source<real>(), settings());
  const auto report = trainer_type::train<real>(model, tiny_source<real>(), settings());
  BOOST_TEST((report.losses == expected.losses));
  auto after = model.model();
  BOOST_TEST((values_of<real>(after) == values_of<real>(plain)));
}

BOOST_AUTO_TEST_CASE(groups_have_rates_and_decay_of_their_own) {
  tuned<tuners::pooler> model(tiny_clip<real>(), {}, {{"ln_final", 0}, {"ln_post", 1, false}});
  BOOST_TEST(model.rate_factor("ln_final.bias") == 0);
  BOOST_TEST(model.rate_factor("visual.proj") == 1);
  BOOST_TEST(!model.decays("visual.ln_post.bias"));
  BOOST_TEST(model.decays("visual.proj"));
  trainer_type::train<real>(model, tiny_source<real>(), settings());
  BOOST_TEST(
      (changed(model) == std::vector<std::string>{"text_projection", "visual.ln_post.bias", "visual.ln_post.weight", "visual.proj"}));
}

BOOST_AUTO_TEST_CASE(a_model_that_forgot_its_starts_trains_alike_and_says_so_when_asked_for_them) {
  tuned<tuners::pooler> keeping(tiny_clip<real>());
  tuned<tuners::pooler> forgetting(tiny_clip<real>(), {}, {}, tuners::start_values::forgotten);
  const auto expected = trainer_type::train<real>(keeping, tiny_source<real>(), settings());
  BOOST_TEST((trainer_type::train<real>(forgetting, tiny_source<real>(), settings()).losses == expected.losses));
  BOOST_CHECK_THROW(forgetting.visit_starts([](std::string_view, const auto&, const auto&) {}), value_error);
}

// The first step of Adam is the rate in the direction of the gradient, for every parameter.
BOOST_AUTO_TEST_CASE(a_rate_factor_scales_the_step) {
  const auto step = [](double factor) {
    tuned<tuners::pooler> model(tiny_clip<real>(), {}, {{"visual.proj", factor}});
    auto chosen = settings();
    chosen.epochs = 1;
    trainer_type::train<real>(model, tiny_source<real>(1), chosen);
    double out = 0;
    model.visit_starts([&out](std::string_view name, const parameter<real>& each, const tensor<real>& start) {
      if (name == "visual.proj") out = std::abs(each.value().data()[5] - start.data()[5]);
    });
    return out;
  };
  BOOST_TEST(std::abs(step(1) - 1e-3) < 1e-7);
  BOOST_TEST(std::abs(step(0.25) - 2.5e-4) < 1e-7);
}

BOOST_AUTO_TEST_CASE(a_copy_does_not_follow_the_training_of_the_original) {
  tuned<tuners::everything> model(tiny_clip<real>());
  const auto copy = model;
  trainer_type::train<real>(model, tiny_source<real>(), settings());
  BOOST_TEST(changed(copy).empty());
  BOOST_TEST(!changed(model).empty());
}
