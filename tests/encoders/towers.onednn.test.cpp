// The towers on oneDNN's products.
#include <boost/test/unit_test.hpp>

#include "fewclip/backend/products/onednn.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/core/random.hpp"
#include "golden_towers.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

using B = backend::cpu<float, products::onednn<products::f32>>;

}  // namespace

BOOST_AUTO_TEST_CASE(embeddings_agree_with_transformers) {
  auto image = golden_image_encoder<B>();
  auto text = golden_text_encoder<B>();
  const auto ids = golden_ids();
  for (int round = 0; round < 2; ++round) {
    BOOST_TEST(relative_difference(image.embed(golden_tensor<B>("images")).to_host(), golden_towers().read<double>("image")) < 3e-6);
    BOOST_TEST(relative_difference(text.encode(rows_of_ids(ids)).to_host(), golden_towers().read<double>("text")) < 3e-6);
    image.prepare();
    text.prepare();
  }
}

BOOST_AUTO_TEST_CASE(sizes_beyond_one_tile_equal_eigen_on_any_number_of_threads) {
  using E = backend::cpu<float>;
  const encoders::vision_transformer_architecture sizes{
      .width = 320, .layers = 2, .heads = 5, .patch = 8, .resolution = 32, .mlp_width = 640, .embed = 100};
  vit_encoder::fitted<B> ours({sizes, poolers::class_token::params::of(sizes)});
  vit_encoder::fitted<E> plain({sizes, poolers::class_token::params::of(sizes)});
  const auto randomise = [](auto& encoder) {
    std::uint64_t stream = 0;
    encoder.visit_parameters([&](std::string_view, auto& p) {
      const random_stream numbers(3, stream++);
      auto* values = p.mutable_value().mutable_data();
      for (fewclip::index i = 0; i < p.value().size(); ++i) {
        values[i] = static_cast<float>(0.1 * numbers.normal(static_cast<std::uint64_t>(i)));
      }
    });
  };
  randomise(ours);
  randomise(plain);
  ours.prepare();
  const random_stream numbers(4);
  std::vector<float> pixels(20 * 3 * 32 * 32);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(numbers.normal(i));
  const int before = threads();
  std::vector<std::vector<float>> results;
  for (const int count : {1, 2, 3}) {
    set_threads(count);
    results.push_back(ours.embed(tensor<B>::from_host(pixels.data(), {20, 3, 32, 32})).to_host());
  }
  set_threads(before);
  BOOST_TEST(results[0] == results[1]);
  BOOST_TEST(results[0] == results[2]);
  BOOST_TEST(relative_difference(results[0], plain.embed(tensor<E>::from_host(pixels.data(), {20, 3, 32, 32})).to_host()) < 2e-5);
}
