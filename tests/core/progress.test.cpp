#include "fewclip/core/progress.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

namespace {

BOOST_AUTO_TEST_CASE(work_without_an_observer_goes_on) { BOOST_TEST(fewclip::report({}, {})); }

BOOST_AUTO_TEST_CASE(an_observer_receives_the_event_and_its_answer_is_returned) {
  std::string seen;
  const fewclip::progress_observer stop_after_two = [&seen](const fewclip::progress& event) {
    seen += std::string(event.stage) + std::to_string(event.done) + "/" + std::to_string(event.total) + " ";
    return event.done < 2;
  };
  BOOST_TEST(fewclip::report(stop_after_two, {"fit", 1, 3, 0.5}));
  BOOST_TEST(!fewclip::report(stop_after_two, {"fit", 2, 3, 0.25}));
  BOOST_TEST(seen == "fit1/3 fit2/3 ");
}

}  // namespace
