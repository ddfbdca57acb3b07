#include <cmath>
#include <cstdio>

#include "../cli/report.hpp"
#include "demo_report.hpp"
#include "demo_scores.hpp"

namespace program {

using json = nlohmann::ordered_json;

std::string demo_table(const demo_results& results) {
  std::string out;
  char cell[64];
  for (const std::string& task : results.options.tasks) {
    std::snprintf(cell, sizeof cell, "\n%-22s", (task + ", shots").c_str());
    out += cell;
    for (const auto shots : results.options.shots) {
      std::snprintf(cell, sizeof cell, "%14lld", static_cast<long long>(shots));
      out += cell;
    }
    out += "      fit s   trained\n";
    for (const auto& about : results.methods) {
      std::snprintf(cell, sizeof cell, "%-22s", about.name.c_str());
      out += cell;
      page::score last;
      for (const auto shots : results.options.shots) {
        last = score_of(runs_of(results, task, about.name, shots));
        if (std::isnan(last.deviation)) {
          std::snprintf(cell, sizeof cell, "%14.1f", 100 * last.accuracy);
        } else {
          std::snprintf(cell, sizeof cell, "%7.1f ± %4.1f", 100 * last.accuracy, 100 * last.deviation);
        }
        out += cell;
      }
      std::snprintf(cell, sizeof cell, "%11.2f%10lld\n", last.fit_seconds, static_cast<long long>(last.trained_parameters));
      out += cell;
    }
    const std::string ends = ends_of_safe(results, task);
    if (!ends.empty()) out += "safe at " + std::to_string(results.options.shots.back()) + " shots: " + ends + "\n";
  }
  return out;
}

nlohmann::ordered_json demo_json(const demo_results& results) {
  json out{{"program", "fewclip_demo"},      {"version", version_text()},          {"command", results.options.command},
           {"model", results.options.model}, {"backbone", results.backbone},       {"backend", results.backend},
           {"threads", results.threads},     {"logit_scale", results.logit_scale}, {"settings", results.settings},
           {"runs", json::array()}};
  for (const auto* all : {&results.runs, &results.safe_ends}) {
    for (const demo_run& each : *all) {
      out["runs"].push_back({{"task", each.task},
                             {"method", each.method},
                             {"shots", each.shots},
                             {"seed", each.seed},
                             {"accuracy", each.result.accuracy},
                             {"hits", each.result.hits},
                             {"expected_calibration_error", each.result.calibration_error},
                             {"trained_parameters", each.result.training.trained_parameters},
                             {"fit_seconds", each.result.fit_seconds},
                             {"final_loss", each.result.training.final_loss}});
    }
  }
  return out;
}

}  // namespace program
