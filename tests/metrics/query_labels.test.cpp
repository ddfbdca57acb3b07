#include "fewclip/metrics/query_labels.hpp"

#include <boost/test/unit_test.hpp>

#include "few_rows.hpp"

BOOST_AUTO_TEST_CASE(the_labels_are_those_the_set_was_made_with) {
  const auto queries = few_rows::queries();
  const auto got = fewclip::metrics::query_labels::of(queries).values();
  BOOST_TEST(std::vector<fewclip::label>(got.begin(), got.end()) == few_rows::truth, boost::test_tools::per_element());
}

namespace {
template <class Set>
concept shows_labels = requires(const Set& rows) {
  rows.labels();
};
}  // namespace

BOOST_AUTO_TEST_CASE(a_query_set_itself_shows_features_only) {
  BOOST_TEST(!shows_labels<fewclip::query_set<few_rows::B>>);
  BOOST_TEST(shows_labels<fewclip::validation_set<few_rows::B>>);
}
