#include "fewclip/layers/activations.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>
#include <vector>

#include "fewclip/backend/cpu.hpp"

using namespace fewclip;

namespace {
using plain = backend::cpu<float>;
static_assert(std::is_same_v<layers::activations<plain>, tensor<plain>>);
}  // namespace

BOOST_AUTO_TEST_CASE(bfloat16_is_the_nearest_one_and_ties_go_to_even) {
  using layers::detail::element_of;
  using layers::detail::number_of;
  const auto through = [](float x) { return number_of(element_of<std::uint16_t>(x)); };
  for (const float exact : {0.0F, 1.0F, -2.5F, 1.0078125F, 3e38F}) BOOST_TEST(std::abs(through(exact) - exact) <= 0.002F * std::abs(exact));
  BOOST_TEST(through(1.0F) == 1.0F);
  BOOST_TEST(through(1.00390625F) == 1.0F);
  BOOST_TEST(through(1.01171875F) == 1.015625F);
  BOOST_TEST(through(1.0040F) == 1.0078125F);
  const float not_a_number = through(std::numeric_limits<float>::quiet_NaN());
  BOOST_TEST(not_a_number != not_a_number);
  BOOST_TEST(through(std::numeric_limits<float>::infinity()) == std::numeric_limits<float>::infinity());
}

BOOST_AUTO_TEST_CASE(without_rounding_maps_are_tensors) {
  const std::vector<float> values{1, 2, 3, 4, 5, 6, 7, 8};
  const auto images = tensor<plain>::from_host(values.data(), {1, 2, 2, 2});
  const auto maps = layers::maps_of<plain>(images);
  BOOST_TEST((maps.to_host() == std::vector<float>{1, 5, 2, 6, 3, 7, 4, 8}));
  BOOST_TEST((layers::numbers_of<plain>(maps).data() == maps.data()));
  BOOST_TEST((layers::average_pool(maps, 2).to_host() == std::vector<float>{2.5F, 6.5F}));
  BOOST_CHECK_THROW(layers::average_pool(maps, 3), shape_error);
}
