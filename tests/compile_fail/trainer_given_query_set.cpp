// EXPECT: no matching
#include <fewclip/backend/cpu.hpp>
#include <fewclip/classifier.hpp>
#include <fewclip/testing/archetypes.hpp>

// What is trained on is a support set; a query set is not one, and cannot be turned into one.
using B = fewclip::backend::cpu<>;

#ifdef FEWCLIP_EXPECT_PASS
using rows = fewclip::support_set<B>;
#else
using rows = fewclip::query_set<B>;
#endif

auto fit(const fewclip::class_text<B>& text, const rows& labelled) {
  return fewclip::classifier<B, fewclip::testing::minimal_adapter>(text, labelled);
}
