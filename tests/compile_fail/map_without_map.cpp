// EXPECT: fewclip::adapters::mapped: Map needs 'map(x) const' [concept map], see docs/extend/map.md
#include <fewclip/adapters/mapped.hpp>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using part = fewclip::testing::minimal_map;
#else
using part = fewclip::testing::minimal_refiner;
#endif

constexpr auto size = sizeof(fewclip::adapters::mapped<part, fewclip::testing::minimal_adapter>::fitted<fewclip::backend::cpu<>>);
