#include "fewclip/relations/fixed_anchors.hpp"

#include "../methods/tiny_clip.hpp"
#include "fewclip/testing/comparisons.hpp"

namespace {

namespace t = fewclip::testing;
namespace prompts = fewclip::prompts;
using real = t::exact_backend;

fewclip::tensor<real> anchors_of(const fewclip::class_text<real>& text) {
  const fewclip::relations::fixed_anchors::fitted<real> anchors(text, {}, {});
  return anchors.rows(text.rows());
}

}  // namespace

BOOST_AUTO_TEST_CASE(given_rows_come_before_the_words_of_the_source_and_these_before_the_classes) {
  auto tokens = tiny::class_tokens();
  const auto plain = tiny::source<real>({}, tokens);
  BOOST_TEST(t::identical<real>(anchors_of(prompts::class_text_of(plain)), plain->class_rows()));
  tokens.anchor_words = {{21, 22}, {40}};
  const auto with_words = tiny::source<real>({}, tokens);
  const auto words = anchors_of(prompts::class_text_of(with_words));
  BOOST_TEST(t::near<real>(words, with_words->word_rows({{21, 22}, {40}})));
  BOOST_TEST(t::near<real>(words.rows_slice(0, 1), plain->class_rows().rows_slice(1, 1)));
  const auto given = tiny::rows<real>("rtos.feature.start");
  BOOST_TEST(t::identical<real>(anchors_of(prompts::class_text_of(with_words, given)), given));
}
