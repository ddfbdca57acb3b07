#include "remarks.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fewclip/io/comparable_name.hpp>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "features.hpp"
#include "notes.hpp"

namespace program {
namespace {

using fewclip::label;
using fewclip::data::image_item;
using fewclip::data::image_list;

/// "a, b, c and 7 more"
std::string first_few(const std::vector<std::string>& texts) {
  constexpr std::size_t shown = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(texts.size(), shown); ++i) out += (i == 0 ? "" : ", ") + texts[i];
  return texts.size() <= shown ? out : out + " and " + std::to_string(texts.size() - shown) + " more";
}

/// "2 of 10 classes: `owl`, `fox`"
std::string counted(const std::vector<std::string>& classes, std::size_t all) {
  return std::to_string(classes.size()) + " of " + std::to_string(all) + " classes: " + first_few(classes);
}

std::vector<std::string> names_of(const image_list& list, const std::vector<label>& classes) {
  std::vector<std::string> out;
  for (const label each : classes) out.push_back("`" + list.class_ids[static_cast<std::size_t>(each)] + "`");
  return out;
}

std::string name_of_class(const feature_table& table, std::size_t c) {
  return c < table.text.class_names.size() ? "`" + table.text.class_names[c] + "`" : std::to_string(c);
}

std::vector<std::size_t> counts_of(const feature_table& table, const row_table& rows) {
  std::vector<std::size_t> out(static_cast<std::size_t>(table.classes), 0);
  for (const label each : rows.labels) ++out[static_cast<std::size_t>(each)];
  return out;
}

/// Classes without a row. Texts alone can still answer them; what learns from rows cannot.
void add_missing(std::vector<std::string>& out, const feature_table& table, const row_table& rows, const std::string& name) {
  if (rows.rows() == 0) return;
  const std::vector<std::size_t> counts = counts_of(table, rows);
  std::vector<std::string> missing;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] == 0) missing.push_back(name_of_class(table, c));
  }
  if (!missing.empty()) out.push_back(name + " has no row of " + counted(missing, counts.size()));
}

/// Classes with some rows, but fewer than are drawn.
void add_short(std::vector<std::string>& out, const feature_table& table, const row_table& rows, const std::string& name, index drawn) {
  const std::vector<std::size_t> counts = counts_of(table, rows);
  std::vector<std::string> few;
  for (std::size_t c = 0; c < counts.size(); ++c) {
    if (counts[c] > 0 && counts[c] < static_cast<std::size_t>(drawn)) {
      few.push_back(name_of_class(table, c) + " (" + std::to_string(counts[c]) + ")");
    }
  }
  if (few.empty()) return;
  out.push_back(name + " has fewer than " + std::to_string(drawn) + " rows of " + counted(few, counts.size()) + "; all are used");
}

void add_equal_names(std::vector<std::string>& out, const feature_table& table) {
  std::map<std::string, std::size_t> seen;
  for (std::size_t c = 0; c < table.text.class_names.size(); ++c) {
    const auto [before, is_new] = seen.emplace(fewclip::io::comparable_name(table.text.class_names[c]), c);
    if (is_new) continue;
    out.push_back("class " + std::to_string(before->second) + ", " + name_of_class(table, before->second) + ", and class " +
                  std::to_string(c) + ", " + name_of_class(table, c) + ", differ in no more than case, white space and `_`");
  }
}

/// Two classes with equal text rows, up to the rounding of single precision. Candidates are neighbours in the order of one projection.
std::optional<std::pair<std::size_t, std::size_t>> equal_rows(const std::vector<float>& rows, std::size_t classes) {
  constexpr double rounding = 1e-6;
  const std::size_t width = classes == 0 ? 0 : rows.size() / classes;
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t c = 0; c < classes && width > 0; ++c) {
    double sum = 0;
    for (std::size_t d = 0; d < width; ++d) sum += std::cos(static_cast<double>(d)) * static_cast<double>(rows[c * width + d]);
    order.emplace_back(sum, c);
  }
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t k = i + 1; k < order.size() && order[k].first - order[i].first <= rounding * static_cast<double>(width); ++k) {
      const float* const a = rows.data() + order[i].second * width;
      const float* const b = rows.data() + order[k].second * width;
      const auto is_near = [](float x, float y) { return std::abs(static_cast<double>(x) - static_cast<double>(y)) <= rounding; };
      if (std::equal(a, a + width, b, is_near)) return std::minmax(order[i].second, order[k].second);
    }
  }
  return std::nullopt;
}

std::string listed(const std::vector<index>& numbers) {
  std::string out;
  for (const index each : numbers) out += (out.empty() ? "" : ", ") + std::to_string(each);
  return out;
}

/// About a training of `method` whose tolerance was not met.
std::string not_converged(const std::string& method, const fewclip::training_report& training) {
  if (!training.stalled) {
    return "did not converge within " + std::to_string(training.steps) + " iterations (--set " + method + ".max_iterations=N gives more)";
  }
  char gradient[32];
  std::snprintf(gradient, sizeof gradient, "%.2g", training.largest_gradient);
  return std::string(
             "ended before the tolerance was met, where no step made the loss smaller in the precision of the numbers (largest entry of "
             "the ") +
         "gradient " + gradient + ")";
}

/// The runs of one method for which something holds.
struct some_runs {
  std::vector<const finished_run*> found;
  std::size_t all = 0;
  std::set<index> shots;
  bool none() const { return found.empty(); }

  /// "linear_probe (4, 8 shots): 3 of 9 trainings "
  std::string about(const char* what) const {
    return found.front()->method + " (" + listed({shots.begin(), shots.end()}) + (shots == std::set<index>{1} ? " shot" : " shots") +
           "): " + std::to_string(found.size()) + " of " + std::to_string(all) + " " + what + " ";
  }
};

some_runs runs_where(const std::vector<finished_run>& runs, const std::string& method,
                     const std::function<bool(const finished_run&)>& holds) {
  some_runs out;
  for (const finished_run& each : runs) {
    if (each.method != method) continue;
    ++out.all;
    if (!holds(each)) continue;
    out.found.push_back(&each);
    out.shots.insert(each.shots);
  }
  return out;
}

}  // namespace

void say_other_files(const image_list& list) {
  std::size_t count = 0;
  for (const auto& [ending, files] : list.other_files) count += files;
  if (count == 0) return;
  note(list.root + ": " + std::to_string(count) + (count == 1 ? " file was" : " files were") +
       " not read: " + fewclip::data::counted_by_ending(list.other_files));
}

void say_unused_keys(const std::string& path, const std::vector<std::string>& keys) {
  if (keys.empty()) return;
  std::vector<std::string> names;
  for (const std::string& each : keys) names.push_back("`" + each + "`");
  note(path + ": " + std::to_string(keys.size()) + (keys.size() == 1 ? " key that no class has is" : " keys that no class has are") +
       " not used: " + first_few(names));
}

void say_missing_classes(const image_list& list) {
  for (const auto& [name, items] : fewclip::data::lists_of(list)) {
    const std::vector<label> missing = items->empty() ? std::vector<label>() : fewclip::data::classes_without(list, *items);
    if (!missing.empty()) {
      note(list.source + ": " + std::string(name) + " has no image of " + counted(names_of(list, missing), list.class_ids.size()));
    }
  }
}

void say_unreadable_classes(const image_list& list, const std::string& split, const std::vector<image_item>& items,
                            const std::vector<std::int64_t>& readable) {
  std::set<label> lost;
  for (const image_item& each : items) lost.insert(each.label);
  for (const std::int64_t each : readable) lost.erase(static_cast<label>(each));
  if (lost.empty()) return;
  const std::vector<label> classes(lost.begin(), lost.end());
  note(list.source + ": " + split + " has no image that can be read of " + counted(names_of(list, classes), list.class_ids.size()));
}

void require_different_texts(const std::vector<float>& rows, const std::vector<std::string>& names, const std::string& where) {
  const auto equal = equal_rows(rows, names.size());
  if (!equal) return;
  throw fewclip::value_error(
      fewclip::expected_got(where, "class names", "texts that the CLIP tells apart",
                            "`" + names[equal->first] + "` and `" + names[equal->second] + "`, whose text rows are equal"));
}

std::vector<std::string> remarks_on_features(const feature_table& table, const plan& made, const compare_options& options) {
  std::vector<std::string> out;
  if (!table.normalised.empty()) {
    std::string names;
    for (const std::string& each : table.normalised) names += (names.empty() ? "" : ", ") + each;
    out.push_back(table.path + ": rows that were not of length 1 have been normalised: " + names);
  }
  if (made.shots.size() < options.shots.size()) {
    out.push_back(table.path + " has no support for the other numbers of shots, so only " + listed(made.shots) + " are run");
  }
  add_equal_names(out, table);
  if (const auto equal = equal_rows(table.text.rows, static_cast<std::size_t>(table.classes))) {
    out.push_back("the text rows of class " + name_of_class(table, equal->first) + " and class " + name_of_class(table, equal->second) +
                  " are equal, so texts cannot tell them apart");
  }
  std::set<std::string> sources;
  for (const index shots : made.shots) {
    const std::string source = support_source(table, shots);
    const row_table& rows = source == "train" ? table.train : table.train_by_shots.at(shots);
    if (!sources.insert(source).second) continue;
    const std::size_t before = out.size();
    add_missing(out, table, rows, source);
    if (out.size() > before) out.back() += "; what learns from rows alone never answers them";
  }
  if (made.mode == fewclip::runtime::selection_mode::validation) add_missing(out, table, table.validation, "val");
  add_missing(out, table, table.test, "test");
  std::set<index> validation_rows;
  for (const index shots : made.shots) {
    const std::string source = support_source(table, shots);
    add_short(out, table, source == "train" ? table.train : table.train_by_shots.at(shots), source, shots);
    if (made.few_validation) validation_rows.insert(std::min<index>(shots, 4));
  }
  for (const index drawn : validation_rows) add_short(out, table, table.validation, "val", drawn);
  return out;
}

std::vector<std::string> remarks_on_runs(const plan& made, const std::vector<finished_run>& runs) {
  std::vector<std::string> out;
  for (const planned_method& method : made.methods) {
    const std::string& name = method.about.name;
    const some_runs cut = runs_where(runs, name, [](const auto& run) { return is_unconverged(run.result.training); });
    if (!cut.none()) out.push_back("* " + cut.about("trainings") + not_converged(name, cut.found.front()->result.training));
    const some_runs early = runs_where(runs, name, [](const auto& run) { return run.result.training.stopped_early; });
    if (!early.none()) out.push_back(early.about("trainings") + "stopped early, as their settings ask for");
    const some_runs lost = runs_where(runs, name, [](const auto& run) { return !std::isfinite(run.result.training.final_loss); });
    if (!lost.none()) out.push_back(lost.about("trainings") + "ended with a loss that is no finite number");
    const some_runs alike = runs_where(runs, name, [](const auto& run) { return found_all_alike(run.result.search); });
    if (!alike.none()) out.push_back(alike.about("searches") + "found all candidates equally good, so the first of them was taken");
  }
  return out;
}

std::vector<std::string> notes_of_searches(const plan& made, const std::vector<finished_run>& runs) {
  std::vector<std::string> out;
  for (const planned_method& method : made.methods) {
    std::set<std::string> seen;
    for (const finished_run& each : runs) {
      const std::string& said = each.result.search.note;
      if (each.method == method.about.name && !said.empty() && seen.insert(said).second) out.push_back(each.method + ": " + said);
    }
  }
  return out;
}

void say_training(const std::string& method, const fitted& from) {
  const fewclip::training_report& training = from.training();
  const fewclip::search_record& search = from.search();
  if (is_unconverged(training)) note(method + " " + not_converged(method, training));
  if (training.stopped_early) {
    note(method + " stopped early, after " + std::to_string(training.steps) + " steps, as its settings ask for");
  }
  if (!std::isfinite(training.final_loss)) note(method + " ended with a loss that is no finite number");
  if (found_all_alike(search)) {
    note(method + ": all " + std::to_string(search.candidates) + " candidates were equally good on the " + std::to_string(search.rows) +
         " validation images, so the first of them was taken");
  }
}

std::string choice_of(const planned_method& method, const fitted& from) {
  const fewclip::search_record& search = from.search();
  if (search.candidates == 0) return "";
  std::set<std::string, std::less<>> searched;
  if (const auto* grid = std::get_if<fewclip::selectors::grid::params>(&method.search)) {
    for (const auto& axis : grid->axes) searched.insert(axis.name);
  } else if (const auto* steps = std::get_if<fewclip::selectors::coarse_then_bisect::params>(&method.search)) {
    searched.insert(steps->name);
  }
  std::string out = "chosen among " + std::to_string(search.candidates) + " candidates, with " + std::to_string(search.best_hits) + " of " +
                    std::to_string(search.rows) + " validation images right:";
  for (const fewclip::setting_value& each : from.settings()) {
    if (searched.count(each.about.name) == 0) continue;
    char value[32];
    std::snprintf(value, sizeof value, "%g", each.value);
    out += " " + std::string(each.about.name) + "=" + value;
  }
  return out + "\n";
}

}  // namespace program
