// EXPECT: fewclip::adapters::blend: Parts need 'fitted<B>::logits(x) const' [concept adapter], see docs/extend/adapter.md
#include <fewclip/adapters/blend.hpp>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/testing/archetypes.hpp>

struct part : fewclip::testing::minimal_part {
#ifndef FEWCLIP_EXPECT_PASS
  template <fewclip::compute_backend B>
  struct fitted {
    fitted(const fewclip::class_text<B>&, const fewclip::support_set<B>&, const params&) {}
    void retune(const params&) {}
  };
#endif
};

constexpr auto size = sizeof(fewclip::adapters::blend<part>::fitted<fewclip::backend::cpu<>>);
