#include <algorithm>
#include <cmath>
#include <fewclip/core/error.hpp>

#include "report_parts.hpp"

namespace program::page {
namespace {

double largest(const std::vector<double>& values) {
  double out = 0;
  for (const double each : values) out = std::max(out, std::abs(each));
  return out;
}

std::vector<double> difference(const attention_example& of) {
  std::vector<double> out(of.after.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = of.after[i] - of.before[i];
  return out;
}

/// The picture in grey under a grid of cells; the first of a row shows the picture itself.
std::string tile(const std::string& picture, const attention_example& of, const std::vector<double>& values, double scale,
                 const std::string& caption, const std::string& label) {
  std::string out = "<div class=\"tile\"><svg role=\"img\" aria-label=\"" + escaped(label) + "\" viewBox=\"0 0 160 160\">";
  out += "<use class=\"faded\" href=\"#" + picture + "\"/>";
  const double wide = 160.0 / static_cast<double>(of.grid_width);
  const double high = 160.0 / static_cast<double>(of.grid_height);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double share = scale > 0 ? std::abs(values[i]) / scale : 0.0;
    if (share < 0.005) continue;
    const auto column = static_cast<double>(static_cast<std::int64_t>(i) % of.grid_width);
    const auto row = static_cast<double>(static_cast<std::int64_t>(i) / of.grid_width);
    out += std::string("<rect class=\"") + (values[i] < 0 ? "less" : "more") + "\" x=\"" + fixed(column * wide, 2) + "\" y=\"" +
           fixed(row * high, 2) + "\" width=\"" + fixed(wide, 2) + "\" height=\"" + fixed(high, 2) + "\" fill-opacity=\"" +
           fixed(0.9 * share, 2) + "\"/>";
  }
  return out + "</svg><p>" + caption + "</p></div>\n";
}

std::string verdict(const std::string& predicted, const std::string& truth) {
  return escaped(predicted) + (predicted == truth ? " <span class=\"mark\">✓ right</span>" : " <span class=\"mark\">✗ wrong</span>");
}

std::string scale_bar(const std::string& kind, const std::string& low, const std::string& high) {
  return "<p class=\"scale\"><span>" + low + "</span><span class=\"bar " + kind + "\"></span><span>" + high + "</span></p>\n";
}

void check(const attention_example& of) {
  const std::string what = "attention of " + of.class_name;
  if (of.grid_height < 1 || of.grid_width < 1 || of.picture.empty()) {
    throw fewclip::shape_error(fewclip::expected_got("program::page::html", what, "a picture and a grid", "none"));
  }
  const auto cells = static_cast<std::size_t>(of.grid_height * of.grid_width);
  check_length(what + " before", cells, of.before.size());
  check_length(what + " after", cells, of.after.size());
}

std::string drawn(const attention_example& of, std::size_t number) {
  check(of);
  const std::string picture = "picture-" + std::to_string(number);
  const double scale = std::max(largest(of.before), largest(of.after));
  const std::vector<double> changes = difference(of);
  const double change = largest(changes);
  std::string out = "<div class=\"attention\"><h4>" + escaped(of.class_name) + "</h4><div class=\"tiles\">\n";
  out += "<div class=\"tile\"><svg role=\"img\" aria-label=\"" + escaped("Picture of class " + of.class_name) +
         "\" viewBox=\"0 0 160 160\"><image id=\"" + picture + "\" width=\"160\" height=\"160\" preserveAspectRatio=\"none\" href=\"" +
         picture_address(of.picture) + "\"/></svg><p>picture</p></div>\n";
  out += tile(picture, of, of.before, scale, "before: " + verdict(of.predicted_before, of.class_name),
              "Attention before, on a picture of " + of.class_name);
  out += tile(picture, of, of.after, scale, "after: " + verdict(of.predicted_after, of.class_name),
              "Attention after, on a picture of " + of.class_name);
  out += tile(picture, of, changes, change, "after − before", "Change of attention on a picture of " + of.class_name);
  return out + "</div><div class=\"scales\">" + scale_bar("sequential", "0", percent(scale) + " % per cell") +
         scale_bar("diverging", "−" + percent(change), "+" + percent(change) + " points") + "</div></div>\n";
}

std::string numbers_of(const std::vector<attention_example>& examples) {
  std::vector<std::vector<std::string>> rows;
  for (const attention_example& of : examples) {
    for (std::size_t i = 0; i < of.before.size(); ++i) {
      const auto cell = static_cast<std::int64_t>(i);
      rows.push_back({escaped(of.class_name), std::to_string(cell / of.grid_width + 1), std::to_string(cell % of.grid_width + 1),
                      percent(of.before[i]), percent(of.after[i]), fixed(100.0 * (of.after[i] - of.before[i]), 1)});
    }
  }
  return plain_table({"Picture", "Row", "Column", "Before (%)", "After (%)", "Change (points)"}, rows);
}

}  // namespace

std::string attention_section(const content& all) {
  if (all.attention.empty()) return "";
  std::string body = "<div class=\"attentions\">\n";
  for (std::size_t i = 0; i < all.attention.size(); ++i) body += drawn(all.attention[i], i);
  return "<section id=\"attention\">\n<h2>Attention</h2>\n" +
         figure("Where the pooler looks, before and after " + all.attention_method,
                "The more orange a cell, the more of the attention lies on it; the weights of all cells sum to 100 %. Before and after "
                "share one scale. "
                "In the fourth picture orange is more attention than before, blue is less.",
                body + "</div>\n", numbers_of(all.attention)) +
         "</section>\n";
}

std::string examples_section(const content& all) {
  if (all.examples.empty()) return "";
  std::string out = "<section id=\"tasks\">\n<h2>The tasks</h2>\n";
  for (const task_examples& task : all.examples) {
    out += "<h3>" + escaped(task.task) + "</h3>\n";
    if (!task.description.empty()) out += "<p>" + escaped(task.description) + "</p>\n";
    out += "<ul class=\"gallery\">\n";
    for (const example& each : task.pictures) {
      const std::string text = escaped(each.caption);
      out += "<li><img width=\"96\" height=\"96\" alt=\"" + escaped(task.task + ": " + each.caption) + "\" src=\"" +
             picture_address(each.picture) + "\"><span>" + text + "</span></li>\n";
    }
    out += "</ul>\n";
  }
  return out + "</section>\n";
}

}  // namespace program::page
