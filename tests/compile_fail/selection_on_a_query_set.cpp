// EXPECT: no matching
#include <fewclip/backend/cpu.hpp>
#include <fewclip/classifier.hpp>
#include <fewclip/testing/archetypes.hpp>

// A selector chooses on a validation set; selectors::oracle is the only way from a query set to a choice.
using B = fewclip::backend::cpu<>;
using model = fewclip::classifier<B, fewclip::testing::minimal_adapter>;

#ifdef FEWCLIP_EXPECT_PASS
using rows = fewclip::validation_set<B>;
#else
using rows = fewclip::query_set<B>;
#endif

auto fit(const fewclip::class_text<B>& text, const rows& held_out) { return model(text, {}, {}, held_out); }
