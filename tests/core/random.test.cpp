#include "fewclip/core/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <boost/test/unit_test.hpp>

namespace {

using fewclip::index;
using fewclip::random_stream;
using words = std::array<std::uint32_t, 4>;

// Known answers of philox4x32-10 as published with Random123 (kat_vectors).
BOOST_AUTO_TEST_CASE(philox_gives_the_published_known_answers) {
  BOOST_TEST(fewclip::philox({0, 0, 0, 0}, {0, 0}) == (words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}),
             boost::test_tools::per_element());
  constexpr std::uint32_t ones = 0xffffffff;
  BOOST_TEST(fewclip::philox({ones, ones, ones, ones}, {ones, ones}) == (words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}),
             boost::test_tools::per_element());
  BOOST_TEST(fewclip::philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
                 (words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_first_bits_of_seed_zero_are_the_first_two_words_of_philox) {
  BOOST_TEST(random_stream(0).bits(0) == 0xe169c58d6627e8d5U);
}

BOOST_AUTO_TEST_CASE(numbers_depend_on_seed_stream_and_position_and_on_nothing_else) {
  const random_stream a(5, 1);
  BOOST_TEST(a.bits(7) == random_stream(5, 1).bits(7));
  BOOST_TEST(a.bits(7) != a.bits(8));
  BOOST_TEST(a.bits(7) != random_stream(6, 1).bits(7));
  BOOST_TEST(a.bits(7) != random_stream(5, 2).bits(7));
  BOOST_TEST(a.bits(7) != a.bits(7 + (std::uint64_t{1} << 32)));
  BOOST_TEST(a.bits(7) != random_stream(5 + (std::uint64_t{1} << 32), 1).bits(7));
}

BOOST_AUTO_TEST_CASE(uniform_numbers_fill_the_unit_interval) {
  const random_stream stream(11);
  double sum = 0;
  double least = 1;
  double most = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const double u = stream.uniform(i);
    sum += u;
    least = std::min(least, u);
    most = std::max(most, u);
  }
  BOOST_TEST(least >= 0.0);
  BOOST_TEST(most < 1.0);
  BOOST_TEST(least < 0.01);
  BOOST_TEST(most > 0.99);
  BOOST_TEST(std::abs(sum / 10000 - 0.5) < 0.015);  // five standard errors
}

BOOST_AUTO_TEST_CASE(normal_numbers_have_mean_zero_and_variance_one) {
  const random_stream stream(12);
  double sum = 0;
  double squares = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const double x = stream.normal(i);
    sum += x;
    squares += x * x;
  }
  BOOST_TEST(std::abs(sum / 10000) < 0.05);
  BOOST_TEST(std::abs(squares / 10000 - 1) < 0.075);
}

BOOST_AUTO_TEST_CASE(a_permutation_holds_every_number_once_and_repeats_for_its_seed) {
  const auto order = random_stream(3).permutation(100);
  auto sorted = order;
  std::sort(sorted.begin(), sorted.end());
  for (index i = 0; i < 100; ++i) BOOST_TEST(sorted[static_cast<std::size_t>(i)] == i);
  BOOST_TEST((order != sorted));
  BOOST_TEST((order == random_stream(3).permutation(100)));
  BOOST_TEST((order != random_stream(4).permutation(100)));
  BOOST_TEST(random_stream(3).permutation(0).empty());
  BOOST_TEST(random_stream(3).permutation(1).size() == 1U);
}

BOOST_AUTO_TEST_CASE(every_order_of_three_comes_up_about_equally_often) {
  std::array<int, 27> seen{};
  for (std::uint64_t epoch = 0; epoch < 6000; ++epoch) {
    const auto order = random_stream(8, epoch).permutation(3);
    ++seen[static_cast<std::size_t>(order[0] * 9 + order[1] * 3 + order[2])];
  }
  std::sort(seen.begin(), seen.end());
  BOOST_TEST(seen[20] == 0);  // 27 codes, of which 6 are permutations
  BOOST_TEST(seen[21] > 850);
  BOOST_TEST(seen[26] < 1150);
}

}  // namespace
