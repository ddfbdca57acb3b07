// EXPECT: fewclip::classifier: Adapter needs 'needs' and 'fitted<B>(class_text, support_set, params)' [concept component], see docs/extend/adapter.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/classifier.hpp>
#include <fewclip/testing/archetypes.hpp>

struct part : fewclip::testing::minimal_adapter {
#ifndef FEWCLIP_EXPECT_PASS
  template <fewclip::compute_backend B>
  struct fitted {
    const fewclip::tensor<B>& logits(const fewclip::tensor<B>& x) const { return x; }
  };
#endif
};

constexpr auto size = sizeof(fewclip::classifier<fewclip::backend::cpu<>, part>);
