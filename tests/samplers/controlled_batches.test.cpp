#include "fewclip/samplers/controlled_batches.hpp"

#define BOOST_TEST_MODULE samplers_controlled_batches
#include <boost/test/unit_test.hpp>
#include <fewclip/testing/settings_suite.hpp>
#include <random>
#include <set>

using namespace fewclip;
using samplers::controlled_batches;
using samplers::matching_example;

namespace {

/// Examples of random tangrams and texts; few texts, so that many are equal.
std::vector<matching_example> random_examples(std::mt19937& random, int count, int tangrams, int texts) {
  std::vector<matching_example> out;
  for (int i = 0; i < count; ++i) {
    const int text = static_cast<int>(random() % static_cast<unsigned>(texts));
    std::string caption = "thing " + std::to_string(text);
    for (int part = 0; part < text % 3; ++part) caption += ", a part";
    out.push_back({"page" + std::to_string(random() % static_cast<unsigned>(tangrams)), caption});
  }
  return out;
}

void check_batches(const std::vector<matching_example>& examples, const std::vector<std::vector<fewclip::index>>& batches,
                   std::size_t size) {
  std::set<fewclip::index> used;
  for (const auto& batch : batches) {
    std::set<std::string> tangrams;
    std::set<std::string> texts;
    std::set<fewclip::index> parts;
    for (const fewclip::index at : batch) {
      const matching_example& each = examples.at(static_cast<std::size_t>(at));
      tangrams.insert(each.tangram);
      texts.insert(each.text);
      parts.insert(data::tangram::part_count(each.text));
      BOOST_REQUIRE(used.insert(at).second);
    }
    BOOST_REQUIRE(batch.size() == size);
    BOOST_REQUIRE(tangrams.size() == size);
    BOOST_REQUIRE(texts.size() == size);
    BOOST_REQUIRE(parts.size() == 1U);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_batch_has_ten_tangrams_ten_texts_and_one_part_count) {
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 20; ++round) {
    const auto examples = random_examples(random, 700, 40, 60);
    const auto batches = controlled_batches{}.batches(examples, round);
    check_batches(examples, batches, 10);
    BOOST_TEST(batches.size() >= 20U);
  }
}

BOOST_AUTO_TEST_CASE(examples_that_all_differ_are_used_up_to_the_last_full_batch) {
  std::vector<matching_example> examples;
  for (int i = 0; i < 39; ++i) examples.push_back({"t" + std::to_string(i), "text " + std::to_string(i)});
  const auto batches = controlled_batches{}.batches(examples, 0);
  check_batches(examples, batches, 10);
  BOOST_TEST(batches.size() == 3U);  // 9 are left: an incomplete batch is dropped
}

BOOST_AUTO_TEST_CASE(a_group_ends_where_fewer_than_ten_tangrams_are_left) {
  // Ten tangrams with three different texts each: three batches. Nine tangrams: none, whatever the number of texts.
  for (const int tangrams : {9, 10}) {
    std::vector<matching_example> examples;
    for (int i = 0; i < 3 * tangrams; ++i) examples.push_back({"t" + std::to_string(i % tangrams), "text " + std::to_string(i)});
    const auto batches = controlled_batches{}.batches(examples, 0);
    check_batches(examples, batches, 10);
    if (tangrams == 9)
      BOOST_TEST(batches.empty());
    else
      BOOST_TEST((batches.size() >= 1U && batches.size() <= 3U));
  }
}

BOOST_AUTO_TEST_CASE(equal_texts_do_not_meet) {
  std::vector<matching_example> examples;
  for (int i = 0; i < 30; ++i) examples.push_back({"t" + std::to_string(i), "text " + std::to_string(i % 9)});
  BOOST_TEST(controlled_batches{}.batches(examples, 0).empty());  // nine texts never fill ten rows
  const auto smaller = controlled_batches{{.batch_size = 9}}.batches(examples, 0);
  check_batches(examples, smaller, 9);
  BOOST_TEST(!smaller.empty());
}

BOOST_AUTO_TEST_CASE(the_order_is_a_function_of_seed_and_epoch) {
  std::mt19937 random(3);
  const auto examples = random_examples(random, 300, 40, 60);
  const auto batches = [&](std::uint64_t seed, fewclip::index epoch) {
    return controlled_batches{{.seed = seed}}.batches(examples, epoch);
  };
  BOOST_TEST((batches(1, 2) == batches(1, 2)));
  BOOST_TEST((batches(1, 2) != batches(1, 3)));
  BOOST_TEST((batches(1, 2) != batches(2, 2)));
  BOOST_CHECK_THROW(controlled_batches{{.batch_size = 1}}.batches(examples, 0), value_error);
  BOOST_TEST(controlled_batches{}.batches({}, 0).empty());
}

BOOST_AUTO_TEST_CASE(random_batches_are_full_and_use_an_example_once) {
  const auto batches = samplers::random_full_batches(37, 10, 1, 0);
  BOOST_TEST(batches.size() == 3U);
  std::set<fewclip::index> used;
  for (const auto& batch : batches) used.insert(batch.begin(), batch.end());
  BOOST_TEST(used.size() == 30U);
  BOOST_TEST((batches != samplers::random_full_batches(37, 10, 1, 1)));
  BOOST_CHECK_THROW(samplers::random_full_batches(37, 0, 1, 0), value_error);
}

BOOST_AUTO_TEST_CASE(settings_are_listed_and_checked) { fewclip::testing::settings_suite<controlled_batches::params>(); }
