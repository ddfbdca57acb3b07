#include "fewclip/samplers/controlled_batches.hpp"

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

/// The scan as it is written down: marks on one shuffled list, names compared as texts, no shortcut.
std::vector<std::vector<fewclip::index>> plain_scan(const std::vector<matching_example>& examples, std::size_t size, std::uint64_t seed,
                                                    std::uint64_t epoch) {
  const random_stream seeds(seed, epoch);
  std::vector<std::vector<fewclip::index>> full;
  for (std::uint64_t parts = 1; parts <= 8; ++parts) {
    std::vector<fewclip::index> group;
    for (std::size_t i = 0; i < examples.size(); ++i) {
      std::uint64_t commas = 0;
      for (const char each : examples[i].text) commas += each == ',' ? 1 : 0;
      if (commas + 1 == parts) group.push_back(static_cast<fewclip::index>(i));
    }
    const auto order = random_stream(seeds.bits(parts)).permutation(static_cast<fewclip::index>(group.size()));
    std::vector<bool> used(group.size(), false);
    std::vector<fewclip::index> open;
    const auto enough_are_unused = [&] {
      std::set<std::string> unused_tangrams;
      for (std::size_t k = 0; k < group.size(); ++k) {
        if (!used[k]) unused_tangrams.insert(examples[static_cast<std::size_t>(group[k])].tangram);
      }
      return unused_tangrams.size() >= size;
    };
    for (bool added = true; added && enough_are_unused();) {
      added = false;
      for (const fewclip::index at : order) {
        const auto k = static_cast<std::size_t>(at);
        if (used[k]) continue;
        if (!enough_are_unused()) break;
        const matching_example& each = examples[static_cast<std::size_t>(group[k])];
        bool fits = true;
        for (const fewclip::index other : open) {
          const matching_example& member = examples[static_cast<std::size_t>(other)];
          if (member.tangram == each.tangram || member.text == each.text) fits = false;
        }
        if (!fits) continue;
        open.push_back(group[k]);
        used[k] = true;
        added = true;
        if (open.size() == size) {
          full.push_back(open);
          open.clear();
        }
      }
    }
  }
  std::vector<std::vector<fewclip::index>> out;
  for (const fewclip::index at : random_stream(seeds.bits(0)).permutation(static_cast<fewclip::index>(full.size()))) {
    out.push_back(full[static_cast<std::size_t>(at)]);
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(batches_are_those_of_the_plain_scan) {
  const unsigned seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random(seed);
  std::size_t total = 0;
  for (int round = 0; round < 60; ++round) {
    // From few tangrams and texts, whose groups end early, to many.
    const int tangrams = 8 + static_cast<int>(random() % 40U);
    const int texts = 8 + static_cast<int>(random() % 60U);
    const auto examples = random_examples(random, 50 + static_cast<int>(random() % 400U), tangrams, texts);
    const auto size = static_cast<fewclip::index>(2 + random() % 11U);
    const auto batches = controlled_batches{{.batch_size = size, .seed = seed}}.batches(examples, round);
    const auto expected = plain_scan(examples, static_cast<std::size_t>(size), seed, static_cast<std::uint64_t>(round));
    BOOST_TEST((batches == expected),
               "round " << round << ": " << batches.size() << " batches of " << size << ", expected " << expected.size());
    total += batches.size();
  }
  BOOST_TEST(total > 500U);
}

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

BOOST_AUTO_TEST_CASE(a_group_ends_amid_a_scan) {
  // By hand, in batches of two: one example each of x and y, two of z. Whatever the order, the second or third example that is used leaves one tangram
  // with unused ones, which ends the group after one batch, though what is left would often fill another.
  const std::vector<matching_example> examples{{"x", "a"}, {"y", "b"}, {"z", "c"}, {"z", "d"}};
  std::size_t ended = 0;
  for (fewclip::index epoch = 0; epoch < 40; ++epoch) {
    const auto batches = controlled_batches{{.batch_size = 2}}.batches(examples, epoch);
    check_batches(examples, batches, 2);
    BOOST_TEST(batches.size() >= 1U);
    ended += batches.size() == 1 ? 1U : 0U;
  }
  BOOST_TEST(ended == 40U);
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
