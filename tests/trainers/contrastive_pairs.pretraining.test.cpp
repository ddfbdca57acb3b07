// Contrastive pre-training works: a tiny CLIP with random weights learns to match pictures and sentences of the tangram world.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "../encoders/normal_weights.hpp"
#include "fewclip/backend/cpu.hpp"
#include "fewclip/data/tangram/scenes.hpp"
#include "fewclip/methods/tsf_clip.hpp"

using namespace fewclip;

namespace {

using B = backend::cpu<float>;
using clip = methods::vit_clip;
using stage = methods::tsf_clip<B, tuners::transfer_both>::first_type;

constexpr fewclip::index side = 24;
constexpr fewclip::index context = 28;
constexpr std::int32_t words = 250;  // more than the sentences have, punctuation included
constexpr std::int32_t end_id = words - 1;
constexpr fewclip::index batch_size = 24;

/// Pictures of the endless set with their sentences, a number for each word in the order of appearance.
pair_batch<B> scenes(std::uint64_t seed, fewclip::index first) {
  static std::map<std::string, std::int32_t> ids;
  std::vector<float> pixels;
  pair_batch<B> out;
  for (fewclip::index n = 0; n < batch_size; ++n) {
    const data::tangram::scene made = data::tangram::make_scene(seed, static_cast<std::uint64_t>(first + n), side);
    const auto bytes = made.picture.bytes();
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t i = c; i < bytes.size(); i += 3) pixels.push_back(static_cast<float>(bytes[i]) / 127.5F - 1.0F);
    }
    std::vector<std::int32_t> row{0};
    std::istringstream text(made.caption);
    for (std::string word; text >> word;)
      row.push_back(ids.emplace(word, static_cast<std::int32_t>(ids.size() % (words - 2)) + 1).first->second);
    row.resize(static_cast<std::size_t>(context), end_id);
    row.back() = end_id;
    out.ids.insert(out.ids.end(), row.begin(), row.end());
  }
  out.images = tensor<B>::from_host(pixels.data(), {batch_size, 3, side, side});
  return out;
}

/// Batches of the set in which no picture comes twice.
struct endless_scenes {
  fewclip::index steps = 0;
  fewclip::index batches(fewclip::index) const { return steps; }
  pair_batch<B> batch(fewclip::index epoch, fewclip::index i) const { return scenes(1, (epoch * steps + i) * batch_size); }
};

fixed_pairs<B> held_out() {
  std::vector<pair_batch<B>> out;
  for (fewclip::index b = 0; b < 10; ++b) out.push_back(scenes(2, b * batch_size));
  return fixed_pairs<B>(std::move(out));
}

/// Weights as transformers begins: norms 1, biases 0, matrices normal.
clip::fitted<B> random_clip() {
  const encoders::vision_transformer_architecture image{
      .width = 48, .layers = 2, .heads = 2, .patch = 6, .resolution = side, .mlp_width = 96, .embed = 32};
  const encoders::text_architecture text{
      .width = 32, .layers = 1, .heads = 2, .mlp_width = 64, .context = context, .vocabulary = words, .embed = 32};
  clip::fitted<B> out(clip::params{{image, poolers::class_token::params::of(image)}, text});
  tests::draw_weights<B>(out, 3);
  return out;
}

double mean(const std::vector<double>& losses, std::size_t from, std::size_t count) {
  return std::accumulate(losses.begin() + static_cast<std::ptrdiff_t>(from), losses.begin() + static_cast<std::ptrdiff_t>(from + count),
                         0.0) /
         static_cast<double>(count);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_clip_with_random_weights_learns_to_match_new_pictures_and_sentences) {
  stage::params settings;
  set_setting(settings, "learning_rate", 1e-3);
  set_setting(settings, "epochs", 1);
  const auto test = held_out();
  auto start = random_clip();
  const auto before = metrics::pairs_found<B>(start, test);
  const stage trained(start, endless_scenes{1000}, settings);
  auto model = trained.tuned();
  const auto after = metrics::pairs_found<B>(model, test);
  const auto& losses = trained.training().losses;
  BOOST_TEST_MESSAGE("loss " << mean(losses, 0, 10) << " to " << mean(losses, 990, 10) << ", found " << before.image_to_text << " to "
                             << after.image_to_text << " and " << after.text_to_image);
  BOOST_TEST(losses.size() == 1000U);
  BOOST_TEST(mean(losses, 0, 10) > 3.0);  // ln 24 is 3.18
  BOOST_TEST(mean(losses, 990, 10) < 2.0);
  BOOST_TEST(before.image_to_text < 0.12);  // by chance 1 of 24
  BOOST_TEST(after.image_to_text > 0.28);
  BOOST_TEST(after.text_to_image > 0.28);
}
