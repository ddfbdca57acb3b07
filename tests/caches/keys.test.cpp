#include "fewclip/caches/keys.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

#include "fewclip/concepts/keys.hpp"
#include "fewclip/testing/backends.hpp"

namespace {

using namespace fewclip::caches;
using real = fewclip::testing::exact_backend;

static_assert(fewclip::keys<frozen_keys, real> && fewclip::keys<learnable_keys, real>);

const double values[]{1, 2, 3, 4, 5, 6};
fewclip::tensor<real> rows() { return fewclip::tensor<real>::borrow(values, {3, 2}); }

BOOST_AUTO_TEST_CASE(frozen_keys_keep_the_rows_without_a_copy_and_have_no_parameters) {
  frozen_keys::fitted<real> keys(rows());
  BOOST_TEST(keys.rows().data() == values);
  BOOST_TEST(keys.packed().columns() == 3);
  BOOST_TEST(keys.packed().depth() == 2);
  int visited = 0;
  fewclip::visit_parameters(keys, [&](std::string_view, auto&) { ++visited; });
  BOOST_TEST(visited == 0);
}

BOOST_AUTO_TEST_CASE(where_the_backend_packs_nothing_released_keys_still_have_their_rows) {
  frozen_keys::fitted<real> keys(rows());
  keys.release();
  BOOST_TEST(keys.rows().data() == values);
}

BOOST_AUTO_TEST_CASE(learnable_keys_start_at_the_rows_and_are_packed_anew_after_a_change) {
  learnable_keys::fitted<real> keys(rows());
  BOOST_TEST(keys.rows().value().to_host() == rows().to_host(), boost::test_tools::per_element());
  keys.visit_parameters([](std::string_view name, fewclip::parameter<real>& each) {
    BOOST_TEST(name == "keys");
    each.mutable_value().mutable_data()[0] = 9;
  });
  BOOST_TEST(values[0] == 1);
  BOOST_TEST(keys.rows().value().data()[0] == 9);
  BOOST_TEST(keys.packed().weights.data()[0] == 9);
  keys.seal();
  BOOST_TEST(keys.packed().weights.data()[0] == 9);
}

BOOST_AUTO_TEST_CASE(a_copy_of_learnable_keys_does_not_follow_the_original) {
  learnable_keys::fitted<real> keys(rows());
  const auto copy = keys;
  keys.visit_parameters([](std::string_view, fewclip::parameter<real>& each) { each.mutable_value().mutable_data()[0] = 9; });
  BOOST_TEST(copy.rows().value().data()[0] == 1);
  BOOST_TEST(copy.packed().weights.data()[0] == 1);
}

}  // namespace
