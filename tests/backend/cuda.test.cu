#include "fewclip/backend/cuda.cuh"

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <tuple>

#include "thrust_map_operations.hpp"
#include "thrust_operations.hpp"
#include "thrust_plain_loops.hpp"
#include "thrust_token_operations.hpp"
#include "tile_products.hpp"

namespace {

using scalars = std::tuple<float, double>;
template <class Scalar>
using device_under_test = fewclip::backend::cuda<Scalar>;
template <class Scalar>
using known_right = fewclip::thrust_checks::plain_loops<Scalar>;

static_assert(fewclip::compute_backend<device_under_test<float>>);
static_assert(fewclip::compute_backend<device_under_test<double>>);
static_assert(!device_under_test<float>::memory::host_accessible);

}  // namespace

BOOST_AUTO_TEST_CASE(the_name_says_system_and_precision) {
  BOOST_TEST(device_under_test<float>::name() == "thrust/cuda/f32");
  BOOST_TEST(device_under_test<double>::name() == "thrust/cuda/f64");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(memory_is_filled_copied_and_shared_until_written, Scalar, scalars) {
  fewclip::thrust_checks::check_memory<device_under_test<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(loops_call_their_body_once_per_item, Scalar, scalars) {
  fewclip::thrust_checks::check_loops<device_under_test<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(products_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_products<device_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(epilogues_see_the_products_of_a_row_in_ascending_order, Scalar, scalars) {
  fewclip::thrust_checks::check_product_rows<device_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(wrong_shapes_are_named, Scalar, scalars) {
  fewclip::thrust_checks::check_errors<device_under_test<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(elementwise_operations_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_elementwise_operations<device_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_on_rows_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_row_operations<device_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_with_products_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_product_operations<device_under_test<Scalar>, known_right<Scalar>>();
  fewclip::thrust_checks::check_class_affinity<device_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE(more_memory_than_the_device_has_is_a_device_error) {
  using fewclip::index;
  const std::string message = fewclip::thrust_checks::message_of<fewclip::device_error>([] {
    fewclip::tensor<device_under_test<float>>::uninitialised({index{1} << 30, index{1} << 12});
  });
  BOOST_TEST(message.find("fewclip::backend::cuda: memory of the device: expected 17592186044416 bytes, got ") == 0U);
  BOOST_TEST(
      (fewclip::tensor<device_under_test<float>>({3}, 2.0F).to_host() == std::vector<float>(3, 2.0F)));  // and the device still works
}

namespace {

/// Without a device there is nothing to test but the error, and that is a skip.
int skip_without_device() {
  int devices = 0;
  const cudaError_t status = cudaGetDeviceCount(&devices);
  if (status == cudaSuccess && devices > 0) return 0;
  std::printf("skipped: %s\n", status == cudaSuccess ? "no CUDA device" : cudaGetErrorString(status));
  try {
    fewclip::tensor<device_under_test<float>> unavailable({3});
  } catch (const fewclip::device_error& failure) {
    std::printf("allocating says: %s\n", failure.what());
    return 77;
  }
  return 77;
}

}  // namespace

int main(int count, char** values) {
  if (const int code = skip_without_device(); code != 0) return code;
  return boost::unit_test::unit_test_main([] { return true; }, count, values);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_on_tokens_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_token_operations<device_under_test<Scalar>, known_right<Scalar>>();
  fewclip::thrust_checks::check_attention<device_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(operations_on_maps_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_map_operations<device_under_test<Scalar>, known_right<Scalar>>();
  fewclip::thrust_checks::check_attention_pool<device_under_test<Scalar>, known_right<Scalar>>();
  fewclip::thrust_checks::check_modified_resnet<device_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(tiles_come_once_each_and_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_product_tiles<device_under_test<Scalar>, known_right<Scalar>>();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(batched_products_equal_plain_loops, Scalar, scalars) {
  fewclip::thrust_checks::check_batched_products<device_under_test<Scalar>, known_right<Scalar>>();
}
