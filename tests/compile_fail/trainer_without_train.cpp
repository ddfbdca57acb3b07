// EXPECT: fewclip::classifier: Trainer needs 'params' and 'train(model, features, labels, params, observer, resume, watched)' [concept trainer], see docs/extend/trainer.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/classifier.hpp>
#include <fewclip/testing/archetypes.hpp>

#ifdef FEWCLIP_EXPECT_PASS
using trainer = fewclip::testing::minimal_trainer;
#else
struct trainer {
  using params = fewclip::no_settings;
  static void fit(auto& model);
};
#endif

constexpr auto size = sizeof(fewclip::classifier<fewclip::backend::cpu<>, fewclip::testing::minimal_adapter, trainer>);
