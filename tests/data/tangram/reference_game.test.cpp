#include "fewclip/data/tangram/reference_game.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace fewclip;
using namespace fewclip::data::tangram;
using fewclip::samplers::matching_example;

namespace {

std::vector<matching_example> examples_of(int tangrams) {
  std::vector<matching_example> out;
  for (int i = 0; i < tangrams; ++i) {
    const std::string number = std::to_string(i);
    out.push_back({"t" + number, "a thing " + std::to_string(i % 15)});
    out.push_back({"t" + number, "a thing " + number + " with a head, and a tail"});
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_context_has_its_target_first_and_nine_fair_distractors) {
  const auto examples = examples_of(24);
  const reference_contexts drawn = draw_contexts(examples);
  BOOST_TEST(drawn.contexts() == 480);  // ten for each of 48 examples
  BOOST_TEST(drawn.targets.size() == 480U);
  for (std::size_t context = 0; context < 480; ++context) {
    std::set<std::string> images;
    std::set<std::string> texts;
    std::set<fewclip::index> parts;
    for (std::size_t row = 10 * context; row < 10 * context + 10; ++row) {
      images.insert(drawn.images[row]);
      texts.insert(drawn.texts[row]);
      parts.insert(part_count(drawn.texts[row]));
    }
    BOOST_REQUIRE((images.size() == 10U && texts.size() == 10U && parts.size() == 1U));
    BOOST_REQUIRE(drawn.images[10 * context] == examples[context / 10].tangram);
    BOOST_REQUIRE(drawn.texts[10 * context] == examples[context / 10].text);
    BOOST_REQUIRE(drawn.targets[context] == examples[context / 10].tangram);
  }
  BOOST_TEST((draw_contexts(examples).texts == drawn.texts));
  BOOST_TEST((draw_contexts(examples, {.seed = 2}).texts != drawn.texts));
}

BOOST_AUTO_TEST_CASE(targets_without_nine_distractors_are_skipped) {
  std::vector<matching_example> examples = examples_of(12);
  examples.push_back({"t0", "a thing with one, two, three, and four"});  // alone with its number of parts
  const reference_contexts drawn = draw_contexts(examples, {.contexts_per_target = 1});
  BOOST_TEST(drawn.contexts() == 24);
  BOOST_TEST(draw_contexts(examples_of(9)).contexts() == 0);
  BOOST_CHECK_THROW(draw_contexts(examples, {.contexts_per_target = 0}), value_error);
  BOOST_CHECK_THROW(draw_contexts(examples, {.group_size = 1}), value_error);
}
