// EXPECT: fewclip::classifier: Selector needs 'params', 'protocol' and 'select' [concept selector], see docs/extend/selector.md
#include <fewclip/backend/cpu.hpp>
#include <fewclip/classifier.hpp>
#include <fewclip/testing/archetypes.hpp>

struct selector {
  using params = fewclip::no_settings;
#ifdef FEWCLIP_EXPECT_PASS
  static constexpr const char* protocol = "as given";
#endif
  template <fewclip::compute_backend B, class Fit, class Settings>
  static auto select(const Fit& fit, const Settings& settings, const params&, const fewclip::validation_set<B>&,
                     const fewclip::progress_observer&) {
    return std::pair(fit(settings), fewclip::selection<Settings>{settings, {}});
  }
};

using model = fewclip::classifier<fewclip::backend::cpu<>, fewclip::testing::minimal_adapter, fewclip::testing::minimal_trainer, selector>;
constexpr auto size = sizeof(model);
