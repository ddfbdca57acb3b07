#include "fewclip/data/tangram/pair_batches.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/concepts/pair_source.hpp"

using namespace fewclip::data::tangram;
using fewclip::value_error;
using B = fewclip::backend::cpu<float>;

static_assert(fewclip::pair_source<tangram_pairs<B>, B>);
static_assert(fewclip::pair_source<tangram_pairs<fewclip::backend::cpu<double>>, fewclip::backend::cpu<double>>);

namespace {

constexpr fewclip::index side = 16;

/// Channels apart, bytes as they are; characters as ids.
pair_preprocessing plain() {
  pair_preprocessing out;
  out.side = side;
  out.pixels = [](const fewclip::image& picture, std::span<float> to) {
    BOOST_REQUIRE(picture.width() == side);
    BOOST_REQUIRE(to.size() == static_cast<std::size_t>(3 * side * side));
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = picture.bytes()[i % (side * side) * 3 + i / (side * side)];
  };
  out.ids = [](const std::string& text) {
    std::vector<std::int32_t> row(77);
    for (std::size_t i = 0; i < text.size() && i < row.size(); ++i) row[i] = text[i];
    return row;
  };
  return out;
}

tangram_pair_options some(pair_pictures pictures = pair_pictures::black, std::uint64_t seed = 1) {
  return {.tangrams = 120, .seed = seed, .validation_share = 0.25, .pictures = pictures};
}

bool same(const fewclip::pair_batch<B>& a, const fewclip::pair_batch<B>& b) {
  return a.images.to_host() == b.images.to_host() && a.ids == b.ids;
}

/// Whether a pixel of the batch is neither black, white nor grey.
bool has_colour(const fewclip::pair_batch<B>& batch) {
  const auto values = batch.images.to_host();
  const auto plane = static_cast<std::size_t>(side * side);
  for (std::size_t at = 0; at < values.size(); at += 3 * plane) {
    for (std::size_t i = at; i < at + plane; ++i) {
      if (values[i] != values[i + plane] || values[i] != values[i + 2 * plane]) return true;
    }
  }
  return false;
}

std::string refusal(const tangram_pair_options& options, const pair_preprocessing& how = plain()) {
  try {
    tangram_pairs<B>(options, how).validation();
  } catch (const value_error& failure) {
    return failure.what();
  }
  return "<no exception>";
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_batch_has_ten_tangrams_ten_texts_and_one_number_of_parts) {
  const tangram_pairs<B> source(some(), plain());
  std::set<fewclip::index> numbers;
  for (const fewclip::index epoch : {0, 1}) {
    BOOST_REQUIRE(source.batches(epoch) > 20);
    for (fewclip::index i = 0; i < source.batches(epoch); ++i) {
      std::set<fewclip::index> tangrams;
      std::set<std::string> texts;
      std::set<fewclip::index> parts;
      for (const tangram_pair& each : source.pairs(epoch, i)) {
        tangrams.insert(each.tangram);
        texts.insert(each.text);
        parts.insert(part_count(each.text));
        BOOST_TEST(part_count(each.text) == std::max<fewclip::index>(1, static_cast<fewclip::index>(each.mentioned.size())));
      }
      BOOST_TEST(tangrams.size() == 10U);
      BOOST_TEST(texts.size() == 10U);
      BOOST_REQUIRE(parts.size() == 1U);
      numbers.insert(*parts.begin());
    }
  }
  BOOST_TEST(numbers.size() > 1U);
}

BOOST_AUTO_TEST_CASE(a_batch_holds_the_pictures_and_texts_of_its_pairs) {
  const tangram_pairs<B> source(some(), plain());
  const auto batch = source.batch(0, 3);
  BOOST_TEST((batch.images.extents() == fewclip::shape{10, 3, side, side}));
  BOOST_TEST(batch.token_ids().rows() == 10);
  BOOST_TEST(batch.token_ids().columns() == 77);
  const auto pairs = source.pairs(0, 3);
  const auto values = batch.images.to_host();
  std::vector<float> expected(3 * side * side);
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    plain().pixels(source.picture(pairs[k]), expected);
    BOOST_TEST(std::equal(expected.begin(), expected.end(), values.begin() + static_cast<std::ptrdiff_t>(k * expected.size())));
    const auto row = plain().ids(pairs[k].text);
    BOOST_TEST(std::equal(row.begin(), row.end(), batch.ids.begin() + static_cast<std::ptrdiff_t>(k * 77)));
    const std::string start = with_article(std::string(kind_name(pairs[k].tangram % kind_count)));
    BOOST_TEST(pairs[k].text.starts_with(start));
  }
}

BOOST_AUTO_TEST_CASE(a_batch_is_a_function_of_seed_epoch_and_number) {
  const tangram_pairs<B> source(some(), plain());
  const tangram_pairs<B> again(some(), plain());
  const auto first = source.batch(2, 1);
  source.batch(0, 0);
  source.batch(5, 2);
  BOOST_TEST(same(source.batch(2, 1), first));
  BOOST_TEST(same(again.batch(2, 1), first));
  BOOST_TEST(!same(source.batch(3, 1), first));
  BOOST_TEST(!same(source.batch(2, 0), first));
  BOOST_TEST(!same(tangram_pairs<B>(some(pair_pictures::black, 2), plain()).batch(2, 1), first));
}

BOOST_AUTO_TEST_CASE(threads_that_ask_for_different_epochs_get_what_one_would) {
  const tangram_pairs<B> source(some(), plain());
  std::vector<fewclip::pair_batch<B>> got(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < got.size(); ++i) {
    threads.emplace_back([&, i] { got[i] = source.batch(static_cast<fewclip::index>(i), 0); });
  }
  for (std::thread& each : threads) each.join();
  for (std::size_t i = 0; i < got.size(); ++i) BOOST_TEST(same(got[i], source.batch(static_cast<fewclip::index>(i), 0)));
}

BOOST_AUTO_TEST_CASE(held_out_tangrams_are_not_trained_on) {
  const tangram_pairs<B> source(some(), plain());
  std::set<fewclip::index> held_out;
  for (const tangram_pair& each : source.validation_pairs()) held_out.insert(each.tangram);
  BOOST_TEST(held_out.size() == 30U);
  for (const fewclip::index epoch : {0, 4}) {
    for (fewclip::index i = 0; i < source.batches(epoch); ++i) {
      for (const tangram_pair& each : source.pairs(epoch, i)) BOOST_REQUIRE(held_out.count(each.tangram) == 0);
    }
  }
  const auto validation = source.validation();
  BOOST_REQUIRE(validation.batches(0) > 0);
  BOOST_TEST((validation.batch(0, 0).images.extents() == fewclip::shape{10, 3, side, side}));
  BOOST_TEST(same(validation.batch(0, 0), tangram_pairs<B>(some(), plain()).validation().batch(7, 0)));
}

BOOST_AUTO_TEST_CASE(pictures_are_black_coloured_or_coloured_where_the_text_says_so) {
  BOOST_TEST(!has_colour(tangram_pairs<B>(some(), plain()).batch(0, 0)));
  BOOST_TEST(has_colour(tangram_pairs<B>(some(pair_pictures::coloured), plain()).batch(0, 0)));
  const tangram_pairs<B> augmented(some(pair_pictures::augmented), plain());
  const auto colours = [&](const tangram_pair& pair) {
    const fewclip::image picture = augmented.picture(pair);
    const auto bytes = picture.bytes();
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
      if (bytes[i] != bytes[i + 1] || bytes[i] != bytes[i + 2]) return true;
    }
    return false;
  };
  std::set<bool> seen;
  for (const tangram_pair& each : augmented.validation_pairs()) {
    const bool only_grey = each.mentioned == std::vector<std::string>{};
    if (only_grey) BOOST_TEST(!colours(each));
    if (each.mentioned.size() > 1) BOOST_TEST(colours(each));
    seen.insert(only_grey);
  }
  BOOST_TEST(seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(whole_and_all_parts_alone_are_one_text_per_tangram_and_fill_smaller_batches) {
  tangram_pair_options options{.tangrams = 400, .validation_share = 0.25, .texts = pair_texts::all_parts};
  BOOST_TEST(refusal(options).ends_with("got 300 pairs without one"));  // no number of parts has ten different texts
  options.batch_size = 5;
  const tangram_pairs<B> source(options, plain());
  BOOST_TEST(source.validation_pairs().size() == 100U);
  BOOST_TEST(source.batch(0, 0).images.rows() == 5);
  const tangram_pair pair = source.pairs(0, 0).front();
  BOOST_TEST(pair.mentioned.size() == parts_of(make_tangram(pair.tangram % kind_count, 1)).size());
}

BOOST_AUTO_TEST_CASE(tangrams_turn_as_far_as_is_asked_for_with_the_same_texts) {
  tangram_pair_options far = some();
  far.largest_turn = 180;
  const tangram_pairs<B> little(some(), plain());
  const tangram_pairs<B> much(far, plain());
  BOOST_REQUIRE(little.batches(0) == much.batches(0));
  const auto a = little.batch(0, 0);
  const auto b = much.batch(0, 0);
  BOOST_TEST(a.ids == b.ids, boost::test_tools::per_element());
  BOOST_TEST(a.images.to_host() != b.images.to_host());
}

BOOST_AUTO_TEST_CASE(what_is_out_of_range_is_refused) {
  const std::string here = "fewclip::data::tangram::tangram_pairs: ";
  BOOST_TEST(refusal({.tangrams = 0}) == here + "tangrams: expected at least 1, got 0");
  BOOST_TEST(refusal({.texts_per_tangram = 0}) == here + "texts_per_tangram: expected at least 1, got 0");
  BOOST_TEST(refusal({.batch_size = 1}) == here + "batch_size: expected at least 2, got 1");
  BOOST_TEST(refusal({.validation_share = 1}) == here + "validation_share: expected at least 0 and below 1, got 1.000000");
  BOOST_TEST(refusal({.largest_turn = -1}) == here + "largest_turn: expected 0 to 180, got -1.000000");
  BOOST_TEST(refusal({.largest_turn = 181}) == here + "largest_turn: expected 0 to 180, got 181.000000");
  BOOST_TEST(refusal({.largest_turn = std::nan("")}).starts_with(here + "largest_turn: expected 0 to 180, got "));
  BOOST_TEST(refusal(some(), {}) == here + "pixels: expected a function, got none");
  const std::string batch = "expected at least one batch of 10 tangrams with different texts of the same number of parts, got ";
  BOOST_TEST(refusal({.tangrams = 9, .validation_share = 0}).starts_with(here + "pairs of training: " + batch));
  BOOST_TEST(refusal({.tangrams = 100, .validation_share = 0}) == here + "pairs of validation: " + batch + "0 pairs without one");
  const tangram_pairs<B> source(some(), plain());
  BOOST_CHECK_THROW(source.batch(0, source.batches(0)), value_error);
  BOOST_CHECK_THROW(source.batch(0, -1), value_error);
}
