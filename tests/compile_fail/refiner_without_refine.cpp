// EXPECT: fewclip::caches::key_value: Refiner needs 'refine(x) const' [concept refiner], see docs/extend/refiner.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/caches/key_value.hpp>
#include <fewclip/testing/archetypes.hpp>

struct whitening : fewclip::testing::minimal_refiner {
#ifndef FEWCLIP_EXPECT_PASS
  template <fewclip::compute_backend B>
  struct fitted {
    fitted(const fewclip::class_text<B>&, const fewclip::support_set<B>&, const params&) {}
    const fewclip::tensor<B>& apply(const fewclip::tensor<B>& x) const { return x; }
  };
#endif
};

using cache =
    fewclip::caches::key_value<fewclip::kernels::exponential_affinity, fewclip::caches::frozen_keys, fewclip::caches::labels, whitening>;
constexpr auto size = sizeof(cache::fitted<fewclip::backend::cpu<>>);
