#include "fewclip/prompts/class_prompts.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

namespace tt = boost::test_tools;
using fewclip::shape_error;
using fewclip::value_error;
using fewclip::prompts::class_prompts;
using fewclip::prompts::equal_names;
using fewclip::prompts::template_list;
using scratch::message_of;
using texts = std::vector<std::string>;

namespace {

const template_list two({"a {}.", "the {}."});

std::string refusal(const texts& names) {
  return message_of<value_error>([&] { class_prompts(names, two); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_class_has_its_templates_then_its_sentences) {
  const class_prompts made({"cat", "sea_lion"}, two, {{"A cat purrs."}, {}});
  BOOST_TEST(made.classes() == 2);
  BOOST_TEST(made.of_class()[0] == (texts{"a cat.", "the cat.", "A cat purrs."}), tt::per_element());
  BOOST_TEST(made.counts() == (std::vector<fewclip::index>{3, 2}), tt::per_element());
  BOOST_TEST(made.flat() == (texts{"a cat.", "the cat.", "A cat purrs.", "a sea lion.", "the sea lion."}), tt::per_element());
  BOOST_TEST(made.joined() == "a cat.\nthe cat.\nA cat purrs.\na sea lion.\nthe sea lion.");
}

BOOST_AUTO_TEST_CASE(classes_with_equal_prompt_names_are_refused_unless_allowed) {
  BOOST_TEST(refusal({"car_side", "dog", "car side"}) ==
             "fewclip::prompts::class_prompts: class 2: expected a prompt name of its own, got `car side`, as class 0");
  BOOST_TEST(class_prompts({"crane", "crane"}, two, {}, equal_names::allowed).flat().size() == 4U);
}

BOOST_AUTO_TEST_CASE(classes_without_a_name_are_refused) {
  BOOST_TEST(refusal({}) == "fewclip::prompts::class_prompts: classes: expected at least one, got none");
  BOOST_TEST(refusal({"a", "_"}) == "fewclip::prompts::class_prompts: class 1: expected a name, got `_`");
}

BOOST_AUTO_TEST_CASE(sentences_are_one_list_per_class) {
  BOOST_TEST(message_of<shape_error>([] {
               class_prompts({"a", "b"}, two, {{"x"}});
             }) == "fewclip::prompts::class_prompts: sentences: expected 2 lists, one per class, got 1");
}

BOOST_AUTO_TEST_CASE(the_identity_changes_with_text_order_and_grouping) {
  const std::string identity = class_prompts({"cat", "dog"}, two).identity();
  BOOST_TEST(identity.size() == 24U);
  BOOST_TEST(class_prompts({"cat", "dog"}, two).identity() == identity);
  BOOST_TEST(class_prompts({"dog", "cat"}, two).identity() != identity);
  BOOST_TEST(class_prompts({"cat", "dog"}, template_list({"the {}.", "a {}."})).identity() != identity);
  const template_list one({"{}"});
  BOOST_TEST(class_prompts({"a", "b"}, one, {{"x"}, {}}).identity() != class_prompts({"a", "x"}, one, {{}, {"b"}}).identity());
}

BOOST_AUTO_TEST_CASE(the_identity_is_the_same_on_every_machine) {
  // 64-bit FNV-1a of "1:a\n", computed in Python.
  BOOST_TEST(class_prompts({"a"}, template_list({"{}"})).identity() == "fnv1a64:d87d37f0da3a7fd9");
}
