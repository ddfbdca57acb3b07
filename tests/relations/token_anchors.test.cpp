#include "fewclip/relations/token_anchors.hpp"

#include "../methods/tiny_clip.hpp"
#include "../model_gradients.hpp"
#include "fewclip/methods/rtos.hpp"

namespace {

namespace t = fewclip::testing;
namespace prompts = fewclip::prompts;
namespace relations = fewclip::relations;
using real = t::exact_backend;
using from_words = relations::token_anchors<>;
using random_start = relations::token_anchors<relations::anchor_start::random>;

prompts::tokenised_prompts with_words(std::vector<std::vector<std::int32_t>> words) {
  auto tokens = tiny::class_tokens();
  tokens.anchor_words = std::move(words);
  return tokens;
}

template <class Anchors, class B = real>
auto rows_of(const fewclip::class_text<B>& text, const typename Anchors::params& settings = {}) {
  return typename Anchors::template fitted<B>(text, {}, settings).rows(text.rows());
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_of_one_token_start_at_the_rows_of_their_prompts) {
  const auto source = tiny::source<real>({}, with_words({{40}, {41}, {42}}));
  BOOST_TEST(t::near<real>(rows_of<from_words>(prompts::class_text_of(source)), source->word_rows({{40}, {41}, {42}})));
}

BOOST_AUTO_TEST_CASE(longer_names_start_at_the_mean_of_their_tokens) {
  const auto source = tiny::source<real>({}, with_words({{40, 40, 40}, {41, 42}}));
  from_words::fitted<real> anchors(prompts::class_text_of(source), {}, {});
  const auto start = tiny::parameter_of<real>(anchors, "anchors").to_host();
  const auto tokens = source->token_rows({40, 41, 42}).to_host();
  const auto width = static_cast<std::size_t>(source->width());
  for (std::size_t d = 0; d < width; ++d) {
    BOOST_TEST(std::abs(start[d] - tokens[d]) < 1e-14);
    BOOST_TEST(std::abs(start[width + d] - (tokens[width + d] + tokens[2 * width + d]) / 2) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(without_words_they_start_at_the_class_names) {
  const auto source = tiny::source<real>();
  const auto rows = rows_of<from_words>(prompts::class_text_of(source));
  BOOST_TEST(rows.rows() == 4);
  BOOST_TEST(t::near<real>(rows.rows_slice(0, 1), source->class_rows().rows_slice(0, 1)));
}

BOOST_AUTO_TEST_CASE(the_number_bounds_the_words_and_sets_random_starts) {
  const auto text = prompts::class_text_of(tiny::source<real>({}, with_words({{40}, {41}, {42}, {43}, {44}})));
  BOOST_TEST(rows_of<from_words>(text, {.anchor_count = 3}).rows() == 3);
  BOOST_TEST(rows_of<random_start>(text, {.anchor_count = 9}).rows() == 9);
  BOOST_TEST(t::identical<real>(rows_of<random_start>(text, {.anchor_count = 9}), rows_of<random_start>(text, {.anchor_count = 9})));
  BOOST_TEST(!t::near<real>(rows_of<random_start>(text, {.anchor_count = 9}), rows_of<random_start>(text, {.anchor_count = 9, .seed = 2})));
}

BOOST_AUTO_TEST_CASE(gradients_pass_through_the_tower_whatever_is_remembered) {
  using method = fewclip::classifier<real, fewclip::methods::rtos_adapter<from_words, relations::linear_query_key>>;
  method::params settings;
  for (const auto& [name, value] :
       {std::pair{"scale", 5.0}, {"gamma", 9.0}, {"relation_temperature", 0.2}, {"attention_temperature", 0.15}}) {
    fewclip::set_setting(settings, name, value);
  }
  const auto on = tiny::support<real>();
  for (const prompts::encoding_memory& memory : {prompts::encoding_memory{}, {.tokens_at_once = 16, .tokens_remembered = 16}}) {
    const auto text = prompts::class_text_of(tiny::source<real>(memory, with_words({{40}, {41, 50}, {42}, {43}})));
    method::fitted_adapter model(text, on, settings.adapter);
    fewclip::tests::require_model_gradients<real>(model, on.features(), fewclip::to_backend<real>(on.labels()));
  }
}

BOOST_AUTO_TEST_CASE(without_a_text_tower_the_method_says_what_is_missing) {
  const auto expected =
      "fewclip::classifier: text: expected a text tower with the tokens of the prompts (prompts::text_source), got rows only";
  try {
    const fewclip::methods::rtos<real> model(fewclip::class_text<real>(tiny::rows<real>("text")), tiny::support<real>());
    BOOST_ERROR("not refused");
  } catch (const fewclip::value_error& error) {
    BOOST_TEST(error.what() == expected);
  }
  BOOST_CHECK_THROW(from_words::fitted<real>(fewclip::class_text<real>(tiny::rows<real>("text")), {}, {}), fewclip::value_error);
}
