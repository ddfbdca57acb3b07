#include "fewclip/selectors/grid_axis.hpp"

#include <boost/test/unit_test.hpp>

namespace selectors = fewclip::selectors;

BOOST_AUTO_TEST_CASE(an_arithmetic_axis_starts_at_its_first_value_and_never_reaches_its_end) {
  const auto axis = selectors::arithmetic_axis("alpha", 0.5, 2.5, 4);
  const std::vector<double> expected{0.5, 1, 1.5, 2};
  BOOST_TEST(axis.name == "alpha");
  BOOST_TEST(axis.values == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_geometric_axis_has_equal_ratios_and_both_ends) {
  const auto axis = selectors::geometric_axis("beta", 1000, 0.1, 5);
  const std::vector<double> expected{1000, 100, 10, 1, 0.1};
  BOOST_TEST(axis.values == expected, boost::test_tools::tolerance(1e-12) << boost::test_tools::per_element());
  BOOST_TEST(axis.values.back() == 0.1);
}

BOOST_AUTO_TEST_CASE(impossible_axes_are_refused) {
  BOOST_CHECK_THROW((void)selectors::arithmetic_axis("a", 0, 1, 0), fewclip::value_error);
  BOOST_CHECK_THROW((void)selectors::geometric_axis("a", 0, 1, 3), fewclip::value_error);
  BOOST_CHECK_THROW((void)selectors::geometric_axis("a", 1, 2, 1), fewclip::value_error);
}
