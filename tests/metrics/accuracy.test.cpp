#include "fewclip/metrics/accuracy.hpp"

#include <boost/test/unit_test.hpp>

#include "few_rows.hpp"

namespace metrics = fewclip::metrics;

BOOST_AUTO_TEST_CASE(hits_are_rows_whose_first_maximum_is_the_label) {
  // Row 1 ties between classes 0 and 2: the first wins, and the label is 2.
  const auto found = metrics::accuracy(few_rows::logits(), few_rows::queries());
  BOOST_TEST(found.hits == 3);
  BOOST_TEST(found.rows == 5);
  BOOST_TEST(found.share() == 0.6);
}

BOOST_AUTO_TEST_CASE(a_validation_set_and_predicted_labels_give_the_same) {
  const std::vector<std::int64_t> predicted{0, 0, 1, 1, 0};
  BOOST_TEST(metrics::accuracy(few_rows::logits(), few_rows::validation()).hits == 3);
  BOOST_TEST(metrics::accuracy(predicted, few_rows::queries()).hits == 3);
  BOOST_TEST(metrics::accuracy(predicted, few_rows::validation()).hits == 3);
}

BOOST_AUTO_TEST_CASE(classes_count_alike_in_the_mean_over_classes_that_have_rows) {
  // Class 0: 2 of 3, class 1: 1 of 1, class 2: 0 of 1; a fourth class has no rows.
  const std::vector<fewclip::label> predicted{0, 0, 1, 1, 0};
  const double expected = (2.0 / 3 + 1 + 0) / 3;
  BOOST_TEST(metrics::mean_class_accuracy(few_rows::logits(), few_rows::queries()) == expected);
  BOOST_TEST(metrics::mean_class_accuracy(predicted, few_rows::queries_with_an_empty_class()) == expected);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_together_is_refused) {
  const std::vector<fewclip::label> few{0, 1};
  const std::vector<fewclip::label> outside{0, 0, 3, 0, 0};
  BOOST_CHECK_THROW((void)metrics::accuracy(few, few_rows::queries()), fewclip::shape_error);
  BOOST_CHECK_THROW((void)metrics::accuracy(outside, few_rows::queries()), fewclip::value_error);
  BOOST_CHECK_THROW((void)metrics::accuracy(few_rows::logits(), few_rows::queries_with_an_empty_class()), fewclip::shape_error);
  BOOST_CHECK_THROW((void)metrics::accuracy(few_rows::logits().rows_slice(0, 2), few_rows::queries()), fewclip::shape_error);
  BOOST_CHECK_THROW((void)metrics::accuracy(few_rows::logits(), fewclip::query_set<few_rows::B>()), fewclip::value_error);
}
