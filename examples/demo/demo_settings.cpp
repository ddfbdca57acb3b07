#include "demo_settings.hpp"

#include "../cli/given_setting.hpp"

namespace program {

/// What the demo sets: rates for a CLIP of a million parameters instead of a hundred, whose logits have a sixth of the scale; for coop a context
/// that starts from words that it knows; and a short first stage of tsf_clip. They were chosen on the pictures of --picture-seed 2, 3 and 4, which
/// no page shows.
const std::vector<std::string>& demo_settings() {
  static const std::vector<std::string> all{
      "clip_adapter.learning_rate=0.005", "coop.context_from_template=1", "coop.learning_rate=0.01",
      "safe.learning_rate=0.001",         "cross_modal.epochs=2000",      "safe_a.first.learning_rate=0.001",
      "cross_modal.learning_rate=0.001",  "tsf_clip.first.epochs=3",      "tsf_clip.first.learning_rate=0.0001",
      "tsf_clip.pairs.tangrams=400",      "tsf_clip.second.epochs=2000",  "tsf_clip.second.learning_rate=0.001"};
  return all;
}

void apply_setting(settings_by_method& to, const std::string& given, const engine& methods) {
  const given_setting found = read_setting(given, methods);
  to[found.method][found.name] = found.value;
}

}  // namespace program
