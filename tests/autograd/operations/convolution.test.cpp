#include "fewclip/autograd/operations/convolution.hpp"

#include <boost/test/unit_test.hpp>

#include "../../encoders/golden_resnet.hpp"
#include "../finite_differences.hpp"
#include "fewclip/autograd/operations/layout.hpp"
#include "fewclip/autograd/operations/norm.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

void check_golden(const std::string& name, const convolution_window& window) {
  const golden_resnet golden;
  const fewclip::index depth = window.kernel * window.kernel * 3;
  tape<real> record;
  const auto x = record.leaf(drawn<real>(1, {2, 3, 6, 8}));
  const auto weight = record.leaf(drawn<real>(2, {4, depth}));
  const auto bias = record.leaf(drawn<real>(3, {4}));
  const auto result = ops::convolution(ops::channels_last(x), weight, bias, window);
  golden.near(result.value(), name + ".result", 1e-13);
  record.backward(ops::half_squared_norm(result));
  golden.near(record.gradient(x), name + ".grad.x", 1e-12);
  golden.near(record.gradient(weight), name + ".grad.weight", 1e-12);
  golden.near(record.gradient(bias), name + ".grad.bias", 1e-12);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_kernel_of_ones_sums_its_neighbours_and_zeros_outside) {
  const std::vector<double> expected{12 + 0.5, 21 + 0.5, 16 + 0.5, 27 + 0.5, 45 + 0.5, 33 + 0.5, 24 + 0.5, 39 + 0.5, 28 + 0.5};
  const auto x = host_tensor({1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 3, 3, 1});
  const auto result = ops::convolution(x, tensor<real>({1, 9}, 1.0), tensor<real>({1}, 0.5), {.kernel = 3, .padding = 1});
  BOOST_TEST((result.extents() == shape{1, 3, 3, 1}));
  BOOST_TEST(result.to_host() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(results_and_gradients_agree_with_pytorch) {
  check_golden("same", {.kernel = 3, .stride = 1, .padding = 1});
  check_golden("strided", {.kernel = 3, .stride = 2, .padding = 1});
  check_golden("patches", {.kernel = 2, .stride = 2, .padding = 0});
  check_golden("single", {});
}

BOOST_AUTO_TEST_CASE(all_gradients_agree_with_central_differences) {
  for (const convolution_window window : {convolution_window{3, 1, 1}, {3, 2, 1}, {2, 2, 0}, {1, 1, 0}, {1, 2, 0}, {3, 1, 0}}) {
    const fewclip::index depth = window.kernel * window.kernel * 2;
    require_gradients([&](const auto& in) { return ops::convolution(in[0], in[1], in[2], window); },
                      {random_tensor({2, 5, 4, 2}, 1), random_tensor({3, depth}, 2), random_tensor({3}, 3)});
  }
}

BOOST_AUTO_TEST_CASE(maps_of_many_tiles_equal_one_image_after_another) {
  // 3 images of 30 x 31 places with 9 * 64 numbers each: 12.8 MB of patches in double precision, that is, four tiles.
  const auto x = random_tensor({3, 30, 31, 64}, 1);
  const auto weight = random_tensor({5, 9 * 64}, 2);
  const auto bias = random_tensor({5}, 3);
  const convolution_window window{3, 1, 1};
  const auto gradient_of = [&](const tensor<real>& images) {
    tape<real> record;
    const auto w = record.leaf(weight);
    const auto map = record.leaf(images);
    const auto result = ops::convolution(map, w, bias, window);
    record.backward(ops::half_squared_norm(result));
    return std::vector<tensor<real>>{result.value(), record.gradient(map), record.gradient(w)};
  };
  const auto together = gradient_of(x);
  double weight_difference = 0;
  std::vector<double> sums(static_cast<std::size_t>(weight.size()));
  for (fewclip::index image = 0; image < 3; ++image) {
    const auto single = gradient_of(x.rows_slice(image, 1).clone());
    for (const std::size_t part : {0, 1}) {
      const auto expected = single[part].to_host();
      const auto got = together[part].rows_slice(image, 1).to_host();
      for (std::size_t i = 0; i < got.size(); ++i) BOOST_REQUIRE_SMALL(got[i] - expected[i], 1e-10);
    }
    const auto dw = single[2].to_host();
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += dw[i];
  }
  const auto dw = together[2].to_host();
  for (std::size_t i = 0; i < sums.size(); ++i) weight_difference = std::max(weight_difference, std::abs(dw[i] - sums[i]));
  BOOST_TEST(weight_difference < 1e-8);
}

BOOST_AUTO_TEST_CASE(operands_that_do_not_fit_are_errors) {
  const auto x = tensor<real>({1, 4, 4, 2});
  const auto weight = tensor<real>({3, 18});
  const auto bias = tensor<real>({3});
  BOOST_CHECK_THROW(ops::convolution(tensor<real>({4, 4, 2}), weight, bias, {.kernel = 3}), shape_error);
  BOOST_CHECK_THROW(ops::convolution(x, tensor<real>({3, 17}), bias, {.kernel = 3}), shape_error);
  BOOST_CHECK_THROW(ops::convolution(x, weight, tensor<real>({2}), {.kernel = 3}), shape_error);
  BOOST_CHECK_THROW(ops::convolution(x, weight, bias, {.kernel = 3, .stride = 0}), value_error);
}
