#include "fewclip/heads/learned_context.hpp"

#include "../methods/tiny_clip.hpp"
#include "../model_gradients.hpp"
#include "fewclip/methods/coop.hpp"
#include "fewclip/methods/zero_shot.hpp"

namespace {

namespace t = fewclip::testing;
namespace prompts = fewclip::prompts;
using fewclip::heads::context_position;
using fewclip::heads::context_sharing;
using real = t::exact_backend;
template <context_position Position = context_position::end, context_sharing Sharing = context_sharing::shared>
using head = fewclip::heads::learned_context<Position, Sharing>;

template <class Head, class B = real>
typename Head::template fitted<B> fitted(fewclip::index length = 4, bool words = false, const prompts::encoding_memory& memory = {}) {
  typename Head::params settings;
  settings.head.scale = 20;
  settings.context_length = length;
  settings.context_deviation = 0.5;
  settings.context_from_template = words;
  return {prompts::class_text_of(tiny::source<B>(memory)), tiny::support<B>(), settings};
}

template <class Error>
std::string message(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "not thrown";
}

/// The gradient of the mean cross-entropy by the context.
template <class Model>
fewclip::tensor<real> gradient_of(Model& model) {
  const auto on = tiny::support<real>();
  fewclip::tape<real> record;
  fewclip::parameter<real>* context = nullptr;
  fewclip::visit_parameters(model, [&](std::string_view, fewclip::parameter<real>& p) { (context = &p)->bind(record); });
  record.backward(
      fewclip::ops::cross_entropy(model.logits(record.constant(on.features())), fewclip::to_backend<real>(on.labels()), 1.0 / 12));
  const auto out = record.gradient(context->leaf());
  context->release();
  return out;
}

template <class Model>
void require_gradients(Model model) {
  const auto on = tiny::support<real>();
  fewclip::tests::require_model_gradients<real>(model, on.features(), fewclip::to_backend<real>(on.labels()));
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(untouched_words_of_the_template_give_the_zero_shot_classifier, B, t::cpu_backends) {
  const auto expected = tiny::source<B>()->class_rows();
  BOOST_TEST(t::identical<B>(fitted<head<>, B>(0, true).class_rows(), expected));
  BOOST_TEST(t::identical<B>(fitted<head<context_position::end, context_sharing::per_class>, B>(0, true).class_rows(), expected));
  BOOST_TEST(t::near<B>(expected, tiny::rows<B>("text")));
}

BOOST_AUTO_TEST_CASE(layouts_differ_but_not_without_context) {
  const auto rows = [](auto model) { return model.class_rows(); };
  const auto end = rows(fitted<head<context_position::end>>(4));
  const auto middle = rows(fitted<head<context_position::middle>>(4));
  const auto front = rows(fitted<head<context_position::front>>(4));
  BOOST_TEST(!t::near<real>(end, middle));
  BOOST_TEST(!t::near<real>(end, front));
  BOOST_TEST(!t::near<real>(middle, front));
  const auto none = rows(fitted<head<context_position::end>>(0));
  BOOST_TEST(t::identical<real>(none, rows(fitted<head<context_position::middle>>(0))));
  BOOST_TEST(t::identical<real>(none, rows(fitted<head<context_position::front>>(0))));
  // With one token, the front half of the middle layout is empty.
  BOOST_TEST(t::identical<real>(rows(fitted<head<context_position::middle>>(1)), rows(fitted<head<context_position::front>>(1))));
}

BOOST_AUTO_TEST_CASE(equal_contexts_of_each_class_equal_a_shared_one_and_their_gradients_add_up) {
  auto shared = fitted<head<>>(3);
  auto own = fitted<head<context_position::end, context_sharing::per_class>>(3);
  const auto context = tiny::parameter_of<real>(shared, "context").to_host();
  std::vector<double> repeated;
  for (int c = 0; c < 4; ++c) repeated.insert(repeated.end(), context.begin(), context.end());
  fewclip::visit_parameters(own, [&](std::string_view, fewclip::parameter<real>& p) {
    BOOST_TEST((p.value().extents() == fewclip::shape{12, 24}));
    p.mutable_value() = fewclip::tensor<real>::from_host(repeated.data(), {12, 24});
  });
  BOOST_TEST(t::near<real>(own.class_rows(), shared.class_rows()));
  const auto whole = gradient_of(shared).to_host();
  const auto parts = gradient_of(own).to_host();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const double sum = parts[i] + parts[i + whole.size()] + parts[i + 2 * whole.size()] + parts[i + 3 * whole.size()];
    BOOST_TEST(std::abs(whole[i] - sum) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  require_gradients(fitted<head<>>(3));
  require_gradients(fitted<head<context_position::middle>>(3));
  require_gradients(fitted<head<context_position::front, context_sharing::per_class>>(2));
}

BOOST_AUTO_TEST_CASE(neither_batches_nor_what_is_remembered_changes_the_gradient) {
  auto all = fitted<head<>>(4);
  const auto expected = gradient_of(all);
  for (const prompts::encoding_memory& memory : {prompts::encoding_memory{1, 0}, {20, 0}, {20, 25}, {1000, 0}}) {
    auto model = fitted<head<>>(4, false, memory);
    BOOST_TEST(t::near<real>(model.class_rows(), all.class_rows()));
    BOOST_TEST(t::near<real>(gradient_of(model), expected));
  }
}

BOOST_AUTO_TEST_CASE(a_sealed_head_is_a_text_head_and_visiting_the_context_opens_it) {
  auto model = fitted<head<>>(4);
  const auto queries = tiny::rows<real>("queries");
  const auto before = model.logits(queries);
  model.seal();
  BOOST_TEST(t::near<real>(model.logits(queries), before));
  const fewclip::heads::text::fitted<real> plain(fewclip::class_text<real>(model.class_rows()), {}, {.scale = 20});
  BOOST_TEST(t::identical<real>(model.logits(queries), plain.logits(queries)));
  auto study = model.study(queries);
  study.visit_terms({.head = {.scale = 7}}, [&](std::string_view name, double weight, const fewclip::tensor<real>& term) {
    BOOST_TEST(name == "scale");
    BOOST_TEST(weight == 7);
    BOOST_TEST(t::near<real>(fewclip::ops::scale(term, 20), before));
  });
  fewclip::visit_parameters(model,
                            [](std::string_view, fewclip::parameter<real>& p) { p.mutable_value() = fewclip::ops::scale(p.value(), 2); });
  BOOST_TEST(!t::near<real>(model.logits(queries), before));
}

BOOST_AUTO_TEST_CASE(the_start_is_random_by_seed) {
  const auto start = [](std::uint64_t seed) {
    head<>::fitted<real> model(prompts::class_text_of(tiny::source<real>()), {}, {.head = {}, .context_length = 10, .seed = seed});
    return tiny::parameter_of<real>(model, "context");
  };
  BOOST_TEST(t::identical<real>(start(1), start(1)));
  BOOST_TEST(!t::near<real>(fewclip::ops::scale(start(1), 50), fewclip::ops::scale(start(2), 50)));
  double squares = 0;
  for (const double value : start(1).to_host()) squares += value * value;
  BOOST_TEST(std::abs(std::sqrt(squares / (10 * 24)) - 0.02) < 0.004);
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_too_long_is_said) {
  using coop = fewclip::methods::coop<real>;
  const std::string missing = ": text: expected a text tower with the tokens of the prompts (prompts::text_source), got rows only";
  const fewclip::class_text<real> rows_only(tiny::rows<real>("text"));
  BOOST_TEST(message<fewclip::value_error>([&] { coop(rows_only, tiny::support<real>()); }) == "fewclip::classifier" + missing);
  BOOST_TEST(message<fewclip::value_error>([&] { head<>::fitted<real>(rows_only, {}, {}); }) ==
             "fewclip::heads::learned_context" + missing);
  BOOST_TEST(message<fewclip::shape_error>([] { fitted<head<>>(12); }) ==
             "fewclip::heads::learned_context: class 1 with its context: expected at most 16 tokens, got 17");
  const fewclip::class_text<real> too_few(tiny::rows<real>("text").rows_slice(0, 3), tiny::source<real>());
  BOOST_CHECK_THROW(head<>::fitted<real>(too_few, {}, {}), fewclip::shape_error);
}

BOOST_AUTO_TEST_CASE(the_method_trains_to_a_lower_loss_and_predicts) {
  using coop = fewclip::methods::coop<real>;
  const auto settings = tiny::with(coop::params{}, {{"scale", 20}, {"context_from_template", 1}, {"learning_rate", 0.05}, {"epochs", 10}});
  const coop model(prompts::class_text_of(tiny::source<real>()), tiny::support<real>(), settings);
  BOOST_TEST(model.training().final_loss < 0.9 * model.training().first_loss);
  BOOST_TEST(model.training().trained_parameters == 4 * 24);
  BOOST_TEST(model.predict(tiny::rows<real>("queries")).size() == 5U);
  const coop again(prompts::class_text_of(tiny::source<real>()), tiny::support<real>(), settings);
  BOOST_TEST(t::identical<real>(model.logits(tiny::rows<real>("queries")), again.logits(tiny::rows<real>("queries"))));
}
