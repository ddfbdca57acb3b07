#include "plan.hpp"

#include <algorithm>
#include <cmath>
#include <fewclip/core/settings.hpp>
#include <fewclip/recipes/recipe.hpp>
#include <set>
#include <string_view>

#include "features.hpp"
#include "given_setting.hpp"

namespace program {
namespace {

using fewclip::runtime::method_description;
using fewclip::runtime::selection_mode;

const method_description& find(const std::vector<method_description>& all, const std::string& name) {
  std::vector<std::string> known;
  for (const method_description& each : all) {
    if (each.name == name) return each;
    known.push_back(each.name);
  }
  throw usage_error("--methods: no method '" + name + "'; did you mean '" + fewclip::nearest_name(name, known) + "'?");
}

template <class Value>
void require_distinct(const std::vector<Value>& values, const std::string& option) {
  if (values.empty()) throw usage_error(option + ": expected at least one value, got none");
  if (std::set<Value>(values.begin(), values.end()).size() != values.size()) {
    throw usage_error(option + ": expected every value once, got one twice");
  }
}

void choose_methods(plan& made, const compare_options& options, const std::vector<method_description>& all) {
  require_distinct(options.methods, "--methods");
  bool every = false;
  for (const std::string& name : options.methods) {
    if (name.empty()) throw usage_error("--methods: expected names, or all, got an empty one");
    every = every || name == "all";
    if (name != "all") made.methods.push_back({find(all, name), {}, {}});
  }
  if (!every) return;
  made.methods.clear();
  for (const method_description& each : all) made.methods.push_back({each, {}, {}});
}

void choose_protocol(plan& made, const std::string& selection) {
  if (selection == "none") {
    made.protocol = "none: default or given hyper-parameters, no validation labels used";
  } else if (selection == "few-val") {
    made.mode = selection_mode::validation;
    made.few_validation = true;
    made.protocol = "few-val: hyper-parameters chosen on min(K, 4) validation rows per class, drawn by seed";
  } else if (selection == "full-val") {
    made.mode = selection_mode::validation;
    made.protocol = "full-val: hyper-parameters chosen on the whole validation split, far more labels than the shots";
  } else if (selection == "oracle") {
    made.mode = selection_mode::oracle;
    made.protocol = "oracle: hyper-parameters chosen on the TEST LABELS; the accuracies are too high and no fair result";
  } else {
    throw usage_error("--selection: expected none, few-val, full-val or oracle, got '" + selection + "'");
  }
}

/// What a recipe sets and searches.
void apply_recipe(planned_method& to, const std::string& recipe, index shots) {
  std::vector<fewclip::selectors::grid_axis> axes = to.about.recipes.clean_grid;
  bool bisects = false;
  if (recipe != "clean") {
    const std::string start = "published:";
    if (!recipe.starts_with(start)) {
      throw usage_error("--recipe: expected clean or published:<data set>, got '" + recipe + "'");
    }
    if (!to.about.recipes.published) {
      fewclip::recipes::data_set_position(recipe.substr(start.size()), "fewclip::recipes");
      return;  // nothing was published per data set
    }
    const fewclip::recipes::recipe published = to.about.recipes.published(recipe.substr(start.size()), shots);
    for (const auto& each : published.settings) to.settings[each.name] = each.value;
    to.published_channels = to.settings.count("channels") != 0;
    axes = published.axes;
    bisects = to.about.recipes.published_bisects;
  }
  if (bisects) {
    to.search = fewclip::selectors::coarse_then_bisect::params{};
  } else if (!axes.empty()) {
    to.search = fewclip::selectors::grid::params{axes};
  }
}

/// A setting that is given is not searched.
void leave_out(fewclip::runtime::search_plan& search, const std::string& name) {
  if (auto* grid = std::get_if<fewclip::selectors::grid::params>(&search)) {
    std::erase_if(grid->axes, [&name](const auto& axis) { return axis.name == name; });
    if (grid->axes.empty()) search = {};
  } else if (auto* steps = std::get_if<fewclip::selectors::coarse_then_bisect::params>(&search)) {
    if (steps->name == name) search = {};
  }
}

void apply_setting(plan& made, const std::string& given, const engine& methods) {
  const auto [method, name, value] = read_setting(given, methods);
  for (planned_method& each : made.methods) {
    if (each.about.name != method) continue;
    each.settings[name] = value;
    if (name == "channels") each.published_channels = false;
    leave_out(each.search, name);
    return;
  }
  throw usage_error("--set " + given + ": expected one of the methods that are compared, got '" + method + "'");
}

/// Whether a setting has validation rows watched. The first stage of tsf_clip watches pairs of its own.
bool is_early_stop(const std::string& method, std::string_view name) {
  if (method == "tsf_clip" && name.starts_with("first.")) return false;
  const std::string_view last = name.substr(name.rfind('.') + 1);
  return last == "patience" || last == "check_every_steps" || last == "minimal_improvement";
}

/// Why a method that compares images with other texts is not run on the classes alone.
constexpr const char* without_anchors =
    "it needs anchor_features, texts other than the classes, and the file has none: with the classes it is zero_shot";

/// Early stops need rows to watch; only validation rows are given to a fit.
void require_watched_rows(const plan& made) {
  if (made.mode == selection_mode::validation) return;
  for (const planned_method& each : made.methods) {
    for (const auto& [name, value] : each.settings) {
      if (value == 0 || !is_early_stop(each.about.name, name)) continue;
      if (made.mode == selection_mode::oracle && each.search.index() != 0) continue;
      throw usage_error("--set " + each.about.name + "." + name +
                        ": expected --selection few-val or full-val, whose validation rows are watched, got none");
    }
  }
}

/// Which methods have published settings, and which have not.
void say_recipes(plan& made) {
  const auto known = [](const planned_method& each) { return static_cast<bool>(each.about.recipes.published); };
  if (std::any_of(made.methods.begin(), made.methods.end(), known)) {
    made.protocol += "; settings and searches as published for " + made.data_set;
  }
  for (const planned_method& each : made.methods) {
    if (!known(each)) made.protocol += "; no published settings of " + each.about.name + " here: defaults or given settings";
  }
}

/// Published numbers of channels become the same share of the width; numbers of the command line must fit.
void fit_channels(plan& made, const std::string& where, index dim) {
  for (planned_method& each : made.methods) {
    const auto channels = each.settings.find("channels");
    if (channels == each.settings.end() || channels->second <= 1) continue;
    if (each.published_channels && static_cast<double>(dim) != fewclip::recipes::published_channels_of) {
      const double count = channels->second;
      channels->second = count / fewclip::recipes::published_channels_of;
      made.protocol += "; " + each.about.name + ": " + std::to_string(static_cast<index>(count)) +
                       " of 1024 channels were published, the same share is used";
    } else if (std::floor(channels->second) > static_cast<double>(dim)) {
      throw fewclip::value_error(fewclip::expected_got(where + ": " + each.about.name, "channels",
                                                       "at most " + std::to_string(dim) + " (the features' width)",
                                                       std::to_string(static_cast<index>(channels->second))));
    }
  }
}

}  // namespace

plan make_plan(const compare_options& options, const engine& methods) {
  const std::vector<method_description> all = methods.methods();
  plan made;
  choose_methods(made, options, all);
  choose_protocol(made, options.selection);
  require_distinct(options.shots, "--shots");
  require_distinct(options.seeds, "--seeds");
  for (const auto shots : options.shots) {
    if (shots < 1) throw usage_error("--shots: expected numbers of at least 1, got " + std::to_string(shots));
  }
  made.shots.assign(options.shots.begin(), options.shots.end());
  for (const auto seed : options.seeds) {
    if (seed < 0 || seed > 9'000'000'000'000'000) {
      throw usage_error("--seeds: expected numbers from 0 to 9000000000000000, got " + std::to_string(seed));
    }
  }
  made.seeds.assign(options.seeds.begin(), options.seeds.end());
  try {
    const index shots = *std::max_element(made.shots.begin(), made.shots.end());
    for (planned_method& each : made.methods) apply_recipe(each, options.recipe, shots);
  } catch (const fewclip::value_error& problem) {
    throw usage_error(std::string("--recipe: ") + problem.what());
  }
  for (const std::string& given : options.settings) apply_setting(made, given, methods);
  require_watched_rows(made);
  if (options.recipe != "clean") {
    made.published = true;
    made.data_set = options.recipe.substr(10);
  }
  return made;
}

bool watches_validation(const planned_method& method) {
  return std::any_of(method.settings.begin(), method.settings.end(),
                     [&method](const auto& each) { return each.second > 0 && is_early_stop(method.about.name, each.first); });
}

void fit_to_width(plan& made, const std::string& where, index dim) {
  if (made.published) say_recipes(made);
  fit_channels(made, where, dim);
  for (const planned_method& each : made.methods) {
    const std::string& difference = each.about.recipes.published_difference;
    if (made.published && !difference.empty()) made.protocol += "; " + each.about.name + ": " + difference;
  }
}

void fit_to_file(plan& made, const compare_options& options, const feature_table& table) {
  if (options.shots_given) require_shots(table, made.shots);
  const std::vector<index> found = available_shots(table, made.shots);
  if (found.empty()) require_shots(table, made.shots);
  made.shots = found;
  if (made.mode == selection_mode::validation && table.validation.rows() == 0) {
    throw fewclip::io_error(
        fewclip::expected_got(table.path, "tensor `val_features`", "rows for --selection " + options.selection, "none"));
  }
  std::vector<planned_method> kept;
  for (planned_method& each : made.methods) {
    if (each.about.needs_clip) {
      made.skipped.push_back({each.about.name, "it needs more of a CLIP than features: see fewclip fit", true});
    } else if (each.about.needs.text && table.text.rows.empty()) {
      made.skipped.push_back({each.about.name, "it needs text_features, one row per class, and the file has none", false});
    } else if (each.about.needs.anchors && table.text.anchors.empty()) {
      made.skipped.push_back({each.about.name, without_anchors, true});
    } else {
      kept.push_back(std::move(each));
    }
  }
  made.methods = std::move(kept);
  fit_to_width(made, table.path, table.dim);
  if (made.methods.empty()) {
    if (made.skipped.front().reason == without_anchors) {
      throw fewclip::io_error(fewclip::expected_got(table.path, "tensor `anchor_features`",
                                                    "rows of texts other than the classes, which " + made.skipped.front().name + " needs",
                                                    "none"));
    }
    const auto textless = std::find_if(made.skipped.begin(), made.skipped.end(), [](const auto& each) { return !each.needs_clip; });
    if (textless == made.skipped.end()) {
      throw usage_error("--methods: expected at least one that needs features only, got '" + made.skipped.front().name +
                        "', which fewclip fit offers");
    }
    throw fewclip::io_error(
        fewclip::expected_got(table.path, "tensor `text_features`", "one row per class, which all chosen methods need", "none"));
  }
}

}  // namespace program
