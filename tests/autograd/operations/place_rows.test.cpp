#include "fewclip/autograd/operations/place_rows.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(rows_stand_where_they_are_put_and_the_table_is_not_changed) {
  const auto table = host_tensor({1, 2, 3, 4, 5, 6}, {3, 2});
  const auto placed = ops::place_rows(table, host_tensor({10, 20, 30, 40}, {2, 2}), host_labels({2, 0}));
  const std::vector<double> expected{30, 40, 3, 4, 10, 20};
  BOOST_TEST(placed.to_host() == expected, boost::test_tools::per_element());
  BOOST_TEST(table.to_host()[0] == 1);
}

BOOST_AUTO_TEST_CASE(no_rows_leave_the_table_as_it_is) {
  const auto table = host_tensor({1, 2, 3, 4}, {2, 2});
  BOOST_TEST(ops::place_rows(table, tensor<real>({0, 2}), host_labels({})).to_host() == table.to_host(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto at = host_labels({4, 1, 5});
  const auto table = random_tensor({6, 3}, 1);
  require_gradients([&](const auto& in) { return ops::place_rows(table, in[0], at); }, {random_tensor({3, 3}, 2)});
}

BOOST_AUTO_TEST_CASE(rows_of_another_number_or_width_are_refused) {
  const auto table = random_tensor({6, 3}, 1);
  BOOST_CHECK_THROW(ops::place_rows(table, random_tensor({2, 3}, 2), host_labels({1})), shape_error);
  BOOST_CHECK_THROW(ops::place_rows(table, random_tensor({1, 2}, 2), host_labels({1})), shape_error);
}
