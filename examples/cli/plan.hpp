#pragma once

// From the command line to runs: names and values are checked before any work is done.

#include "options.hpp"
#include "task.hpp"

namespace program {

/// A method to run, with what the command line and the recipe set.
struct planned_method {
  fewclip::runtime::method_description about;
  fewclip::runtime::named_settings settings;
  fewclip::runtime::search_plan search;
  bool published_channels = false;  // `channels` is a published count, not one of the command line
};

/// A method that cannot run on the file, and why.
struct skipped_method {
  std::string name;
  std::string reason;
  bool needs_clip = false;  // files of features do not serve it, or hardly any: the table alone says so, unless it was named
};

/// All runs of one comparison.
struct plan {
  fewclip::runtime::selection_mode mode = fewclip::runtime::selection_mode::none;
  bool few_validation = false;
  std::string protocol;    // one sentence on what hyper-parameters were chosen on
  bool published = false;  // settings, searches and compositions of the papers, where they are known
  std::string data_set;    // of the papers
  std::vector<planned_method> methods;
  std::vector<skipped_method> skipped;
  std::vector<index> shots;
  std::vector<std::uint64_t> seeds;
};

/// Checks all that can be checked without the file. Throws usage_error, with the nearest name where one is unknown.
plan make_plan(const compare_options& options, const engine& methods);

/// Whether its settings have validation rows watched, so that the training stops early or keeps its best.
bool watches_validation(const planned_method& method);

/// Says in the protocol what was published, and turns numbers of channels into those of rows of this width; throws fewclip::value_error, naming
/// `where`, for one that is above it.
void fit_to_width(plan& made, const std::string& where, index dim);

/// Leaves out what the file cannot serve; throws fewclip::error where nothing is left or something that was asked for is missing.
void fit_to_file(plan& made, const compare_options& options, const feature_table& table);

}  // namespace program
