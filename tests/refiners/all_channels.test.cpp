#include "fewclip/refiners/all_channels.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/testing/refiner_suite.hpp"

namespace {

using fewclip::refiners::all_channels;
using real = fewclip::testing::exact_backend;

BOOST_AUTO_TEST_CASE(it_behaves_as_a_refiner) { fewclip::testing::refiner_suite<all_channels, real>(); }

BOOST_AUTO_TEST_CASE(rows_pass_through_without_a_copy) {
  const all_channels::fitted<real> refiner({}, {}, {});
  const fewclip::tensor<real> x({3, 4}, 2);
  BOOST_TEST(&refiner.refine(x) == &x);
}

}  // namespace
