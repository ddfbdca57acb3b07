#include "fewclip/backend/thrust.hpp"

#include <boost/test/unit_test.hpp>
#include <tuple>

#include "fewclip/backend/cpu.hpp"
#include "thrust_map_operations.hpp"
#include "thrust_operations.hpp"
#include "thrust_token_operations.hpp"
#include "tile_products.hpp"

namespace {

template <class Scalar>
using system_under_test = fewclip::backend::thrust<fewclip::systems::cpp, Scalar>;
template <class Scalar>
using known_right = fewclip::backend::cpu<Scalar>;
using scalars = std::tuple<float, double>;

static_assert(fewclip::compute_backend<system_under_test<float>>);
static_assert(fewclip::compute_backend<system_under_test<double>>);
static_assert(system_under_test<float>::memory::host_accessible);

}  // namespace

BOOST_AUTO_TEST_CASE(the_name_says_system_and_precision) {
  BOOST_TEST(system_under_test<float>::name() == "thrust/cpp/f32");
  BOOST_TEST(system_under_test<double>::name() == "thrust/cpp/f64");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(memory_is_filled_copied_and_shared_until_written, Scalar, scalars) {
  fewclip::thrust_checks::check_memory<system_under_test<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(loops_call_their_body_once_per_item, Scalar, scalars) {
  fewclip::thrust_checks::check_loops<system_under_test<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(products_equal_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_products<system_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(epilogues_see_the_products_of_a_row_in_ascending_order, Scalar, scalars) {
  fewclip::thrust_checks::check_product_rows<system_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(wrong_shapes_are_named_as_by_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_errors<system_under_test<Scalar>>();
  fewclip::thrust_checks::check_errors<known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(elementwise_operations_equal_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_elementwise_operations<system_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_on_rows_equal_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_row_operations<system_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_with_products_equal_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_product_operations<system_under_test<Scalar>, known_right<Scalar>>();
  fewclip::thrust_checks::check_class_affinity<system_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_on_tokens_equal_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_token_operations<system_under_test<Scalar>, known_right<Scalar>>();
  fewclip::thrust_checks::check_attention<system_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_on_maps_equal_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_map_operations<system_under_test<Scalar>, known_right<Scalar>>();
  fewclip::thrust_checks::check_attention_pool<system_under_test<Scalar>, known_right<Scalar>>();
  fewclip::thrust_checks::check_modified_resnet<system_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(tiles_come_once_each_and_equal_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_product_tiles<system_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(batched_products_equal_the_cpu_backend, Scalar, scalars) {
  fewclip::thrust_checks::check_batched_products<system_under_test<Scalar>, known_right<Scalar>>();
}
