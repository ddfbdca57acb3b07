#include "fewclip/core/error.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

namespace {

BOOST_AUTO_TEST_CASE(a_message_names_place_argument_expectation_and_what_came) {
  BOOST_TEST(fewclip::expected_got("fewclip::zero_shot", "text", "2 rows", "3") == "fewclip::zero_shot: text: expected 2 rows, got 3");
}

template <class Error>
bool is_caught_as_error() {
  try {
    throw Error("what happened");
  } catch (const fewclip::error& caught) {
    return std::string(caught.what()) == "what happened";
  }
}

BOOST_AUTO_TEST_CASE(every_kind_of_error_is_caught_by_the_common_base_and_by_the_standard_one) {
  BOOST_TEST(is_caught_as_error<fewclip::shape_error>());
  BOOST_TEST(is_caught_as_error<fewclip::value_error>());
  BOOST_TEST(is_caught_as_error<fewclip::io_error>());
  BOOST_TEST(is_caught_as_error<fewclip::device_error>());
  BOOST_CHECK_THROW(throw fewclip::io_error("file"), std::runtime_error);
}

}  // namespace
