// EXPECT: fewclip::caches::key_value: Values needs 'params' and 'fitted<B>(text, keys, segments, params)' with 'weights() const' [concept values], see docs/extend/values.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/caches/key_value.hpp>
#include <fewclip/testing/archetypes.hpp>

struct one_hot : fewclip::testing::minimal_values {
#ifndef FEWCLIP_EXPECT_PASS
  template <fewclip::compute_backend B>
  struct fitted {
    fitted(const fewclip::tensor<B>&, const fewclip::tensor<B>&, const fewclip::class_segments<B>&, const params&) {}
    fewclip::tensor<B> matrix() const { return {}; }
  };
#endif
};

using cache = fewclip::caches::key_value<fewclip::kernels::exponential_affinity, fewclip::caches::frozen_keys, one_hot>;
constexpr auto size = sizeof(cache::fitted<fewclip::backend::cpu<>>);
