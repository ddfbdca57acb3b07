#include "fewclip/io/safetensors_format.hpp"

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

using fewclip::io::safetensors_rule;

BOOST_AUTO_TEST_CASE(every_rule_has_a_name_of_its_own) {
  std::set<std::string> names;
  for (int rule = 0; rule <= static_cast<int>(safetensors_rule::invalid_name); ++rule)
    names.insert(name_of(static_cast<safetensors_rule>(rule)));
  BOOST_TEST(names.size() == 16U);
  BOOST_TEST(names.count("") == 0U);
}

BOOST_AUTO_TEST_CASE(an_error_is_an_io_error_that_keeps_rule_and_message) {
  const fewclip::io::safetensors_error error(safetensors_rule::overflow, "a sentence");
  const fewclip::io_error& general = error;
  BOOST_TEST((error.category() == safetensors_rule::overflow));
  BOOST_TEST(general.what() == std::string("a sentence"));
}

BOOST_AUTO_TEST_CASE(elements_are_the_product_of_the_extents_and_1_for_a_scalar) {
  fewclip::io::tensor_info tensor;
  BOOST_TEST(tensor.elements() == 1U);
  tensor.shape = {3, 4, 5};
  BOOST_TEST(tensor.elements() == 60U);
  tensor.shape = {3, 0};
  BOOST_TEST(tensor.elements() == 0U);
}
