// EXPECT: fewclip::adapters::mapped: Inner needs 'fitted<B>::logits(x) const' [concept adapter], see docs/extend/adapter.md
#include <fewclip/adapters/mapped.hpp>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using inner = fewclip::testing::minimal_adapter;
#else
using inner = fewclip::testing::minimal_map;
#endif

constexpr auto size = sizeof(fewclip::adapters::mapped<fewclip::testing::minimal_map, inner>::fitted<fewclip::backend::cpu<>>);
