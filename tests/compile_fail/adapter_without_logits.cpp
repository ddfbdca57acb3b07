// EXPECT: fewclip::classifier: Adapter needs 'fitted<B>::logits(x)' [concept adapter], see docs/extend/adapter.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/classifier.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using part = fewclip::testing::minimal_adapter;
#else
using part = fewclip::testing::minimal_refiner;
#endif

constexpr auto size = sizeof(fewclip::classifier<fewclip::backend::cpu<>, part>);
