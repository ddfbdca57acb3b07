#include <algorithm>
#include <cstdio>
#include <fewclip/core/parallel.hpp>
#include <fewclip/io/atomic_file.hpp>
#include <fewclip/io/safetensors_stream.hpp>
#include <optional>

#include "features.hpp"
#include "file_uses.hpp"
#include "notes.hpp"
#include "progress_line.hpp"
#include "remarks.hpp"
#include "report.hpp"

namespace program {
namespace {

/// Outputs go to paths of their own that can be written to; known before the work starts.
void check_outputs(const compare_options& options) {
  file_uses files;
  files.reads("--features", options.features);
  files.writes("--json", options.json);
  files.writes("--logits", options.logits);
  files.check();
  for (const std::string& path : {options.json, options.logits}) {
    if (!path.empty()) const fewclip::io::atomic_file writable(path);  // goes away again
  }
}

void say(const plan& made, const compare_options& options, const feature_table& table, const std::vector<std::string>& remarks) {
  for (const std::string& each : table.notes) note(table.path + ": " + each);
  for (const std::string& each : remarks) note(each);
  for (const skipped_method& each : made.skipped) {
    const bool named = std::find(options.methods.begin(), options.methods.end(), each.name) != options.methods.end();
    if (each.needs_clip && !named) continue;  // the table says so
    note(each.name + " is skipped: " + each.reason);
  }
  if (made.mode == fewclip::runtime::selection_mode::oracle) {
    note("hyper-parameters are chosen on the TEST LABELS; the accuracies are no fair result");
  }
}

/// The rows that all methods share for one number of shots and one seed.
struct drawn_rows {
  index shots = 0;
  std::uint64_t seed = 0;
  row_table support;
  row_table few_validation;
};

finished_run run_one(const engine& methods, const plan& made, const planned_method& method, const feature_table& table,
                     const drawn_rows& rows, const fewclip::progress_observer& observer) {
  task given;
  given.method = method.about.name;
  given.classes = table.classes;
  given.width = table.dim;
  given.text = &table.text;
  given.support = &rows.support;
  given.test = &table.test;
  if (made.mode == fewclip::runtime::selection_mode::validation) {
    given.validation = made.few_validation ? &rows.few_validation : &table.validation;
  }
  given.scale = table.scale;
  given.settings = method.settings;
  for (const fewclip::setting_value& each : method.about.settings) {
    if (is_seed(each)) given.settings.try_emplace(std::string(each.about.name), static_cast<double>(rows.seed));
  }
  given.selection = made.mode;
  given.search = method.search;
  given.as_published = made.published;
  finished_run out{given.method,
                   rows.shots,
                   rows.seed,
                   support_source(table, rows.shots),
                   rows.support.rows(),
                   short_classes(table, rows.support, rows.shots),
                   short_classes(table, rows.support, 1),
                   given.validation != nullptr ? given.validation->rows() : 0,
                   {}};
  try {
    out.result = methods.run(given, observer);
  } catch (const fewclip::error& problem) {
    throw fewclip::error(table.path + ": " + given.method + ", " + std::to_string(rows.shots) + " shots, seed " +
                         std::to_string(rows.seed) + ": " + problem.what());
  }
  return out;
}

std::string name_of_logits(const planned_method& method, index shots, std::uint64_t seed) {
  return method.about.name + "." + std::to_string(shots) + "." + std::to_string(seed);
}

/// The file of logits, with a place for those of every run.
void plan_logits(std::optional<fewclip::io::safetensors_stream>& logits, const plan& made, const std::string& path,
                 const feature_table& table) {
  if (path.empty()) return;
  fewclip::io::safetensors_writer places;
  for (const planned_method& method : made.methods) {
    for (const index shots : made.shots) {
      for (const std::uint64_t seed : made.seeds) {
        places.declare(name_of_logits(method, shots, seed), fewclip::io::dtype::f32,
                       {static_cast<std::size_t>(table.test.rows()), static_cast<std::size_t>(table.classes)});
      }
    }
  }
  places.metadata("program", "fewclip " + version_text());
  places.metadata("selection", made.protocol);
  logits.emplace(path, places);
}

void run_all(comparison& all, const engine& methods, std::optional<fewclip::io::safetensors_stream>& logits) {
  const plan& made = all.made;
  progress_line line;
  const std::size_t total = made.methods.size() * made.shots.size() * made.seeds.size();
  for (const index shots : made.shots) {
    for (const std::uint64_t seed : made.seeds) {
      drawn_rows rows{shots, seed, support_rows(all.table, shots, seed), {}};
      if (made.few_validation) rows.few_validation = few_validation_rows(all.table, shots, seed);
      for (const planned_method& method : made.methods) {
        line.task(std::to_string(all.runs.size() + 1) + "/" + std::to_string(total) + " " + method.about.name + ", " +
                  std::to_string(shots) + " shots, seed " + std::to_string(seed));
        finished_run run = run_one(methods, made, method, all.table, rows, line.observer());
        if (logits) {
          logits->write(name_of_logits(method, shots, seed), run.result.logits);
        }
        run.result.logits = {};
        all.runs.push_back(std::move(run));
      }
    }
  }
}

}  // namespace

void compare(const compare_options& options) {
  const std::unique_ptr<engine> methods = make_engine(options.products);
  plan made = make_plan(options, *methods);
  check_outputs(options);
  if (options.threads > 0) fewclip::set_threads(options.threads);
  const feature_table table = load_features(options.features);
  fit_to_file(made, options, table);
  std::vector<std::string> remarks = remarks_on_features(table, made, options);
  say(made, options, table, remarks);

  std::optional<fewclip::io::safetensors_stream> logits;
  plan_logits(logits, made, options.logits, table);
  comparison all{options, made, table, methods->backend(), fewclip::threads(), {}, std::move(remarks)};
  run_all(all, *methods, logits);
  for (const std::string& each : remarks_on_runs(made, all.runs)) {
    note(each);
    all.remarks.push_back(each);
  }
  for (const std::string& each : notes_of_searches(made, all.runs)) all.remarks.push_back(each);

  if (logits) logits->commit();
  if (!options.json.empty()) {
    fewclip::io::write_file(options.json, to_json(all).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
  std::fputs(printable_lines(table_text(all)).c_str(), stdout);
}

}  // namespace program
