#include <algorithm>
#include <cmath>
#include <numeric>

#include "report_parts.hpp"

namespace program::page {
namespace {

constexpr std::string_view zero_shot = "zero_shot";

const method_results* method_called(const task_results& task, const std::string& name) {
  const auto found = std::find_if(task.methods.begin(), task.methods.end(), [&](const auto& each) { return each.name == name; });
  return found == task.methods.end() ? nullptr : &*found;
}

/// The mean of one score; not measured where one of them is not.
score mean_score(const std::vector<const method_results*>& methods, std::size_t shot) {
  double accuracy = 0;
  double squares = 0;
  double time = 0;
  score out;
  for (const method_results* each : methods) {
    const score& one = score_at(*each, shot);
    accuracy += one.accuracy;
    squares += one.deviation * one.deviation;
    time += one.fit_seconds;
    out.trained_parameters = std::max(out.trained_parameters, one.trained_parameters);
  }
  const auto count = static_cast<double>(methods.size());
  out.accuracy = accuracy / count;
  out.deviation = std::sqrt(squares / count);
  out.fit_seconds = time / count;
  return out;
}

/// [shots]: the highest accuracy of all methods.
std::vector<double> best_accuracies(const task_results& task, std::size_t shots) {
  std::vector<double> out(shots, -1.0);
  for (const method_results& method : task.methods) {
    for (std::size_t i = 0; i < shots; ++i) out[i] = std::fmax(out[i], score_at(method, i).accuracy);
  }
  return out;
}

std::string score_cell(const score& of, bool is_best) {
  std::string value = percent(of.accuracy);
  if (std::isfinite(of.accuracy) && std::isfinite(of.deviation)) value += " <small>± " + percent(of.deviation) + "</small>";
  if (is_best) return "<td class=\"best\"><b>" + value + "</b><span class=\"hidden\"> (best)</span></td>";
  return "<td>" + value + "</td>";
}

std::string method_row(const method_results& method, const std::vector<double>& best) {
  const std::size_t shots = best.size();
  std::string out = "<tr><th scope=\"row\">" + escaped(method.name) + "</th>";
  for (std::size_t i = 0; i < shots; ++i) out += score_cell(score_at(method, i), score_at(method, i).accuracy == best[i]);
  const score& last = score_at(method, shots - 1);
  return out + "<td class=\"apart\">" + seconds(last.fit_seconds) + "</td><td>" + grouped(last.trained_parameters) + "</td></tr>\n";
}

std::string results_table(const task_results& task, const content& all) {
  const std::vector<double> best = best_accuracies(task, all.shots.size());
  const std::string last = std::to_string(all.shots.back());
  std::string out = "<table class=\"results\"><thead><tr><th scope=\"col\" rowspan=\"2\">Method</th><th scope=\"colgroup\" colspan=\"" +
                    std::to_string(all.shots.size()) +
                    "\">Accuracy in % by shots per class</th><th scope=\"col\" rowspan=\"2\" class=\"apart\">Seconds<br>per fit, " + last +
                    (last == "1" ? " shot" : " shots") + "</th><th scope=\"col\" rowspan=\"2\">Trained<br>parameters</th></tr><tr>";
  for (const std::int64_t each : all.shots) out += "<th scope=\"col\">" + std::to_string(each) + "</th>";
  out += "</tr></thead>\n";
  if (const method_results* first = method_called(task, std::string(zero_shot))) out += "<tbody>" + method_row(*first, best) + "</tbody>";
  const std::size_t columns = all.shots.size() + 3;
  for (const std::string& family : families_of(task)) {
    out += "<tbody>";
    if (!family.empty()) {
      out += "<tr class=\"family\"><th scope=\"rowgroup\" colspan=\"" + std::to_string(columns) + "\"><span>" + escaped(family) +
             "</span></th></tr>\n";
    }
    for (const method_results& method : task.methods) {
      if (method.family == family && method.name != zero_shot) out += method_row(method, best);
    }
    out += "</tbody>";
  }
  return out + "</table>";
}

void check(const content& all) {
  for (const task_results& task : all.tasks) {
    for (const method_results& method : task.methods) {
      if (method.scores.size() != 1) check_length("scores of " + method.name + " on " + task.task, all.shots.size(), method.scores.size());
    }
  }
}

}  // namespace

const score& score_at(const method_results& of, std::size_t shot) { return of.scores.size() == 1 ? of.scores[0] : of.scores[shot]; }

bool uses_no_shots(const method_results& of, std::size_t shots) { return of.scores.size() == 1 && shots > 1; }

task_results mean_over_tasks(const std::vector<task_results>& tasks, std::size_t shots) {
  task_results out;
  out.task = "Mean over tasks";
  for (const method_results& method : tasks.front().methods) {
    std::vector<const method_results*> same;
    for (const task_results& task : tasks) {
      if (const method_results* found = method_called(task, method.name)) same.push_back(found);
    }
    if (same.size() != tasks.size()) continue;
    method_results mean{method.name, method.family, {}};
    const bool once = std::all_of(same.begin(), same.end(), [](const auto* each) { return each->scores.size() == 1; });
    for (std::size_t i = 0; i < (once ? 1 : shots); ++i) mean.scores.push_back(mean_score(same, i));
    out.methods.push_back(std::move(mean));
  }
  return out;
}

std::vector<std::string> families_of(const task_results& of) {
  std::vector<std::string> out;
  for (const method_results& method : of.methods) {
    if (method.name != zero_shot && std::find(out.begin(), out.end(), method.family) == out.end()) out.push_back(method.family);
  }
  return out;
}

std::string scores_table(const task_results& task, const content& all) {
  std::vector<std::string> head{"Method"};
  for (const std::int64_t each : all.shots) head.push_back(std::to_string(each) + (each == 1 ? " shot" : " shots") + " (%)");
  std::vector<std::vector<std::string>> rows;
  for (const method_results& method : task.methods) {
    rows.push_back({escaped(method.name)});
    for (std::size_t i = 0; i < all.shots.size(); ++i) rows.back().push_back(percent_with_deviation(score_at(method, i)));
  }
  return plain_table(head, rows);
}

std::string results_section(const content& all) {
  if (all.tasks.empty() || all.shots.empty()) return "";
  check(all);
  const bool several = all.tasks.size() > 1;
  std::string out =
      "<section id=\"accuracy\">\n<h2>Accuracy</h2>\n<p>Share of test pictures that are named right, mean over the seeds <small>±</small> "
      "standard "
      "deviation between them. The best of each column is bold on a tint. Time and parameters are those of the largest number of shots.";
  if (several)
    out += " In the first table the mean is over the tasks, and the deviation is that within a task (root mean square over the tasks).";
  out += "</p>\n";
  std::vector<task_results> shown = all.tasks;
  if (several) shown.insert(shown.begin(), mean_over_tasks(all.tasks, all.shots.size()));
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const std::string title = several && i == 0 ? shown[i].task : "Task " + shown[i].task;
    out += "<h3>" + escaped(title) + "</h3>\n" + scrolling("Accuracy: " + title, results_table(shown[i], all));
  }
  return out + "</section>\n";
}

}  // namespace program::page
