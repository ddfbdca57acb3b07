#include "fewclip/encoders/dual_encoder.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/concepts/pair_source.hpp"
#include "fewclip/losses/contrastive.hpp"
#include "golden_towers.hpp"

using namespace fewclip;
using namespace fewclip::tests;
using clip = encoders::dual_encoder<vit_encoder, encoders::text_transformer>;

static_assert(pair_model<clip::fitted<real>, real>);

namespace {

clip::fitted<real> tiny_clip() { return {golden_image_encoder<real>(), golden_text_encoder<real>()}; }

const std::vector<std::int32_t> ids = golden_ids();

/// The first three texts.
encoders::text_transformer::token_ids texts() { return {ids.data(), 3, 9}; }

}  // namespace

BOOST_AUTO_TEST_CASE(similarities_are_scaled_cosines_of_the_towers_of_transformers) {
  const auto made = tiny_clip();
  const auto s = made.similarities(golden_tensor<real>("images"), texts()).to_host();
  const auto image = golden_towers().read<double>("image");
  const auto text = golden_towers().read<double>("text");
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      double dot = 0, a = 0, b = 0;
      for (std::size_t d = 0; d < 6; ++d) {
        dot += image[i * 6 + d] * text[j * 6 + d];
        a += image[i * 6 + d] * image[i * 6 + d];
        b += text[j * 6 + d] * text[j * 6 + d];
      }
      BOOST_TEST(std::abs(s[i * 3 + j] - dot / std::sqrt(a * b) / 0.07) < 1e-11);
    }
  }
}

BOOST_AUTO_TEST_CASE(prepared_and_recorded_similarities_are_the_same) {
  auto made = tiny_clip();
  const auto plain = made.similarities(golden_tensor<real>("images"), texts()).to_host();
  tape<real> record;
  const auto recorded = made.similarities(record, golden_tensor<real>("images"), texts());
  made.prepare();
  BOOST_TEST(relative_difference(made.similarities(golden_tensor<real>("images"), texts()).to_host(), plain) < 1e-13);
  BOOST_TEST(relative_difference(recorded.value().to_host(), plain) < 1e-13);
}

// Up to eight entries of every parameter of both towers.
BOOST_AUTO_TEST_CASE(gradients_of_a_whole_clip_under_the_contrastive_loss_agree_with_central_differences) {
  auto made = tiny_clip();
  const auto images = golden_tensor<real>("images");
  const losses::contrastive loss;
  const auto got = gradients_of<real>(made, [&](tape<real>& record) { return loss(made.similarities(record, images, texts())); });
  std::size_t parameters = 0;
  double largest = 0;
  visit_parameters(made, [&](std::string_view name, parameter<real>& p) {
    const auto gradient = got.at(std::string(name)).to_host();
    const fewclip::index step = std::max<fewclip::index>(1, p.value().size() / 8);
    for (fewclip::index at = 0; at < p.value().size(); at += step) {
      const double before = p.value().data()[at];
      const auto moved = [&](double by) {
        p.mutable_value().mutable_data()[at] = before + by;
        return loss(made.similarities(images, texts())).to_host()[0];
      };
      // of fourth order, since third derivatives are large
      constexpr double h = 1e-4;
      const double expected = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
      p.mutable_value().mutable_data()[at] = before;
      const double slope = gradient[static_cast<std::size_t>(at)];
      BOOST_TEST(std::abs(slope - expected) < 1e-8 * std::max(1.0, std::abs(slope)),
                 name << " at " << at << ": " << slope << ", " << expected);
      largest = std::max(largest, std::abs(slope));
    }
    ++parameters;
  });
  BOOST_TEST(parameters == got.size());
  BOOST_TEST(largest > 0.1);
}

BOOST_AUTO_TEST_CASE(the_scale_has_the_name_of_a_checkpoint_and_starts_at_one_over_0_07) {
  auto made = tiny_clip();
  std::string last;
  visit_parameters(made, [&last](std::string_view name, parameter<real>& p) {
    last = name;
    if (last == "logit_scale") BOOST_TEST(std::abs(p.value().data()[0] - std::log(1 / 0.07)) < 1e-15);
  });
  BOOST_TEST(last == "logit_scale");
}
