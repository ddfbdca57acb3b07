#include "fewclip/trainers/training_report.hpp"

#include <boost/test/unit_test.hpp>

using namespace fewclip;

BOOST_AUTO_TEST_CASE(a_report_of_nothing_has_converged_in_no_steps) {
  const training_report report;
  BOOST_TEST(report.steps == 0);
  BOOST_TEST(report.converged);
  BOOST_TEST(!report.stopped_early);
  BOOST_TEST(report.losses.empty());
}
