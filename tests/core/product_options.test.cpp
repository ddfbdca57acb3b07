#include "fewclip/core/product_options.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_CASE(a_default_product_is_plain_and_does_not_read_its_result) {
  constexpr fewclip::product_options plain;
  BOOST_TEST(!plain.transpose_left);
  BOOST_TEST(!plain.transpose_right);
  BOOST_TEST(plain.alpha == 1);
  BOOST_TEST(plain.beta == 0);
}

BOOST_AUTO_TEST_CASE(a_default_batch_is_one_product) {
  constexpr fewclip::product_batch one;
  BOOST_TEST(one.outer == 1);
  BOOST_TEST(one.inner == 1);
}
