// EXPECT: fewclip::relations::weighted: Relation needs 'scores(x) const' and 'retune(params)' [concept relation], see docs/extend/relation.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/relations/weighted.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using part = fewclip::testing::minimal_relation;
#else
using part = fewclip::testing::minimal_part;
#endif

constexpr auto size = sizeof(fewclip::relations::weighted<part>::fitted<fewclip::backend::cpu<>>);
