#include "fewclip/prompts/templates.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "../io/scratch.hpp"

namespace tt = boost::test_tools;
namespace prompts = fewclip::prompts;
using fewclip::value_error;
using prompts::template_list;
using scratch::message_of;
using texts = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(a_name_fills_every_template_with_spaces_for_underscores) {
  const template_list two({"a photo of a {}.", "{} texture."});
  BOOST_TEST(two.size() == 2);
  BOOST_TEST(two.fill("car_side") == (texts{"a photo of a car side.", "car side texture."}), tt::per_element());
}

BOOST_AUTO_TEST_CASE(a_name_with_braces_is_put_in_as_it_is) {
  BOOST_TEST(template_list({"a {}!"}).fill("{}") == texts{"a {}!"}, tt::per_element());
}

BOOST_AUTO_TEST_CASE(templates_without_exactly_one_gap_are_refused) {
  BOOST_TEST(message_of<value_error>([] {
               template_list({"a {}", "a photo"});
             }) == "fewclip::prompts::template_list: template 1 `a photo`: expected one {}, got 0");
  BOOST_TEST(message_of<value_error>([] { template_list({"{} and {}"}); }) ==
             "fewclip::prompts::template_list: template 0 `{} and {}`: expected one {}, got 2");
  BOOST_TEST(message_of<value_error>([] { template_list({"{ }"}); }) ==
             "fewclip::prompts::template_list: template 0 `{ }`: expected one {}, got 0");
  BOOST_TEST(message_of<value_error>([] { template_list(texts{}); }) ==
             "fewclip::prompts::template_list: templates: expected at least one, got none");
}

BOOST_AUTO_TEST_CASE(data_sets_have_the_templates_of_the_literature) {
  BOOST_TEST(prompts::data_set_templates().size() == 11U);
  BOOST_TEST(prompts::templates_of("oxford_pets").fill("pug") == texts{"a photo of a pug, a type of pet."}, tt::per_element());
  BOOST_TEST(prompts::templates_of("food101").fill("pizza") == texts{"a photo of pizza, a type of food."}, tt::per_element());
  BOOST_TEST(prompts::templates_of("dtd").fill("banded") == texts{"banded texture."}, tt::per_element());
  BOOST_TEST(prompts::templates_of("eurosat").fill("River") == texts{"a centered satellite photo of River."}, tt::per_element());
  BOOST_TEST((prompts::templates_of("imagenet") == prompts::single_photo()));
  for (const auto& each : prompts::data_set_templates()) BOOST_TEST(prompts::templates_of(each.data_set).size() == 1);
  BOOST_TEST(message_of<value_error>([] {
               prompts::templates_of("pets");
             }).starts_with("fewclip::prompts::templates_of: data set: expected one of imagenet, caltech101, "));
}

BOOST_AUTO_TEST_CASE(the_ensemble_has_seven_templates_and_eight_with_the_data_sets_own) {
  BOOST_TEST(prompts::imagenet_ensemble().size() == 7);
  BOOST_TEST(prompts::imagenet_ensemble().fill("cat").front() == "itap of a cat.");
  BOOST_TEST(prompts::imagenet_ensemble().fill("cat").back() == "a photo of the small cat.");
  BOOST_TEST((prompts::ensemble_of("imagenet") == prompts::imagenet_ensemble()));
  for (int time = 0; time < 2; ++time) BOOST_TEST(prompts::ensemble_of("dtd").size() == 8);
  BOOST_TEST(prompts::ensemble_of("dtd").texts().back() == "{} texture.");
}
