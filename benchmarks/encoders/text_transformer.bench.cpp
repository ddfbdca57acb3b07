#include "fewclip/encoders/text_transformer.hpp"

#include <cstdint>
#include <vector>

#include "random_weights.hpp"

// The text tower of ViT-B/32 on prompts of 8 to 16 tokens, padded to 77. Items are texts.
namespace {

template <class B>
void encode(benchmark::State& state) {
  static typename fewclip::encoders::text_transformer::fitted<B> tower = [] {
    typename fewclip::encoders::text_transformer::fitted<B> made({});
    bench::randomise<B>(made);
    made.prepare();
    return made;
  }();
  const fewclip::index texts = state.range(0);
  std::vector<std::int32_t> ids(static_cast<std::size_t>(texts) * 77, 0);
  for (fewclip::index text = 0; text < texts; ++text) {
    std::int32_t* row = ids.data() + text * 77;
    const fewclip::index end = 7 + text * 7 % 9;
    for (fewclip::index i = 0; i < end; ++i) row[i] = static_cast<std::int32_t>((text * 31 + i * 977) % 49406);
    row[end] = 49407;
  }
  bench::time_on_threads(state, texts, [&] { benchmark::DoNotOptimize(tower.encode({ids.data(), texts, 77}).data()); });
}

void axes(benchmark::internal::Benchmark* b) {
  b->ArgNames({"texts", "threads"})->ArgsProduct({{1, 100, 1000}, {1, 2, 4}})->Unit(benchmark::kMillisecond)->UseRealTime();
}

using eigen = fewclip::backend::cpu<float>;
BENCHMARK(encode<eigen>)->Name("text_transformer/eigen")->Apply(axes);
#if defined(FEWCLIP_WITH_ONEDNN)
using onednn = fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>;
BENCHMARK(encode<onednn>)->Name("text_transformer/onednn-f32")->Apply(axes);
#endif

}  // namespace
