// EXPECT: fewclip::relations::open_semantics: QueryKey needs 'query(x) const' and 'key(x) const' [concept query_key], see docs/extend/relation.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/relations/open_semantics.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using part = fewclip::testing::minimal_query_key;
#else
using part = fewclip::testing::minimal_map;
#endif

constexpr auto size = sizeof(fewclip::relations::open_semantics<fewclip::testing::minimal_anchors, part>::fitted<fewclip::backend::cpu<>>);
