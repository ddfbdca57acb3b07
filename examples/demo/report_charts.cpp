#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "report_parts.hpp"

namespace program::page {
namespace {

constexpr std::size_t most_in_a_panel = 8;  // as many colours and markers as there are
constexpr double height = 264;
constexpr double left = 44;
constexpr double top = 10;
constexpr double bottom = height - 44;

/// Accuracies in percent and shots on the plane; the same for all panels of a task.
struct plane {
  double lowest = 0;
  double highest = 100;
  double step = 20;
  double right = 0;
  double width = 0;
  std::vector<double> x;  // [shots]

  double y(double share) const { return bottom - (100.0 * share - lowest) / (highest - lowest) * (bottom - top); }
};

struct panel {
  std::string title;
  std::vector<const method_results*> methods;
};

std::string at(double value) { return fixed(value, 1); }

std::string line(const char* kind, double x1, double y1, double x2, double y2) {
  return std::string("<line class=\"") + kind + "\" x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" + at(x2) + "\" y2=\"" + at(y2) +
         "\"/>";
}

std::string text(const char* kind, double x, double y, const std::string& words) {
  return std::string("<text class=\"") + kind + "\" x=\"" + at(x) + "\" y=\"" + at(y) + "\">" + words + "</text>";
}

/// One of eight shapes, all of about the same area.
std::string marker(std::size_t kind, double x, double y) {
  static constexpr const char* shapes[most_in_a_panel] = {"",
                                                          "M-3.2-3.2h6.4v6.4h-6.4z",
                                                          "M0-4.4L4.2 3.2H-4.2z",
                                                          "M0-4.6L4 0 0 4.6-4 0z",
                                                          "M0 4.4L4.2-3.2H-4.2z",
                                                          "M-1.3-4.2h2.6v2.9h2.9v2.6h-2.9v2.9h-2.6v-2.9h-2.9v-2.6h2.9z",
                                                          "M-4-2.2L-2.2-4 0-1.8 2.2-4 4-2.2 1.8 0 4 2.2 2.2 4 0 1.8-2.2 4-4 2.2-1.8 0z",
                                                          "M-2.1-3.8h4.2L4.3 0 2.1 3.8h-4.2L-4.3 0z"};
  const std::string place = "transform=\"translate(" + at(x) + " " + at(y) + ")\"";
  if (kind % most_in_a_panel == 0) return "<circle " + place + " r=\"3.6\"/>";
  return "<path " + place + " d=\"" + shapes[kind % most_in_a_panel] + "\"/>";
}

std::string shortened(const std::string& name) { return name.size() <= 20 ? name : name.substr(0, 19) + "…"; }

plane plane_of(const task_results& task, const std::vector<std::int64_t>& shots) {
  plane out;
  double lowest = 1.0;
  double highest = 0.0;
  std::size_t longest = 9;
  for (const method_results& method : task.methods) {
    longest = std::max(longest, std::min<std::size_t>(method.name.size(), 20));
    for (const score& each : method.scores) {
      if (!std::isfinite(each.accuracy)) continue;
      const double about = std::isfinite(each.deviation) ? each.deviation : 0.0;
      lowest = std::min(lowest, each.accuracy - about);
      highest = std::max(highest, each.accuracy + about);
    }
  }
  const double range = std::max(100.0 * (highest - lowest), 1.0);
  out.step = range > 50 ? 20 : range > 25 ? 10 : range > 12 ? 5 : range > 5 ? 2 : 1;
  out.lowest = std::max(0.0, std::floor(100.0 * lowest / (0.5 * out.step)) * 0.5 * out.step);
  out.highest = std::max(out.lowest + out.step, std::min(100.0, std::ceil(100.0 * highest / (0.5 * out.step)) * 0.5 * out.step));
  out.right = left + 180;
  out.width = out.right + 26 + 6.3 * static_cast<double>(longest);
  const double first = std::log2(static_cast<double>(std::max<std::int64_t>(1, shots.front())));
  const double last = std::log2(static_cast<double>(std::max<std::int64_t>(1, shots.back())));
  for (const std::int64_t each : shots) {
    const double share = last > first ? (std::log2(static_cast<double>(std::max<std::int64_t>(1, each))) - first) / (last - first) : 0.5;
    out.x.push_back(left + 12 + share * (out.right - left - 24));
  }
  return out;
}

std::string axes(const plane& on, const std::vector<std::int64_t>& shots) {
  std::string out;
  for (double tick = std::ceil(on.lowest / on.step) * on.step; tick <= on.highest + 0.01; tick += on.step) {
    const double y = on.y(tick / 100.0);
    out += line("grid", left, y, on.right, y) + text("tick end", left - 6, y + 4, fixed(tick, 0));
  }
  for (std::size_t i = 0; i < shots.size(); ++i) {
    out += line("grid", on.x[i], bottom, on.x[i], bottom + 4) + text("tick middle", on.x[i], bottom + 17, std::to_string(shots[i]));
  }
  out += text("axis middle", (left + on.right) / 2, height - 8, "shots per class (log scale)");
  out += "<text class=\"axis middle\" transform=\"translate(11 " + at((top + bottom) / 2) + ") rotate(-90)\">accuracy (%)</text>";
  return out;
}

/// The points of a method that were measured.
std::vector<std::pair<double, const score*>> points_of(const method_results& method, const plane& on) {
  std::vector<std::pair<double, const score*>> out;
  for (std::size_t i = 0; i < on.x.size(); ++i) {
    if (std::isfinite(score_at(method, i).accuracy)) out.emplace_back(on.x[i], &score_at(method, i));
  }
  return out;
}

std::string path_of(const method_results& method, const plane& on) {
  std::string out;
  for (const auto& [x, score] : points_of(method, on)) out += (out.empty() ? "M" : "L") + at(x) + " " + at(on.y(score->accuracy));
  return out;
}

std::string drawn_method(const method_results& method, const plane& on, std::size_t series, double shift,
                         const std::vector<std::int64_t>& shots) {
  std::string bars;
  std::string markers;
  for (std::size_t i = 0; i < on.x.size(); ++i) {
    const score& of = score_at(method, i);
    if (!std::isfinite(of.accuracy)) continue;
    if (std::isfinite(of.deviation) && of.deviation > 0) {
      bars += "M" + at(on.x[i] + shift) + " " + at(on.y(of.accuracy - of.deviation)) + "V" + at(on.y(of.accuracy + of.deviation));
    }
    markers += "<g><title>" + escaped(method.name) + ", " + std::to_string(shots[i]) + " shots: " + percent_with_deviation(of) +
               " %</title>" + marker(series, on.x[i], on.y(of.accuracy)) + "</g>";
  }
  const std::string path = path_of(method, on);
  if (path.empty()) return "";
  std::string out = "<g class=\"s" + std::to_string(series) + "\">";
  if (!bars.empty()) out += "<path class=\"deviation\" d=\"" + bars + "\"/>";
  return out + "<path class=\"curve\" d=\"" + path + "\"/>" + markers + "</g>\n";
}

/// A name at the right of the plot and where its line ends.
struct end_label {
  double wanted = 0;
  double y = 0;
  std::optional<std::size_t> series;  // none: the dashed line
  std::string name;
};

/// Moves labels apart, keeping their order.
void spread(std::vector<end_label>& labels) {
  constexpr double gap = 14;
  std::sort(labels.begin(), labels.end(), [](const auto& a, const auto& b) { return a.wanted < b.wanted; });
  double free = top + 4;
  for (end_label& each : labels) {
    each.y = std::max(each.wanted, free);
    free = each.y + gap;
  }
  double limit = bottom;
  for (auto each = labels.rbegin(); each != labels.rend(); ++each) {
    each->y = std::min(each->y, limit);
    limit = each->y - gap;
  }
}

std::string drawn_labels(std::vector<end_label> labels, const plane& on) {
  spread(labels);
  std::string out;
  for (const end_label& each : labels) {
    out += "<path class=\"leader\" d=\"M" + at(on.right - 5) + " " + at(each.wanted) + "L" + at(on.right + 4) + " " + at(each.y) + "\"/>";
    if (each.series) {
      out += "<g class=\"s" + std::to_string(*each.series) + "\">" + marker(*each.series, on.right + 10, each.y) + "</g>";
    } else {
      out += line("reference", on.right + 5, each.y, on.right + 16, each.y);
    }
    out += text("name", on.right + 19, each.y + 4, escaped(shortened(each.name)));
  }
  return out;
}

std::string drawn_panel(const panel& of, const task_results& task, const plane& on, const std::vector<std::int64_t>& shots) {
  std::string out = "<div class=\"panel\"><h4>" + escaped(of.title) + "</h4><svg role=\"img\" aria-label=\"" +
                    escaped("Accuracy against shots: " + of.title + ", " + task.task) + "\" viewBox=\"0 0 " + at(on.width) + " " +
                    at(height) + "\">" + axes(on, shots);
  std::vector<end_label> labels;
  for (const method_results& other : task.methods) {
    if (uses_no_shots(other, shots.size())) {
      if (!std::isfinite(other.scores[0].accuracy)) continue;
      const double y = on.y(other.scores[0].accuracy);
      out += line("reference", left, y, on.right, y);
      labels.push_back({y, y, std::nullopt, other.name});
    } else if (std::find(of.methods.begin(), of.methods.end(), &other) == of.methods.end()) {
      const std::string path = path_of(other, on);
      if (!path.empty()) out += "<path class=\"others\" d=\"" + path + "\"/>";
    }
  }
  out += "\n";
  for (std::size_t i = 0; i < of.methods.size(); ++i) {
    const double shift = 1.6 * (static_cast<double>(i) - 0.5 * static_cast<double>(of.methods.size() - 1));
    out += drawn_method(*of.methods[i], on, i, shift, shots);
    const auto points = points_of(*of.methods[i], on);
    if (!points.empty()) labels.push_back({on.y(points.back().second->accuracy), 0, i, of.methods[i]->name});
  }
  return out + drawn_labels(std::move(labels), on) + "</svg></div>\n";
}

/// A panel per family, several where a family is large.
std::vector<panel> panels_of(const task_results& task, std::size_t shots) {
  std::vector<panel> out;
  for (const std::string& family : families_of(task)) {
    std::vector<const method_results*> members;
    for (const method_results& method : task.methods) {
      if (method.family == family && !uses_no_shots(method, shots) && method.name != "zero_shot") members.push_back(&method);
    }
    const std::size_t parts = (members.size() + most_in_a_panel - 1) / most_in_a_panel;
    for (std::size_t part = 0; part < parts; ++part) {
      const auto from = static_cast<std::ptrdiff_t>(members.size() * part / parts);
      const auto to = static_cast<std::ptrdiff_t>(members.size() * (part + 1) / parts);
      std::string title = family.empty() ? "methods" : family;
      if (parts > 1) title += " (" + std::to_string(part + 1) + " of " + std::to_string(parts) + ")";
      out.push_back({title, {members.begin() + from, members.begin() + to}});
    }
  }
  return out;
}

std::string chart(const task_results& task, const content& all, const std::string& title, const std::string& how_to_read) {
  const plane on = plane_of(task, all.shots);
  std::string body = "<div class=\"panels\">\n";
  for (const panel& each : panels_of(task, all.shots.size())) body += drawn_panel(each, task, on, all.shots);
  return figure(title, how_to_read, body + "</div>\n", scores_table(task, all));
}

}  // namespace

std::string accuracy_chart_section(const content& all) {
  if (all.tasks.empty() || all.shots.empty()) return "";
  const std::string how_to_read =
      "Each panel shows one family of methods in colour and all other methods in grey. Vertical bars are one standard deviation over seeds "
      "to each "
      "side; the dashed line uses no shots at all. All panels have the same axes.";
  std::string out = "<section id=\"shots\">\n<h2>Accuracy against shots</h2>\n";
  if (all.tasks.size() == 1) return out + chart(all.tasks[0], all, "Task " + all.tasks[0].task, how_to_read) + "</section>\n";
  out += chart(mean_over_tasks(all.tasks, all.shots.size()), all, "Mean over tasks", how_to_read);
  for (const task_results& task : all.tasks) {
    out += chart(task, all, "Task " + task.task, "To be read as the mean over tasks; the accuracy axis is that of this task.");
  }
  return out + "</section>\n";
}

}  // namespace program::page
