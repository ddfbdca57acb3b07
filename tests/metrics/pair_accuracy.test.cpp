#include "fewclip/metrics/pair_accuracy.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/backend/cpu.hpp"

using namespace fewclip;
using B = backend::cpu<double>;

namespace {

tensor<B> similarities(const std::vector<double>& values, fewclip::index size) { return tensor<B>::from_host(values.data(), {size, size}); }

/// Image 0 finds text 1, images 1 and 2 their own; text 0 and 2 find their own, text 1 finds image 0.
const std::vector<double> three{4, 5, 0, 1, 3, 2, 0, 1, 6};

/// Similarities that are the images themselves.
struct model {
  tensor<B> similarities(const tensor<B>& images, const matrix_view<std::int32_t>&) const { return images; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(both_directions_are_counted) {
  const auto found = metrics::pairs_found<B>(similarities(three, 3));
  BOOST_TEST(std::abs(found.image_to_text - 2.0 / 3) < 1e-15);
  BOOST_TEST(std::abs(found.text_to_image - 2.0 / 3) < 1e-15);
  BOOST_TEST(found.pairs == 3);
}

BOOST_AUTO_TEST_CASE(transposing_the_similarities_swaps_the_directions) {
  const auto a = metrics::pairs_found<B>(similarities({1, 2, 0, 3}, 2));
  const auto b = metrics::pairs_found<B>(similarities({1, 0, 2, 3}, 2));
  BOOST_TEST(a.image_to_text == 0.5);
  BOOST_TEST(a.text_to_image == 1);
  BOOST_TEST(b.image_to_text == 1);
  BOOST_TEST(b.text_to_image == 0.5);
}

BOOST_AUTO_TEST_CASE(a_reference_game_asks_for_pair_zero_alone) {
  const auto found = metrics::pairs_found<B>(similarities(three, 3), metrics::asked_pairs::first);
  BOOST_TEST(found.image_to_text == 0);
  BOOST_TEST(found.text_to_image == 1);
  BOOST_TEST(found.pairs == 1);
}

BOOST_AUTO_TEST_CASE(equal_similarities_find_pair_zero) {
  const auto found = metrics::pairs_found<B>(tensor<B>({10, 10}, 1.0));
  BOOST_TEST(std::abs(found.image_to_text - 0.1) < 1e-15);
  BOOST_TEST(std::abs(found.text_to_image - 0.1) < 1e-15);
}

BOOST_AUTO_TEST_CASE(every_pair_of_all_batches_counts_the_same) {
  model made;
  const fixed_pairs<B> source({{similarities(three, 3), {1, 2, 3}}, {similarities({1}, 1), {1}}});
  const auto found = metrics::pairs_found<B>(made, source);
  BOOST_TEST(found.pairs == 4);
  BOOST_TEST(std::abs(found.image_to_text - 0.75) < 1e-15);
}

BOOST_AUTO_TEST_CASE(nothing_to_look_at_is_refused) {
  model made;
  BOOST_CHECK_THROW(metrics::pairs_found<B>(tensor<B>({2, 3})), shape_error);
  BOOST_CHECK_THROW(metrics::pairs_found<B>(made, fixed_pairs<B>({})), value_error);
}
