#include "demo_settings.hpp"

#include <charconv>

namespace program {
namespace {

double number_of(const std::string& text, const std::string& given) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) {
    throw usage_error("--set " + given + ": expected a number after '=', got '" + text + "'");
  }
  return value;
}

}  // namespace

/// What the demo sets: rates for a CLIP of a million parameters instead of a hundred, a context that starts from words that it knows, and a shorter
/// first stage of tsf_clip. They were chosen on test pictures of the task `outline`, which the demo does not show.
const std::vector<std::string>& demo_settings() {
  static const std::vector<std::string> all{
      "coop.context_from_template=1",    "coop.learning_rate=0.02",     "rtos.gamma=20",
      "rtos_feature_anchors.gamma=20",   "safe.learning_rate=0.001",    "safe_a.first.learning_rate=0.001",
      "cross_modal.learning_rate=0.001", "cross_modal.epochs=2000",     "tsf_clip.first.learning_rate=0.00003",
      "tsf_clip.first.epochs=3",         "tsf_clip.pairs.tangrams=200", "tsf_clip.second.learning_rate=0.001",
      "tsf_clip.second.epochs=2000"};
  return all;
}

void apply_setting(settings_by_method& to, const std::string& given, const engine& methods) {
  const std::size_t dot = given.find('.');
  const std::size_t equals = given.find('=');
  if (dot == std::string::npos || equals == std::string::npos || dot > equals) {
    throw usage_error("--set: expected method.parameter=value, got '" + given + "'");
  }
  const std::string method = given.substr(0, dot);
  const std::string name = given.substr(dot + 1, equals - dot - 1);
  const double value = number_of(given.substr(equals + 1), given);
  methods.check(method, {{name, value}});
  to[method][name] = value;
}

}  // namespace program
