#include "demo_scores.hpp"

#include <cmath>
#include <cstdio>

namespace program {
namespace {

/// "81.3 ± 0.5 %".
std::string percent(const page::score& of) {
  char text[64];
  if (std::isnan(of.deviation)) {
    std::snprintf(text, sizeof text, "%.1f %%", 100 * of.accuracy);
  } else {
    std::snprintf(text, sizeof text, "%.1f ± %.1f %%", 100 * of.accuracy, 100 * of.deviation);
  }
  return text;
}

}  // namespace

std::vector<const demo_run*> runs_of(const demo_results& results, const std::string& task, const std::string& method, std::int64_t shots) {
  std::vector<const demo_run*> out;
  for (const auto* all : {&results.runs, &results.safe_ends}) {
    for (const demo_run& each : *all) {
      if (each.task == task && each.method == method && each.shots == shots) out.push_back(&each);
    }
  }
  return out;
}

page::score score_of(const std::vector<const demo_run*>& runs) {
  page::score out;
  if (runs.empty()) return out;
  const auto count = static_cast<double>(runs.size());
  double sum = 0;
  double seconds = 0;
  for (const demo_run* each : runs) {
    sum += each->result.accuracy;
    seconds += each->result.fit_seconds;
  }
  out.accuracy = sum / count;
  out.fit_seconds = seconds / count;
  out.trained_parameters = runs.front()->result.training.trained_parameters;
  if (runs.size() < 2) return out;
  double squares = 0;
  for (const demo_run* each : runs) squares += (each->result.accuracy - out.accuracy) * (each->result.accuracy - out.accuracy);
  out.deviation = std::sqrt(squares / (count - 1));
  return out;
}

std::string ends_of_safe(const demo_results& results, const std::string& task) {
  if (results.safe_ends.empty()) return "";
  const auto shots = results.options.shots.back();
  const auto at = [&](const char* name) { return score_of(runs_of(results, task, name, shots)); };
  const page::score original = at("safe, alpha = 0");
  const page::score blended = at("safe");
  const page::score tuned = at("safe, alpha = 1");
  std::string out = "the original pooler " + percent(original) + ", the blend " + percent(blended) + ", the tuned pooler " + percent(tuned);
  if (blended.accuracy > original.accuracy && blended.accuracy > tuned.accuracy) return out;
  if (tuned.accuracy <= original.accuracy) return out + "; tuning did not help here";
  if (blended.accuracy <= original.accuracy) return out + "; the two features do not mix here";
  char above[96];
  std::snprintf(above, sizeof above, "; a share of one is %.1f points above that of the blend", 100 * (tuned.accuracy - blended.accuracy));
  return out + above;
}

}  // namespace program
