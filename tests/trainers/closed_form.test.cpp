#include "fewclip/trainers/closed_form.hpp"

#include <boost/test/unit_test.hpp>

#include "affine_model.hpp"

using namespace fewclip;
using namespace fewclip::tests;

static_assert(trainer<trainers::closed_form, single>);
static_assert(trainer<trainers::closed_form, real, affine_model<real>>);

BOOST_AUTO_TEST_CASE(the_model_stays_as_it_is) {
  affine_model<real> model(3, 8);
  const auto set = toy_support<real>();
  const auto report = trainers::closed_form::train(model, set.features, set.labels, {});
  BOOST_TEST(report.steps == 0);
  BOOST_TEST(report.converged);
  for (const double value : all_values(model)) BOOST_TEST(value == 0);
}
