#include "fewclip/data/python_random.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "../io/shared_data.hpp"

namespace data = fewclip::data;
using rows = std::vector<fewclip::index>;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_CASE(the_first_numbers_after_seed_1_are_those_of_cpython) {
  data::python_random random(1);
  for (const std::uint32_t expected : {577090037U, 2444712010U, 3639700191U, 3445702192U, 3280387012U})
    BOOST_TEST(random.bits() == expected);
}

BOOST_AUTO_TEST_CASE(uniform_numbers_are_those_of_cpython) {
  data::python_random random(1);
  for (const double expected : {0.13436424411240122, 0.8474337369372327, 0.763774618976614}) BOOST_TEST(random.uniform() == expected);
}

BOOST_AUTO_TEST_CASE(a_stream_of_samples_is_that_of_cpython) {
  const std::vector<std::vector<rows>> expected{
      {{17, 72, 97, 8}, {8, 3, 15, 14}, {120, 166, 97, 53, 24, 124, 7, 99, 110, 155, 195, 196, 0, 178, 114, 68}},
      {{7, 11, 10, 46}, {5, 9, 8, 6}, {155, 9, 148, 174, 40, 110, 163, 100, 185, 130, 95, 139, 113, 128, 68, 7}},
      {{30, 75, 69, 16}, {11, 15, 2, 0}, {120, 66, 141, 59, 49, 183, 138, 140, 121, 101, 163, 38, 162, 133, 99, 189}}};
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    data::python_random random(seed);
    BOOST_TEST(random.sample(100, 4) == expected[seed - 1][0], tt::per_element());
    BOOST_TEST(random.sample(20, 4) == expected[seed - 1][1], tt::per_element());
    BOOST_TEST(random.sample(200, 16) == expected[seed - 1][2], tt::per_element());
  }
}

BOOST_AUTO_TEST_CASE(both_ways_of_sampling_and_seeds_of_two_words_are_those_of_cpython) {
  const auto sample = [](std::uint64_t seed, fewclip::index count, fewclip::index drawn) {
    return data::python_random(seed).sample(count, drawn);
  };
  const rows pool_of_21{4, 18, 2, 8};
  const rows pool_of_85{17, 72, 8, 32, 15, 63, 57, 60, 48, 26, 12, 62, 3, 49, 55, 0};
  const rows redrawn_of_86{17, 72, 8, 32, 15, 63, 57, 60, 83, 48, 26, 12, 62, 3, 49, 55};
  const rows seed_of_two_words{7, 22, 26, 1, 39};
  BOOST_TEST(sample(1, 21, 4) == pool_of_21, tt::per_element());
  BOOST_TEST(sample(1, 22, 4) == pool_of_21, tt::per_element());
  BOOST_TEST(sample(1, 85, 16) == pool_of_85, tt::per_element());
  BOOST_TEST(sample(1, 86, 16) == redrawn_of_86, tt::per_element());
  BOOST_TEST(sample(4294967296, 50, 5) == seed_of_two_words, tt::per_element());
}

BOOST_AUTO_TEST_CASE(choices_and_shuffle_are_those_of_cpython) {
  const rows chosen{1, 2, 1, 3, 3, 0, 0, 4};
  BOOST_TEST(data::python_random(3).choices(5, 8) == chosen, tt::per_element());
  // random.seed(1); x = list(range(10)); random.shuffle(x), CPython 3.11
  const rows shuffled{6, 8, 9, 7, 5, 3, 0, 4, 1, 2};
  rows items(10);
  std::iota(items.begin(), items.end(), 0);
  data::python_random(1).shuffle(items);
  BOOST_TEST(items == shuffled, tt::per_element());
}

BOOST_AUTO_TEST_CASE(numbers_below_100_are_those_of_cpython) {
  data::python_random random(1);
  for (const int expected : {17, 72, 97, 8, 32, 15, 63, 97, 57, 60, 83, 48}) BOOST_TEST(random.below(100) == expected);
}

BOOST_AUTO_TEST_CASE(impossible_requests_are_refused) {
  BOOST_CHECK_THROW((void)data::python_random(1).sample(3, 4), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::python_random(1).sample(3, -1), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::python_random(1).below(0), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::python_random(1).choices(0, 1), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::python_random(1).choices(1, -1), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(every_vector_of_the_test_data_is_reproduced, *boost::unit_test::precondition(shared_data::is_there)) {
  const auto vectors = nlohmann::json::parse(std::ifstream(shared_data::folder() + "/test_vectors.json")).at("python_random");
  data::python_random words(1);
  for (const auto& expected : vectors.at("seed1_u32")) BOOST_TEST(words.bits() == expected.get<std::uint32_t>());
  for (const auto& each : vectors.at("sample")) {
    const auto drawn = data::python_random(each.at("seed")).sample(each.at("n"), each.at("k"));
    BOOST_TEST(drawn == each.at("result").get<rows>(), tt::per_element());
  }
  BOOST_TEST(vectors.at("sample").size() == 10U);
}
