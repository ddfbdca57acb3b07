// EXPECT: fewclip::relations::open_semantics: Anchors needs 'rows(x) const' [concept anchors], see docs/extend/relation.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/relations/open_semantics.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using part = fewclip::testing::minimal_anchors;
#else
using part = fewclip::testing::minimal_map;
#endif

constexpr auto size = sizeof(fewclip::relations::open_semantics<part>::fitted<fewclip::backend::cpu<>>);
