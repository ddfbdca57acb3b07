#include "fewclip/data/tangram/context_pairs.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/concepts/pair_source.hpp"
#include "fewclip/metrics/pair_accuracy.hpp"

using namespace fewclip;
using namespace fewclip::data::tangram;
using B = backend::cpu<double>;

static_assert(pair_source<context_pairs<B>, B>);

namespace {

/// A picture of one grey, the number in its name.
image grey(const std::string& name) {
  return image(2, 2, 3, std::vector<std::uint8_t>(12, static_cast<std::uint8_t>(std::stoi(name.substr(1)))));
}

/// The grey as all pixels, the length of the text as ids.
pair_preprocessing plain() {
  return {.side = 2,
          .pixels = [](const image& picture, std::span<float> to) { std::fill(to.begin(), to.end(), picture.bytes()[0]); },
          .ids =
              [](const std::string& text) {
                return std::vector<std::int32_t>{static_cast<std::int32_t>(text.size()), 7};
              }};
}

/// Two contexts of three rows.
reference_contexts two() {
  return {.targets = {"t5", "t9"},
          .images = {"t5", "t1", "t9", "t9", "t5", "t1"},
          .texts = {"aaaaa", "a", "aaaaaaaaa", "aaaa", "aaaaa", "aaaaaaaaa"},
          .group_size = 3};
}

std::string refusal(const reference_contexts& contexts, const pair_preprocessing& how = plain(), bool draws = true) {
  try {
    context_pairs<B>(contexts, how, draws ? grey : std::function<image(const std::string&)>{});
  } catch (const value_error& failure) {
    return failure.what();
  }
  return "<no exception>";
}

/// S[i, j] = -|grey i - length j|.
struct nearness {
  tensor<B> similarities(const tensor<B>& images, const matrix_view<std::int32_t>& ids) const {
    const fewclip::index n = images.rows();
    std::vector<double> out;
    for (fewclip::index i = 0; i < n; ++i) {
      for (fewclip::index j = 0; j < n; ++j)
        out.push_back(-std::abs(images.to_host()[static_cast<std::size_t>(12 * i)] - ids.data()[2 * j]));
    }
    return tensor<B>::from_host(out.data(), {n, n});
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_batch_is_a_context_with_its_target_first) {
  const context_pairs<B> source(two(), plain(), grey);
  BOOST_TEST(source.batches(0) == 2);
  const auto batch = source.batch(4, 1);
  BOOST_TEST((batch.images.extents() == shape{3, 3, 2, 2}));
  std::vector<double> pixels(12, 9.0);
  pixels.resize(24, 5.0);
  pixels.resize(36, 1.0);
  BOOST_TEST(batch.images.to_host() == pixels, boost::test_tools::per_element());
  BOOST_TEST((batch.ids == std::vector<std::int32_t>{4, 7, 5, 7, 9, 7}));
  BOOST_CHECK_THROW(source.batch(0, 2), value_error);
  BOOST_CHECK_THROW(source.batch(0, -1), value_error);
}

// Context 0 has every text at its picture. In context 1 the target 9 finds the text of 9 letters, row 2; picture 5 its own, picture 1 that of 4.
BOOST_AUTO_TEST_CASE(contexts_are_scored_by_their_targets_or_by_all_pairs) {
  nearness model;
  const context_pairs<B> source(two(), plain(), grey);
  BOOST_TEST(metrics::pairs_found<B>(model, source, metrics::asked_pairs::first).image_to_text == 0.5);
  BOOST_TEST(std::abs(metrics::pairs_found<B>(model, source).image_to_text - 4.0 / 6) < 1e-15);
}

BOOST_AUTO_TEST_CASE(drawn_contexts_become_batches_too) {
  std::vector<samplers::matching_example> examples;
  for (int i = 0; i < 12; ++i) examples.push_back({"t" + std::to_string(i), std::string(static_cast<std::size_t>(i + 1), 'a')});
  const reference_contexts drawn = draw_contexts(examples, {.contexts_per_target = 2});
  const context_pairs<B> source(drawn, plain(), grey);
  BOOST_TEST(source.batches(0) == 24);
  const auto batch = source.batch(0, 7);  // of target 3
  BOOST_TEST(batch.size() == 10);
  BOOST_TEST(batch.images.to_host()[0] == 3);
  for (std::size_t k = 0; k < 10; ++k) BOOST_TEST(batch.images.to_host()[12 * k] + 1 == batch.ids[2 * k]);
}

BOOST_AUTO_TEST_CASE(broken_contexts_and_missing_functions_are_refused) {
  const std::string where = "fewclip::data::tangram::context_pairs: ";
  const std::string expected = where + "contexts: expected as many images as texts, in groups of at least 2, got ";
  auto contexts = two();
  contexts.texts.pop_back();
  BOOST_TEST(refusal(contexts) == expected + "6 and 5 in groups of 3");
  contexts.images.pop_back();
  BOOST_TEST(refusal(contexts) == expected + "5 and 5 in groups of 3");
  BOOST_TEST(refusal({}) == expected + "0 and 0 in groups of 10");
  auto how = plain();
  how.pixels = {};
  BOOST_TEST(refusal(two(), how) == where + "pixels: expected a function, got none");
  how = plain();
  how.ids = {};
  BOOST_TEST(refusal(two(), how) == where + "ids: expected a function, got none");
  BOOST_TEST(refusal(two(), plain(), false) == where + "picture: expected a function, got none");
  how.ids = [](const std::string& text) { return std::vector<std::int32_t>(text.size()); };
  BOOST_CHECK_THROW(context_pairs<B>(two(), how, grey).batch(0, 0), shape_error);
}
