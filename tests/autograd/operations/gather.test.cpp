#include "fewclip/autograd/operations/gather.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"
#include "fewclip/core/parallel.hpp"

using namespace fewclip;
using namespace fewclip::tests;

BOOST_AUTO_TEST_CASE(rows_come_in_the_order_asked_for_and_as_often) {
  const auto table = host_tensor({1, 2, 3, 4, 5, 6}, {3, 2});
  const std::vector<double> expected{5, 6, 1, 2, 5, 6};
  BOOST_TEST(ops::gather_rows(table, host_labels({2, 0, 2})).to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_row_taken_twice_gets_both_gradients_and_a_row_left_out_none) {
  tape<real> record;
  const auto table = record.leaf(host_tensor({1, 2, 3}, {3, 1}));
  const auto rows = ops::gather_rows(table, host_labels({2, 0, 2}));
  record.backward(apply(weighted_sum_operation{host_tensor({10, 20, 30}, {3, 1})}, rows));
  const std::vector<double> expected{20, 0, 40};
  BOOST_TEST(record.gradient(table).to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  const auto rows = host_labels({4, 1, 1, 0, 4, 4, 2});
  require_gradients([&](const auto& in) { return ops::gather_rows(in[0], rows); }, {random_tensor({6, 3}, 1)});
}

BOOST_AUTO_TEST_CASE(the_gradient_is_the_same_bit_for_bit_on_any_number_of_threads) {
  const int before = threads();
  std::vector<label> ids(5000);
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<label>((i * i) % 37);
  std::vector<std::vector<double>> results;
  for (const int count : {1, 3}) {
    set_threads(count);
    tape<real> record;
    const auto table = record.leaf(random_tensor({37, 40}, 1));
    const auto rows = ops::gather_rows(table, host_labels(ids));
    record.backward(apply(weighted_sum_operation{random_tensor(rows.extents(), 2)}, rows));
    results.push_back(record.gradient(table).to_host());
  }
  set_threads(before);
  BOOST_TEST(results[0] == results[1]);
}
