#pragma once

// What the demo found, as a table, as JSON and as a page.

#include <nlohmann/json.hpp>
#include <string>

#include "demo_runs.hpp"

namespace program {

/// One table per task: methods by numbers of shots, zero_shot first.
std::string demo_table(const demo_results& results);

/// All runs, without logits.
nlohmann::ordered_json demo_json(const demo_results& results);

/// The report. `seconds` is what the whole demo took.
std::string demo_page(const demo_results& results, double seconds);

}  // namespace program
