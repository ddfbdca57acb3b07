#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fewclip/version.hpp>
#include <functional>

#include "notes.hpp"

namespace program {
namespace {

using json = nlohmann::ordered_json;

/// Mean and deviation over seeds.
struct spread {
  double mean = 0;
  double deviation = 0;  // of a sample, divided by n - 1; 0 for one value
};

using figure = std::function<double(const finished_run&)>;

spread spread_of(const std::vector<const finished_run*>& runs, const figure& value) {
  const auto count = static_cast<double>(runs.size());
  spread out;
  for (const finished_run* each : runs) out.mean += value(*each) / count;
  for (const finished_run* each : runs) out.deviation += (value(*each) - out.mean) * (value(*each) - out.mean);
  out.deviation = runs.size() < 2 ? 0 : std::sqrt(out.deviation / (count - 1));
  return out;
}

std::vector<const finished_run*> runs_of(const comparison& all, const std::string& method, index shots) {
  std::vector<const finished_run*> out;
  for (const finished_run& each : all.runs) {
    if (each.method == method && each.shots == shots) out.push_back(&each);
  }
  return out;
}

std::string number(const char* form, double value) {
  char text[64];
  std::snprintf(text, sizeof(text), form, value);
  return text;
}

double accuracy_of(const finished_run& run) { return run.result.accuracy; }
double macro_of(const finished_run& run) { return run.result.macro_accuracy; }
double calibration_of(const finished_run& run) { return run.result.calibration_error; }
double fit_of(const finished_run& run) { return run.result.fit_seconds; }
double predict_of(const finished_run& run) { return run.result.predict_seconds; }

/// `marks`: whether any row of the table has a mark, for which all leave a place.
std::vector<std::string> table_row(const std::string& method, index shots, const std::vector<const finished_run*>& runs, bool marks) {
  const spread accuracy = spread_of(runs, accuracy_of);
  std::string text = number("%.2f", 100 * accuracy.mean);
  if (runs.size() > 1) text += " ± " + number("%.2f", 100 * accuracy.deviation);
  if (marks)
    text += std::any_of(runs.begin(), runs.end(), [](const auto* run) { return is_unconverged(run->result.training); }) ? "*" : " ";
  return {method,
          std::to_string(shots),
          text,
          number("%.2f", 100 * spread_of(runs, macro_of).mean),
          number("%.2f", 100 * spread_of(runs, calibration_of).mean),
          std::to_string(runs.front()->result.training.trained_parameters),
          number("%.4f", spread_of(runs, fit_of).mean),
          number("%.4f", spread_of(runs, predict_of).mean)};
}

/// Characters, not bytes.
std::size_t width_of(const std::string& text) {
  std::size_t out = 0;
  for (const char c : text) out += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return out;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string gap(widths[c] - width_of(row[c]), ' ');
      out += c == 0 ? row[c] + gap : "  " + gap + row[c];
    }
    out += '\n';
  }
  return out;
}

json settings_json(const std::vector<fewclip::setting_value>& settings) {
  json out = json::object();
  for (const fewclip::setting_value& each : settings) {
    if (each.whole) {
      out[std::string(each.about.name)] = static_cast<std::int64_t>(each.value);
    } else {
      out[std::string(each.about.name)] = each.value;
    }
  }
  return out;
}

json run_json(const finished_run& run) {
  const outcome& found = run.result;
  const fewclip::training_report& training = found.training;
  return {{"method", run.method},
          {"shots", run.shots},
          {"seed", run.seed},
          {"support",
           {{"tensor", run.source + "_features"},
            {"rows", run.support_rows},
            {"classes_with_fewer_rows", run.short_classes},
            {"classes_without_rows", run.empty_classes}}},
          {"validation_rows", run.validation_rows},
          {"hits", found.hits},
          {"accuracy", found.accuracy},
          {"macro_accuracy", found.macro_accuracy},
          {"expected_calibration_error", found.calibration_error},
          {"mean_cross_entropy", found.cross_entropy},
          {"trained_parameters", training.trained_parameters},
          {"fit_seconds", found.fit_seconds},
          {"predict_seconds", found.predict_seconds},
          {"protocol", found.protocol},
          {"settings", settings_json(found.settings)},
          {"search",
           {{"candidates", found.search.candidates},
            {"fits", found.search.fits},
            {"best_hits", found.search.best_hits},
            {"rows", found.search.rows},
            {"ties", found.search.ties},
            {"note", found.search.note}}},
          {"training",
           {{"steps", training.steps},
            {"epochs", training.epochs},
            {"first_loss", training.first_loss},
            {"final_loss", training.final_loss},
            {"converged", training.converged},
            {"stalled", training.stalled},
            {"largest_gradient", training.largest_gradient},
            {"stopped_early", training.stopped_early}}}};
}

json summary_json(const comparison& all) {
  json out = json::array();
  for (const planned_method& method : all.made.methods) {
    for (const index shots : all.made.shots) {
      const auto runs = runs_of(all, method.about.name, shots);
      const spread accuracy = spread_of(runs, accuracy_of);
      out.push_back({{"method", method.about.name},
                     {"shots", shots},
                     {"seeds", runs.size()},
                     {"accuracy_mean", accuracy.mean},
                     {"accuracy_deviation", accuracy.deviation},
                     {"macro_accuracy_mean", spread_of(runs, macro_of).mean},
                     {"expected_calibration_error_mean", spread_of(runs, calibration_of).mean},
                     {"trained_parameters", runs.front()->result.training.trained_parameters},
                     {"fit_seconds_mean", spread_of(runs, fit_of).mean},
                     {"predict_seconds_mean", spread_of(runs, predict_of).mean}});
    }
  }
  return out;
}

/// The labels that train, val and test have no row of; of train{K} as well.
json missing_json(const feature_table& table) {
  json out = json::object();
  const auto add = [&](const std::string& name, const row_table& rows) {
    if (rows.rows() == 0) return;
    const std::vector<index> counts = fewclip::class_labels(rows.labels, table.classes).counts();
    out[name] = json::array();
    for (std::size_t c = 0; c < counts.size(); ++c) {
      if (counts[c] == 0) out[name].push_back(c);
    }
  };
  for (const auto& [shots, rows] : table.train_by_shots) add("train" + std::to_string(shots), rows);
  add("train", table.train);
  add("val", table.validation);
  add("test", table.test);
  return out;
}

}  // namespace

std::string version_text() {
  return std::to_string(fewclip::version_major) + "." + std::to_string(fewclip::version_minor) + "." +
         std::to_string(fewclip::version_patch);
}

std::string table_text(const comparison& all) {
  std::string out = printable(all.table.path) + ": " + std::to_string(all.table.classes) + " classes, " + std::to_string(all.table.dim) +
                    " channels, " + std::to_string(all.table.test.rows()) + " test rows; " + all.backend + ", " +
                    std::to_string(all.threads) + (all.threads == 1 ? " thread\n" : " threads\n");
  out += "Selection " + all.made.protocol + ".\n";
  out += "Means over " + std::to_string(all.made.seeds.size()) +
         (all.made.seeds.size() == 1 ? " seed.\n\n" : " seeds, ± the standard deviation.\n\n");
  std::vector<std::vector<std::string>> rows{
      {"method", "shots", "accuracy %", "macro acc. %", "ECE %", "trained parameters", "fit s", "predict s"}};
  const bool marks = std::any_of(all.runs.begin(), all.runs.end(), [](const auto& run) { return is_unconverged(run.result.training); });
  for (const planned_method& method : all.made.methods) {
    for (const index shots : all.made.shots) {
      rows.push_back(table_row(method.about.name, shots, runs_of(all, method.about.name, shots), marks));
    }
  }
  out += aligned(rows);
  for (const skipped_method& each : all.made.skipped) out += "skipped " + each.name + ": " + printable(each.reason) + "\n";
  for (const std::string& each : all.remarks) out += printable(each) + "\n";
  return out;
}

json to_json(const comparison& all) {
  json skipped = json::array();
  for (const skipped_method& each : all.made.skipped) skipped.push_back({{"method", each.name}, {"reason", each.reason}});
  json methods = json::array();
  for (const planned_method& each : all.made.methods) {
    methods.push_back({{"name", each.about.name}, {"citation", each.about.citation}, {"given_settings", each.settings}});
  }
  json runs = json::array();
  for (const finished_run& each : all.runs) runs.push_back(run_json(each));
  return {{"program", "fewclip"},
          {"version", version_text()},
          {"file", all.table.path},
          {"classes", all.table.classes},
          {"dim", all.table.dim},
          {"test_rows", all.table.test.rows()},
          {"has_text", !all.table.text.rows.empty()},
          {"normalised_tensors", all.table.normalised},
          {"products", all.options.products},
          {"backend", all.backend},
          {"threads", all.threads},
          {"selection",
           {{"name", all.options.selection},
            {"recipe", all.options.recipe},
            {"protocol", all.made.protocol},
            {"uses_test_labels", all.made.mode == fewclip::runtime::selection_mode::oracle}}},
          {"shots", all.made.shots},
          {"seeds", all.made.seeds},
          {"methods", methods},
          {"skipped", skipped},
          {"classes_without_rows", missing_json(all.table)},
          {"remarks", all.remarks},
          {"summary", summary_json(all)},
          {"runs", runs}};
}

json to_json(const fewclip::runtime::method_description& about) {
  json parts = json::object();
  for (const auto& each : about.parts) parts[each.axis] = each.part;
  json settings = json::array();
  for (const fewclip::setting_value& each : about.settings) {
    json entry{{"name", about.name + "." + std::string(each.about.name)},
               {"default", each.value},
               {"whole", each.whole},
               {"lowest", each.about.lowest},
               {"highest", each.about.highest},
               {"takes_effect", each.about.takes_effect == fewclip::effect::fit ? "fit" : "prediction"},
               {"over_scale", each.about.over_scale},
               {"meaning", each.about.meaning},
               {"origin", each.about.origin}};
    if (std::isinf(each.about.lowest)) entry["lowest"] = nullptr;
    if (std::isinf(each.about.highest)) entry["highest"] = nullptr;
    settings.push_back(std::move(entry));
  }
  json searched = json::array();
  for (const auto& axis : about.recipes.clean_grid) searched.push_back({{"name", axis.name}, {"values", axis.values}});
  return {{"name", about.name},
          {"citation", about.citation},
          {"parts", parts},
          {"needs_text", about.needs.text},
          {"needs_support", about.needs.support || about.trains},
          {"needs_clip", about.needs_clip},
          {"rows", name_of(about.rows)},
          {"trains", about.trains},
          {"settings", settings},
          {"clean_grid", searched}};
}

}  // namespace program
