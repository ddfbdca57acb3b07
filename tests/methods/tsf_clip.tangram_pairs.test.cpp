// The first stage of tsf_clip end to end: a tiny CLIP learns to match generated tangrams and captions in controlled batches.

#include "fewclip/methods/tsf_clip.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <memory>
#include <numeric>
#include <utility>

#include "fewclip/data/tangram/pair_batches.hpp"
#include "tangram_clip.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

using fewclip::index;
constexpr index vocabulary = 250;

/// Pairs of all tests with the same numbers of words.
data::tangram::tangram_pairs<B> pairs(std::uint64_t seed, index tangrams, double validation_share) {
  static const auto numbers = std::make_shared<words>(vocabulary);
  return {{.tangrams = tangrams, .seed = seed, .validation_share = validation_share},
          {side, to_pixels, [](const std::string& text) { return numbers->row(text); }}};
}

metrics::pair_accuracy found(clip::fitted<B> model, const fixed_pairs<B>& batches) { return metrics::pairs_found<B>(model, batches); }

/// How far a share of `trials` may be from a chance of one in ten: four standard deviations of a binomial distribution.
double four_deviations(index trials) { return 4 * std::sqrt(0.1 * 0.9 / static_cast<double>(trials)); }

double mean(const std::vector<double>& losses, std::size_t from, std::size_t count) {
  const auto begin = losses.begin() + static_cast<std::ptrdiff_t>(from);
  return std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(count), 0.0) / static_cast<double>(count);
}

}  // namespace

// A normal projection gives a picture's feature a direction drawn evenly. So the chances that text i is nearest to picture i, which are
// shares of the sphere, add up to one over the ten pairs of a batch; likewise for texts.
BOOST_AUTO_TEST_CASE(clips_with_random_weights_find_one_pair_in_ten) {
  const auto source = pairs(3, 300, 0.0);
  constexpr fewclip::index clips = 100;
  double image_to_text = 0;
  double text_to_image = 0;
  for (fewclip::index n = 0; n < clips; ++n) {
    const auto got = found(random_clip(static_cast<std::uint64_t>(100 + n), vocabulary), fixed_pairs<B>({source.batch(0, n)}));
    BOOST_TEST_REQUIRE(got.pairs == 10);
    image_to_text += got.image_to_text / clips;
    text_to_image += got.text_to_image / clips;
  }
  BOOST_TEST_MESSAGE("found " << image_to_text << " and " << text_to_image);
  BOOST_TEST(std::abs(image_to_text - 0.1) < four_deviations(10 * clips));
  BOOST_TEST(std::abs(text_to_image - 0.1) < four_deviations(10 * clips));
}

BOOST_AUTO_TEST_CASE(trained_on_tangrams_it_finds_pairs_of_other_tangrams_in_both_directions) {
  first_stage::params settings;
  set_setting(settings, "learning_rate", 1e-3);
  set_setting(settings, "epochs", 2);
  const auto source = pairs(1, 400, 0.2);
  const auto others = pairs(2, 200, 0.9).validation();  // neither trained on nor used to choose the epoch
  const auto start = random_clip(1, vocabulary);
  const auto before = found(start, others);
  const first_stage trained(start, source, settings, source.validation());
  const auto after = found(trained.tuned(), others);
  const auto& losses = trained.training().losses;
  const double first = mean(losses, 0, 20);
  const double last = mean(losses, losses.size() - 50, 50);
  BOOST_TEST_MESSAGE(losses.size() << " steps; loss " << first << " to " << last << "; of " << after.pairs << " found "
                                   << before.image_to_text << " and " << before.text_to_image << " to " << after.image_to_text << " and "
                                   << after.text_to_image);
  BOOST_TEST_REQUIRE(after.pairs >= 500);
  BOOST_TEST(first > 2.0);  // ln 10 is 2.30
  BOOST_TEST(last < 1.2);
  for (const auto& [start_share, share] :
       {std::pair{before.image_to_text, after.image_to_text}, {before.text_to_image, after.text_to_image}}) {
    BOOST_TEST(start_share < 0.2);
    BOOST_TEST(share > 0.1 + four_deviations(after.pairs));
    BOOST_TEST(share > 0.5);
  }
}
