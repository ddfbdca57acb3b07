#include "fewclip/prompts/text_source.hpp"

#include "../autograd/finite_differences.hpp"
#include "../methods/tiny_clip.hpp"
#include "fewclip/testing/comparisons.hpp"
#include "fewclip/testing/random_problem.hpp"

namespace {

namespace t = fewclip::testing;
namespace prompts = fewclip::prompts;
using prompts::learned_token;
using prompts::prompt_slots;
using real = t::exact_backend;
using source_type = prompts::text_source<real>;

template <class Error>
std::string message(const auto& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "not thrown";
}

std::string refusal(prompts::tokenised_prompts tokens) {
  return message<fewclip::value_error>([&] { tiny::source<real>({}, std::move(tokens)); });
}

/// Prompts of lengths 4 to 12 with learned tokens 0 .. 8 among them.
std::vector<prompt_slots> many_prompts() {
  std::vector<prompt_slots> out;
  for (int p = 0; p < 9; ++p) {
    prompt_slots slots{98, learned_token(p)};
    for (int k = 0; k < p; ++k) slots.push_back(k % 3 == 1 ? learned_token((p + k) % 9) : 10 + p + k);
    slots.insert(slots.end(), {7, 99});
    out.push_back(slots);
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(class_rows_are_those_of_the_tower, B, t::cpu_backends) {
  const auto source = tiny::source<B>();
  std::vector<std::int32_t> padded;
  for (const auto& each : source->prompts().classes) {
    padded.insert(padded.end(), each.ids.begin(), each.ids.end());
    padded.resize(padded.size() + 16 - each.ids.size(), 55);  // whatever stands behind the end
  }
  const auto rows = fewclip::ops::normalise_rows(source->text().encode({padded.data(), 4, 16}));
  BOOST_TEST(t::near<B>(source->class_rows(), rows));
  BOOST_TEST(t::near<B>(source->class_rows(), tiny::rows<B>("text")));
  BOOST_TEST(t::near<B>(source->word_rows(tiny::names()), rows));
}

BOOST_AUTO_TEST_CASE(learned_rows_that_hold_the_embeddings_of_tokens_give_the_prompts_of_these_tokens) {
  const auto source = tiny::source<real>();
  const auto learned = source->token_rows({11, 12, 13, 11, 21});
  const std::vector<prompt_slots> with_learned{{98, learned_token(0), learned_token(1), 13, learned_token(3), learned_token(4), 22, 7, 99}};
  const auto rows = source->encode(learned, source->plan_for(with_learned, 5));
  BOOST_TEST(t::identical<real>(rows, source->word_rows({{21, 22}})));
}

BOOST_AUTO_TEST_CASE(batches_change_nothing_but_memory) {
  const auto learned = t::random_tensor<real>({9, 24}, 1);
  const auto weights = t::random_tensor<real>({9, 20}, 2);
  std::vector<fewclip::tensor<real>> rows;
  std::vector<fewclip::tensor<real>> gradients;
  for (const prompts::encoding_memory& memory : {prompts::encoding_memory{}, {1, 0}, {30, 0}, {30, 60}, {200, 0}}) {
    const auto source = tiny::source<real>(memory);
    const auto plan = source->plan_for(many_prompts(), 9);
    fewclip::tape<real> record;
    const auto leaf = record.leaf(learned);
    const auto result = source->encode(leaf, plan);
    BOOST_TEST(t::near<real>(result.value(), source->encode(learned, plan)));
    rows.push_back(result.value());
    record.backward(fewclip::apply(fewclip::tests::weighted_sum_operation{weights}, result));
    gradients.push_back(record.gradient(leaf));
    BOOST_TEST(t::near<real>(rows.back(), rows.front()));
    BOOST_TEST(t::near<real>(gradients.back(), gradients.front()));
  }
  t::check_gradient<real>(
      [&](const fewclip::tensor<real>& moved) {
        const auto source = tiny::source<real>();
        const auto values = source->encode(moved, source->plan_for(many_prompts(), 9)).to_host();
        const auto factors = weights.to_host();
        double sum = 0;
        for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * factors[i];
        return sum;
      },
      learned, gradients.front());
}

BOOST_AUTO_TEST_CASE(a_source_outlives_nothing_it_needs) {
  const auto learned = t::random_tensor<real>({9, 24}, 1);
  fewclip::tape<real> record;
  const auto leaf = record.leaf(learned);
  fewclip::variable<real> result;
  {
    const auto source = tiny::source<real>({.tokens_at_once = 30, .tokens_remembered = 0});
    result = source->encode(leaf, source->plan_for(many_prompts(), 9));
  }
  record.backward(fewclip::apply(fewclip::tests::weighted_sum_operation{t::random_tensor<real>({9, 20}, 2)}, result));
  BOOST_TEST(record.gradient(leaf).to_host()[0] != 0);
}

BOOST_AUTO_TEST_CASE(the_frame_takes_a_name) {
  const prompt_slots expected{98, 11, 12, 13, 11, 40, learned_token(2), 7, 99};
  BOOST_TEST(tiny::source<real>()->framed({40, learned_token(2)}) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(text_rows_carry_their_source_and_anchors) {
  const auto source = tiny::source<real>();
  const auto anchors = tiny::rows<real>("rtos.feature.start");
  const auto text = prompts::class_text_of(source, anchors);
  BOOST_TEST((text.source() == source));
  BOOST_TEST(t::identical<real>(text.anchors(), anchors));
  BOOST_TEST(t::identical<real>(text.rows(), source->class_rows()));
  BOOST_TEST((fewclip::class_text<real>(source->class_rows()).source() == nullptr));
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const std::string where = "fewclip::prompts::text_source: ";
  auto tokens = tiny::class_tokens();
  tokens.classes.clear();
  BOOST_TEST(refusal(tokens) == where + "classes: expected at least one prompt, got none");
  tokens = tiny::class_tokens();
  tokens.classes[1].ids[3] = 100;
  BOOST_TEST(refusal(tokens) == where + "class 1: expected ids below 100, got 100");
  tokens = tiny::class_tokens();
  tokens.classes[2].name_length = 5;
  BOOST_TEST(refusal(tokens) == where + "class 2: expected a name between start and end, in tokens 1 to 8, got tokens 5 to 9");
  tokens = tiny::class_tokens();
  tokens.anchor_words = {{3}, {}};
  BOOST_TEST(refusal(tokens) == where + "anchor word 1: expected at least one token, got none");
  BOOST_CHECK_THROW(source_type(nullptr, tiny::class_tokens()), fewclip::value_error);
  BOOST_CHECK_THROW(tiny::source<real>({.tokens_at_once = 0, .tokens_remembered = 0}), fewclip::value_error);
  const auto source = tiny::source<real>();
  BOOST_TEST(message<fewclip::value_error>([&] {
               source->plan_for({{98, learned_token(3), 99}}, 3);
             }) == where + "prompt 0: expected ids below 100 and learned rows below 3, got learned row 3");
  BOOST_CHECK_THROW(source->plan_for({{98, 100, 99}}, 3), fewclip::value_error);
  BOOST_CHECK_THROW(source->plan_for({prompt_slots(17, 3)}, 3), fewclip::shape_error);
}
