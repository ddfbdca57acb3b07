#include "fewclip/data/few_shot_sampling.hpp"

#define BOOST_TEST_MODULE few_shot_sampling
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "../io/shared_data.hpp"

namespace data = fewclip::data;
using rows = std::vector<fewclip::index>;
namespace tt = boost::test_tools;

namespace {

nlohmann::json read(const std::filesystem::path& file) { return nlohmann::json::parse(std::ifstream(file)); }

std::vector<fewclip::label> labels_of(const nlohmann::json& part) {
  std::vector<fewclip::label> out;
  for (const auto& item : part) out.push_back(item.at(1).get<fewclip::label>());
  return out;
}

void compare_with_published(const char* folder, const char* split_name, fewclip::index classes) {
  const auto splits = std::filesystem::path(shared_data::folder()) / "splits";
  const auto split = read(splits / split_name);
  const auto train = labels_of(split.at("train"));
  const auto val = labels_of(split.at("val"));
  for (const int shots : {1, 2, 4, 8, 16}) {
    const auto published = read(splits / "indices" / folder / ("shot_" + std::to_string(shots) + "-seed_1.json"));
    const auto drawn = data::draw_shots_and_validation(train, val, classes, shots, 1);
    BOOST_TEST(drawn.support == published.at("train").at("indices").get<rows>(), tt::per_element());
    BOOST_TEST(drawn.validation == published.at("val").at("indices").get<rows>(), tt::per_element());
    BOOST_TEST(drawn.support == data::draw_shots(train, classes, shots, 1), tt::per_element());
  }
}

}  // namespace

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

BOOST_AUTO_TEST_CASE(classes_come_in_order_of_first_appearance_and_small_ones_keep_all_rows) {
  const std::vector<fewclip::label> labels{2, 0, 2, 2, 0, 1, 2};
  const auto drawn = data::draw_shots(labels, 4, 2, 1);
  BOOST_TEST_REQUIRE(drawn.size() == 5U);
  BOOST_TEST(labels[static_cast<std::size_t>(drawn[0])] == 2);
  BOOST_TEST(labels[static_cast<std::size_t>(drawn[1])] == 2);
  BOOST_TEST(labels[static_cast<std::size_t>(drawn[2])] == 0);
  BOOST_TEST(labels[static_cast<std::size_t>(drawn[3])] == 0);
  BOOST_TEST(drawn[4] == 5);
  BOOST_TEST(drawn[0] != drawn[1]);
}

BOOST_AUTO_TEST_CASE(a_class_that_is_too_small_draws_no_numbers) {
  data::python_random random(1);
  (void)data::draw_shots(random, fewclip::class_labels(std::vector<fewclip::label>{0, 0, 1}, 2), 3);
  BOOST_TEST(random.bits() == 577090037U);
}

BOOST_AUTO_TEST_CASE(impossible_draws_are_refused) {
  const std::vector<fewclip::label> labels{0, 1};
  BOOST_CHECK_THROW((void)data::draw_shots(labels, 2, 0, 1), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::draw_shots(labels, 1, 1, 1), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::python_random(1).sample(3, 4), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::python_random(1).below(0), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(published_draws_are_reproduced_element_by_element, *boost::unit_test::precondition(shared_data::is_there)) {
  compare_with_published("caltech101", "split_zhou_Caltech101.json", 100);
  compare_with_published("dtd", "split_zhou_DescribableTextures.json", 47);
}
