#pragma once

// What a comparison found: as a table for people and as JSON for programs.

#include <nlohmann/json.hpp>

#include "plan.hpp"

namespace program {

/// One run and its place in the comparison. The logits have been handed on and are empty.
struct finished_run {
  std::string method;
  index shots = 0;
  std::uint64_t seed = 0;
  std::string source;  // where the support rows come from
  index support_rows = 0;
  index short_classes = 0;  // classes with fewer rows than shots
  index empty_classes = 0;  // those of them with none
  index validation_rows = 0;
  outcome result;
};

/// What is said about the whole comparison.
struct comparison {
  const compare_options& options;
  const plan& made;
  const feature_table& table;
  std::string backend;
  int threads = 1;
  std::vector<finished_run> runs;
  std::vector<std::string> remarks;  // sentences for below the table
};

/// Whether a training ended before its tolerance was met.
inline bool is_unconverged(const fewclip::training_report& training) { return !training.converged && !training.stopped_early; }

/// Whether a search has told no candidate from another.
inline bool found_all_alike(const fewclip::search_record& search) { return search.candidates > 1 && search.ties + 1 == search.candidates; }

/// The table with its header, for stdout.
std::string table_text(const comparison& all);

/// Everything.
nlohmann::ordered_json to_json(const comparison& all);

/// A description of a method, with its settings.
nlohmann::ordered_json to_json(const fewclip::runtime::method_description& about);

/// The version of fewclip, "0.1.0".
std::string version_text();

}  // namespace program
