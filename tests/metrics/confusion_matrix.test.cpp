#include "fewclip/metrics/confusion_matrix.hpp"

#include <boost/test/unit_test.hpp>

#include "few_rows.hpp"

namespace metrics = fewclip::metrics;

BOOST_AUTO_TEST_CASE(rows_are_labels_and_columns_predictions) {
  const auto found = metrics::confusion_matrix(few_rows::logits(), few_rows::queries());
  const std::vector<fewclip::index> expected{2, 1, 0, 0, 1, 0, 1, 0, 0};
  BOOST_TEST(found.counts() == expected, boost::test_tools::per_element());
  BOOST_TEST(found(0, 1) == 1);
  BOOST_TEST(found(2, 0) == 1);
}

BOOST_AUTO_TEST_CASE(row_shares_add_up_to_one_where_a_class_has_rows) {
  const std::vector<fewclip::label> predicted{0, 0, 1, 1, 0};
  const auto shares = metrics::confusion_matrix(predicted, few_rows::queries_with_an_empty_class()).row_shares();
  BOOST_TEST(shares[0] == 2.0 / 3);
  BOOST_TEST(shares[1] == 1.0 / 3);
  BOOST_TEST(shares[5] == 1.0);
  BOOST_TEST(shares[12] + shares[13] + shares[14] + shares[15] == 0.0);
}

BOOST_AUTO_TEST_CASE(predictions_outside_the_classes_are_refused) {
  const std::vector<fewclip::label> outside{0, 0, -1, 0, 0};
  BOOST_CHECK_THROW((void)metrics::confusion_matrix(outside, few_rows::validation()), fewclip::value_error);
}
