#include "fewclip/encoders/vision_transformer.hpp"

#include "fewclip/encoders/image_encoder.hpp"
#include "fewclip/poolers/class_token.hpp"
#include "random_weights.hpp"

// ViT-B/32, pixels to raw embeddings. Items are images; 8.82 GF each, 8.2 GF with the last block for the class token alone.
namespace {

template <class B>
void embed(benchmark::State& state) {
  using encoder = fewclip::encoders::image_encoder<fewclip::encoders::vision_transformer, fewclip::poolers::class_token>;
  static typename encoder::template fitted<B> tower = [] {
    typename encoder::template fitted<B> made({});
    bench::randomise<B>(made);
    made.prepare();
    return made;
  }();
  const fewclip::index batch = state.range(0);
  fewclip::tensor<B> images({batch, 3, 224, 224});
  for (fewclip::index i = 0; i < images.size(); ++i) images.mutable_data()[i] = static_cast<float>(i % 255) / 128.0F - 1.0F;
  bench::time_on_threads(state, batch, [&] { benchmark::DoNotOptimize(tower.embed(images).data()); });
}

void axes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"batch", "threads"})->ArgsProduct({{1, 32}, {1, 2, 4}})->Unit(benchmark::kMillisecond)->UseRealTime();
}

using eigen = fewclip::backend::cpu<float>;
BENCHMARK(embed<eigen>)->Name("vision_transformer/eigen")->Apply(axes);
#if defined(FEWCLIP_WITH_ONEDNN)
using onednn = fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>;
BENCHMARK(embed<onednn>)->Name("vision_transformer/onednn-f32")->Apply(axes);
#endif

}  // namespace
