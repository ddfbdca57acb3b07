// EXPECT: fewclip::adapters::blend: Parts need 'role' and 'params_of(role)', a reference to their own params [concept blend_part], see docs/extend/adapter.md
#include <fewclip/adapters/blend.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using part = fewclip::testing::minimal_part;
#else
using part = fewclip::testing::minimal_adapter;
#endif

constexpr auto needs = fewclip::adapters::blend<part>::needs;
