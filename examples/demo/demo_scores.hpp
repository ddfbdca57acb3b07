#pragma once

// Runs over seeds, for tables and page.

#include <string>
#include <vector>

#include "demo_runs.hpp"
#include "report_page.hpp"

namespace program {

/// The runs of a method on a task at one number of shots; the ends of safe under "safe, alpha = 0" and "safe, alpha = 1".
std::vector<const demo_run*> runs_of(const demo_results& results, const std::string& task, const std::string& method, std::int64_t shots);

/// Mean and deviation over seeds.
page::score score_of(const std::vector<const demo_run*>& runs);

/// A sentence on safe between the ends of its blend on one task; empty where it was not run.
std::string ends_of_safe(const demo_results& results, const std::string& task);

}  // namespace program
