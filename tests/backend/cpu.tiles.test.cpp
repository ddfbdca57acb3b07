#include <boost/test/unit_test.hpp>
#include <tuple>

#include "fewclip/backend/cpu.hpp"
#include "thrust_plain_loops.hpp"
#include "tile_products.hpp"

namespace {

using scalars = std::tuple<float, double>;
template <class Scalar>
using known_right = fewclip::thrust_checks::plain_loops<Scalar>;

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(tiles_come_once_each_and_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_product_tiles<fewclip::backend::cpu<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(batched_products_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_batched_products<fewclip::backend::cpu<Scalar>, known_right<Scalar>>();
}
