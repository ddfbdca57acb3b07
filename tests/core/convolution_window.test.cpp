#include "fewclip/core/convolution_window.hpp"

#include <boost/test/unit_test.hpp>

using fewclip::convolution_window;

BOOST_AUTO_TEST_CASE(places_are_counted_along_a_side) {
  BOOST_TEST((convolution_window{.kernel = 3, .stride = 2, .padding = 1}.places(224) == 112));
  BOOST_TEST((convolution_window{.kernel = 3, .stride = 1, .padding = 1}.places(7) == 7));
  BOOST_TEST((convolution_window{.kernel = 32, .stride = 32}.places(224) == 7));
  BOOST_TEST((convolution_window{.kernel = 3}.places(2) == 0));
  BOOST_TEST(convolution_window{}.single());
  BOOST_TEST((!convolution_window{.stride = 2}.single()));
}

BOOST_AUTO_TEST_CASE(impossible_windows_are_value_errors) {
  BOOST_CHECK_NO_THROW((convolution_window{.kernel = 3, .stride = 2, .padding = 2}.check()));
  BOOST_CHECK_THROW((convolution_window{.kernel = 0}.check()), fewclip::value_error);
  BOOST_CHECK_THROW((convolution_window{.stride = 0}.check()), fewclip::value_error);
  BOOST_CHECK_THROW((convolution_window{.kernel = 3, .padding = 3}.check()), fewclip::value_error);
  BOOST_CHECK_THROW((convolution_window{.padding = -1}.check()), fewclip::value_error);
}
