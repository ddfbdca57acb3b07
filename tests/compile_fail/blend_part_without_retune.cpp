// EXPECT: fewclip::adapters::blend: Parts need 'fitted<B>::retune(params)' [concept retunable], see docs/extend/adapter.md
#include <fewclip/adapters/blend.hpp>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/testing/archetypes.hpp>

struct part : fewclip::testing::minimal_part {
#ifndef FEWCLIP_EXPECT_PASS
  template <fewclip::compute_backend B>
  struct fitted : fewclip::testing::minimal_adapter::fitted<B> {
    using fewclip::testing::minimal_adapter::fitted<B>::fitted;
  };
#endif
};

constexpr auto size = sizeof(fewclip::adapters::blend<part>::fitted<fewclip::backend::cpu<>>);
