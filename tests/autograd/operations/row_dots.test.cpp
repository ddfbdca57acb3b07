#include "fewclip/autograd/operations/row_dots.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(every_row_meets_its_own_group) {
  const auto out = ops::row_dots(host_tensor({1, 2, 3, 4, 5, 6, 7, 8}, {4, 2}), host_tensor({1, 10, 100, 1}, {2, 2}));
  const std::vector<double> expected{21, 43, 506, 708};
  BOOST_TEST((out.extents() == shape{2, 2}));
  BOOST_TEST(out.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  require_gradients([](const auto& in) { return ops::row_dots(in[0], in[1]); }, {random_tensor({15, 4}, 1), random_tensor({5, 4}, 2)});
}

BOOST_AUTO_TEST_CASE(rows_that_do_not_divide_or_differ_in_width_are_refused) {
  BOOST_CHECK_THROW(ops::row_dots(random_tensor({7, 4}, 1), random_tensor({3, 4}, 2)), shape_error);
  BOOST_CHECK_THROW(ops::row_dots(random_tensor({6, 4}, 1), random_tensor({3, 5}, 2)), shape_error);
  BOOST_CHECK_THROW(ops::row_dots(random_tensor({6, 4}, 1), tensor<real>({0, 4})), shape_error);
}
