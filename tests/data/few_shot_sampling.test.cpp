#include "fewclip/data/few_shot_sampling.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "../io/scratch.hpp"
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

BOOST_AUTO_TEST_CASE(a_class_that_is_too_small_repeats_rows_as_cpython_chooses_them) {
  // CPython 3.11, random.seed(3): random.sample(rows of class 1, 8), then random.choices(rows of class 0, k=8)
  const std::vector<fewclip::label> labels{1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1};
  const rows expected{7, 5, 12, 9, 13, 0, 11, 10, 8, 4, 4, 1, 6, 4, 4, 3};
  BOOST_TEST(data::draw_shots(labels, 2, 8, 3, data::small_classes::repeat) == expected, tt::per_element());
}

BOOST_AUTO_TEST_CASE(classes_that_are_large_enough_are_drawn_alike_under_every_rule) {
  std::vector<fewclip::label> labels(300);
  for (std::size_t row = 0; row < labels.size(); ++row) labels[row] = static_cast<fewclip::label>(row % 7);
  const auto kept = data::draw_shots(labels, 7, 16, 2);
  BOOST_TEST(kept == data::draw_shots(labels, 7, 16, 2, data::small_classes::repeat), tt::per_element());
  BOOST_TEST(kept == data::draw_shots(labels, 7, 16, 2, data::small_classes::refuse), tt::per_element());
  BOOST_TEST(kept.size() == 7U * 16U);
}

BOOST_AUTO_TEST_CASE(a_refused_class_is_named) {
  const std::vector<fewclip::label> labels{0, 0, 0, 1, 1};
  BOOST_TEST(scratch::message_of<fewclip::value_error>([&] { (void)data::draw_shots(labels, 2, 3, 1, data::small_classes::refuse); }) ==
             "fewclip::data::draw_shots: rows of class 1: expected at least 3, got 2");
}

BOOST_AUTO_TEST_CASE(impossible_draws_are_refused) {
  const std::vector<fewclip::label> labels{0, 1};
  BOOST_CHECK_THROW((void)data::draw_shots(labels, 2, 0, 1), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::draw_shots(labels, 1, 1, 1), fewclip::value_error);
  BOOST_CHECK_THROW((void)data::draw_shots(labels, 2, 2, 1, data::small_classes::refuse), fewclip::value_error);
}

BOOST_AUTO_TEST_CASE(published_draws_are_reproduced_element_by_element, *boost::unit_test::precondition(shared_data::is_there)) {
  compare_with_published("caltech101", "split_zhou_Caltech101.json", 100);
  compare_with_published("dtd", "split_zhou_DescribableTextures.json", 47);
}
