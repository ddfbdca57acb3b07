#include "demo_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fewclip/images/decode.hpp>

#include "demo_scores.hpp"
#include "report_page.hpp"

namespace program {
namespace {

std::string family_of(const fewclip::runtime::method_description& about) {
  using fewclip::runtime::row_kind;
  if (about.rows == row_kind::pixels) return "towers and cross-modal heads";
  if (about.rows == row_kind::tokens || about.rows == row_kind::spatial) return "pooling and spatial attention";
  if (about.name == "coop" || about.name.starts_with("rtos")) return "prompts and anchors";
  return "features";
}

std::string joined(const std::vector<std::int64_t>& numbers) {
  std::string out;
  for (const auto each : numbers) out += (out.empty() ? "" : ", ") + std::to_string(each);
  return out;
}

/// The best method on the first task at most shots, by its mean.
std::string best_method(const demo_results& results) {
  const std::string& task = results.options.tasks.front();
  std::string out;
  double best = -1;
  for (const auto& about : results.methods) {
    const auto score = score_of(runs_of(results, task, about.name, results.options.shots.back()));
    if (score.accuracy > best) {
      best = score.accuracy;
      out = about.name;
    }
  }
  return out;
}

/// Class and confidence of every test picture of a run.
struct prediction {
  std::size_t truth = 0;
  std::size_t predicted = 0;
  double confidence = 0;
};

std::vector<prediction> predictions(const demo_run& run, picture_task& from) {
  const auto classes = static_cast<std::size_t>(from.classes());
  const auto& labels = from.test(fewclip::runtime::row_kind::features).labels;
  std::vector<prediction> out;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const float* const scores = run.result.logits.data() + i * classes;
    const auto best = static_cast<std::size_t>(std::max_element(scores, scores + classes) - scores);
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += std::exp(static_cast<double>(scores[c]) - static_cast<double>(scores[best]));
    out.push_back({static_cast<std::size_t>(labels[i]), best, 1 / sum});
  }
  return out;
}

page::reliability_curve reliability_of(const demo_run& run, picture_task& from) {
  constexpr std::size_t bins = 15;
  page::reliability_curve out;
  out.method = run.method;
  out.expected_calibration_error = run.result.calibration_error;
  out.bins.resize(bins);
  for (const prediction& each : predictions(run, from)) {
    auto& bin = out.bins[std::min(bins - 1, static_cast<std::size_t>(each.confidence * bins))];
    ++bin.count;
    bin.confidence += each.confidence;
    bin.accuracy += each.truth == each.predicted ? 1 : 0;
  }
  for (auto& bin : out.bins) {
    if (bin.count == 0) continue;
    bin.confidence /= static_cast<double>(bin.count);
    bin.accuracy /= static_cast<double>(bin.count);
  }
  return out;
}

page::confusion_matrix confusion_of(const demo_run& run, picture_task& from) {
  const auto classes = static_cast<std::size_t>(from.classes());
  page::confusion_matrix out;
  out.about = run.method + " on " + run.task + ", " + std::to_string(run.shots) + " shots, seed " + std::to_string(run.seed);
  out.class_names = from.texts().class_names;
  out.counts.resize(classes * classes);
  for (const prediction& each : predictions(run, from)) ++out.counts[each.truth * classes + each.predicted];
  return out;
}

std::vector<page::task_examples> examples_of(const demo_results& results) {
  std::vector<page::task_examples> out;
  for (const auto& task : results.tasks) {
    page::task_examples each;
    each.task = task->plan().name;
    each.description = "Test pictures, one of a class.";
    fewclip::label last = -1;
    for (const auto& item : task->list().test) {
      if (item.label == last || each.pictures.size() == 12) continue;
      last = item.label;
      each.pictures.push_back({fewclip::images::decode_image(fewclip::data::file_of(task->list(), item)),
                               task->texts().class_names[static_cast<std::size_t>(item.label)]});
    }
    out.push_back(std::move(each));
  }
  return out;
}

void add_results(page::content& to, const demo_results& results) {
  for (const std::string& task : results.options.tasks) {
    page::task_results rows{task, {}};
    for (const auto& about : results.methods) {
      page::method_results method{about.name, family_of(about), {}};
      for (const auto shots : results.options.shots) method.scores.push_back(score_of(runs_of(results, task, about.name, shots)));
      rows.methods.push_back(std::move(method));
    }
    to.tasks.push_back(std::move(rows));
  }
}

void add_looks(page::content& to, const demo_results& results) {
  const std::string best = best_method(results);
  const std::string& task = results.options.tasks.front();
  const auto shots = results.options.shots.back();
  for (const std::string& name : {std::string("zero_shot"), std::string("tip_adapter_f"), std::string("safe"), best}) {
    const auto known = [&name](const auto& curve) { return curve.method == name; };
    const auto runs = runs_of(results, task, name, shots);
    if (runs.empty() || std::any_of(to.reliability.begin(), to.reliability.end(), known)) continue;
    to.reliability.push_back(reliability_of(*runs.front(), *results.tasks.front()));
  }
  to.reliability_about = "on " + task + ", " + std::to_string(shots) + " shots, seed " + std::to_string(results.options.seeds.front());
  const auto runs = runs_of(results, task, best, shots);
  if (!runs.empty()) to.confusions.push_back(confusion_of(*runs.front(), *results.tasks.front()));
  for (const looked_at& each : results.attention) {
    to.attention.push_back({fewclip::images::decode_image(each.picture), each.class_name, each.predicted_before, each.predicted_after,
                            each.grid, each.grid, each.before, each.after});
  }
}

}  // namespace

std::string demo_page(const demo_results& results, double seconds) {
  page::content all;
  all.title = "Few-shot adaptation of a built-in CLIP";
  all.summary =
      "Every method of fewclip on pictures of the tangram world, drawn unlike its scenes: each learns from a few labelled pictures per "
      "class "
      "and is measured on others. Hyper-parameters are fixed before: the demo's own were chosen on pictures of the seeds 2, 3 and 4, the "
      "rest "
      "are defaults. No validation picture was used.";
  const auto& options = results.options;
  all.facts = {
      {"Model", results.backbone + ", " + std::to_string(results.parameters) + " parameters, " + options.model},
      {"Classes per task", std::to_string(options.classes)},
      {"Test pictures per class", std::to_string(options.test)},
      {"Seeds", joined(options.seeds)},
      {"Seed of the pictures", std::to_string(options.picture_seed)},
      {"Computed with", results.backend + ", " + std::to_string(results.threads) + (results.threads == 1 ? " thread" : " threads")}};
  char text[128];
  std::snprintf(text, sizeof text, "%.2f; the temperatures of rtos, 1.5 and 2 over the scale, follow it", results.logit_scale);
  all.facts.push_back({"Logit scale of the model", text});
  std::snprintf(text, sizeof text, "%.0f seconds", seconds);
  all.facts.push_back({"Rendering, fitting and measuring took", text});
  for (const std::string& task : options.tasks) {
    const std::string ends = ends_of_safe(results, task);
    if (!ends.empty()) all.facts.push_back({"safe on " + task + ", " + std::to_string(options.shots.back()) + " shots", ends});
  }
  std::string set;
  for (const std::string& each : results.settings) set += (set.empty() ? "" : "; ") + each;
  if (!set.empty()) all.facts.push_back({"Settings other than the defaults", set});
  all.command = options.command;
  all.shots = options.shots;
  add_results(all, results);
  add_looks(all, results);
  all.examples = examples_of(results);
  return page::html(all);
}

}  // namespace program
