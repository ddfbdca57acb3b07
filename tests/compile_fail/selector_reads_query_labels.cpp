// EXPECT: no member named 'labels'
#include <fewclip/backend/cpu.hpp>
#include <fewclip/core/sets.hpp>

// A selector may look at a validation set's labels. A query set has no member that gives them.
using B = fewclip::backend::cpu<>;

#ifdef FEWCLIP_EXPECT_PASS
using rows = fewclip::validation_set<B>;
#else
using rows = fewclip::query_set<B>;
#endif

fewclip::index labels_seen(const rows& held_out) { return held_out.labels().size(); }
