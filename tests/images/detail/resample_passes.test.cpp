#include "fewclip/images/detail/resample_passes.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <random>
#include <vector>

#include "../pictures.hpp"

using namespace fewclip::images::detail;
using bytes = std::vector<std::uint8_t>;

namespace {

template <fewclip::index Channels>
void compare_row_passes(const resample_weights& weights, fewclip::index width, unsigned seed) {
  const auto source = pictures::noise(width, 1, Channels, seed);
  const auto size = static_cast<std::size_t>(weights.outputs() * Channels);
  bytes plain(size);
  bytes fast(size + 1);
  plain_row_pass<Channels>(source.row(0), weights, plain.data());
  row_pass(width, Channels, weights)(source.row(0), fast.data());
  fast.pop_back();
  BOOST_TEST((plain == fast), Channels << " channels, " << width << " to " << weights.outputs() << ", seed " << seed);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_row_pass_equals_its_plain_form) {
  const auto seed = std::random_device()();
  for (const fewclip::index width : {1, 2, 3, 7, 40, 41, 301}) {
    for (const fewclip::index outputs : {1, 2, 9, 33, 224}) {
      const resample_weights weights = make_weights<cubic_curve>(width, outputs, 0, outputs);
      compare_row_passes<1>(weights, width, seed);
      compare_row_passes<2>(weights, width, seed);
      compare_row_passes<3>(weights, width, seed);
      compare_row_passes<4>(weights, width, seed);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_column_pass_equals_its_plain_form) {
  const auto seed = std::random_device()();
  for (const fewclip::index row_bytes : {1, 15, 16, 17, 31, 48, 200}) {
    for (const fewclip::index height : {1, 2, 5, 36, 101}) {
      const auto source = pictures::noise(row_bytes, height, 1, seed);
      const resample_weights weights = make_weights<lanczos_curve>(height, 7, 0, 7);
      for (fewclip::index i = 0; i < 7; ++i) {
        bytes plain(static_cast<std::size_t>(row_bytes));
        bytes fast = plain;
        plain_column_pass(source.row(0), row_bytes, weights, i, 0, row_bytes, plain.data());
        column_pass(source.row(0), row_bytes, weights, i, row_bytes, fast.data());
        BOOST_TEST((plain == fast), row_bytes << " bytes, " << height << " rows, seed " << seed);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_weight_is_high_and_low_part_and_all_sum_to_one) {
  for (const fewclip::index outputs : {3, 50, 700}) {
    const resample_weights weights = make_weights<cubic_curve>(100, outputs, 0, outputs);
    for (fewclip::index i = 0; i < outputs; ++i) {
      std::int64_t sum = 0;
      for (fewclip::index j = 0; j < weights.stride; ++j) {
        const auto weight = static_cast<std::int32_t>(weight_at(weights, i * weights.stride + j));
        if (j >= weights.count[static_cast<std::size_t>(i)]) BOOST_TEST(weight == 0);
        sum += weight;
      }
      BOOST_TEST(std::abs(sum - (1 << resample_weights::fraction_bits)) <= weights.stride);
    }
  }
}

BOOST_AUTO_TEST_CASE(sums_are_rounded_and_kept_within_a_byte) {
  BOOST_TEST(rounded_byte((7U << 22) + (1U << 21)) == 8);
  BOOST_TEST(rounded_byte((7U << 22) + (1U << 21) - 1) == 7);
  BOOST_TEST(rounded_byte(300U << 22) == 255);
  BOOST_TEST(rounded_byte(static_cast<std::uint32_t>(-(20 << 22))) == 0);
}
