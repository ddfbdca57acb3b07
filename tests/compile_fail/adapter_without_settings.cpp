// EXPECT: fewclip::classifier: Adapter needs an aggregate 'params' with 'visit_settings' [concept has_settings], see docs/extend/adapter.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/classifier.hpp>
#include <fewclip/testing/archetypes.hpp>

struct part : fewclip::testing::minimal_adapter {
#ifndef FEWCLIP_EXPECT_PASS
  struct params {
    double scale = 1;
  };
  template <fewclip::compute_backend B>
  struct fitted : fewclip::testing::minimal_adapter::fitted<B> {
    fitted(const fewclip::class_text<B>& text, const fewclip::support_set<B>& support, const params&)
        : fewclip::testing::minimal_adapter::fitted<B>(text, support, {}) {}
  };
#endif
};

constexpr auto size = sizeof(fewclip::classifier<fewclip::backend::cpu<>, part>);
