#include <algorithm>
#include <cmath>
#include <numeric>

#include "report_parts.hpp"

namespace program::page {
namespace {

std::int64_t row_sum(const confusion_matrix& of, std::size_t row) {
  const auto from = of.counts.begin() + static_cast<std::ptrdiff_t>(row * of.class_names.size());
  return std::accumulate(from, from + static_cast<std::ptrdiff_t>(of.class_names.size()), std::int64_t{0});
}

std::string cell(const confusion_matrix& of, std::size_t row, std::size_t column, std::int64_t sum) {
  const std::int64_t count = of.counts[row * of.class_names.size() + column];
  if (count == 0) return row == column ? "<td class=\"right\">0</td>" : "<td><span class=\"hidden\">0</span></td>";
  const double share = static_cast<double>(count) / static_cast<double>(sum);
  const std::string kind = row == column ? "right" : "wrong";
  return "<td class=\"" + kind + "\" style=\"--share:" + fixed(100.0 * std::sqrt(share), 0) + "%\">" + grouped(count) + "</td>";
}

std::string table_of(const confusion_matrix& of) {
  const std::size_t classes = of.class_names.size();
  std::string out = "<table class=\"confusion\"><thead><tr><td></td><th scope=\"colgroup\" colspan=\"" + std::to_string(classes) +
                    "\" class=\"axis\">Predicted class (pictures)</th><td></td></tr><tr><th scope=\"col\" class=\"axis\">True class</th>";
  for (const std::string& name : of.class_names) out += "<th scope=\"col\" class=\"turned\"><span>" + escaped(name) + "</span></th>";
  out += "<th scope=\"col\" class=\"turned\"><span>right (%)</span></th></tr></thead><tbody>\n";
  for (std::size_t row = 0; row < classes; ++row) {
    const std::int64_t sum = row_sum(of, row);
    out += "<tr><th scope=\"row\">" + escaped(of.class_names[row]) + "</th>";
    for (std::size_t column = 0; column < classes; ++column) out += cell(of, row, column, sum);
    const std::int64_t right = of.counts[row * classes + row];
    out += "<td class=\"sum\">" + (sum == 0 ? std::string("–") : fixed(100.0 * static_cast<double>(right) / static_cast<double>(sum), 0)) +
           "</td></tr>\n";
  }
  return out + "</tbody></table>";
}

struct confusion {
  std::int64_t count;
  std::size_t row;
  std::size_t column;
};

/// Wrong predictions, the most frequent first.
std::vector<confusion> confusions_of(const confusion_matrix& of) {
  const std::size_t classes = of.class_names.size();
  std::vector<confusion> out;
  for (std::size_t row = 0; row < classes; ++row) {
    for (std::size_t column = 0; column < classes; ++column) {
      const std::int64_t count = of.counts[row * classes + column];
      if (row != column && count > 0) out.push_back({count, row, column});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const confusion& a, const confusion& b) { return a.count > b.count; });
  return out;
}

std::string most_frequent(const confusion_matrix& of, const std::vector<confusion>& found) {
  if (found.empty()) return "<p>No picture was named wrong.</p>\n";
  std::string out = "<p class=\"lead\">The most frequent confusions:</p>\n<ol>\n";
  for (std::size_t i = 0; i < std::min<std::size_t>(5, found.size()); ++i) {
    const auto& [count, row, column] = found[i];
    const std::int64_t sum = row_sum(of, row);
    out += "<li><b>" + escaped(of.class_names[row]) + "</b> taken for <b>" + escaped(of.class_names[column]) + "</b>: " + grouped(count) +
           " of " + grouped(sum) + " (" + fixed(100.0 * static_cast<double>(count) / static_cast<double>(sum), 0) + " %)</li>\n";
  }
  return out + "</ol>\n";
}

std::string numbers_of(const confusion_matrix& of, const std::vector<confusion>& found) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [count, row, column] : found) {
    rows.push_back({escaped(of.class_names[row]), escaped(of.class_names[column]), grouped(count), grouped(row_sum(of, row))});
  }
  return plain_table({"True class", "Predicted class", "Pictures", "Pictures of the true class"}, rows);
}

}  // namespace

std::string confusion_section(const content& all) {
  if (all.confusions.empty()) return "";
  std::string out = "<section id=\"confusions\">\n<h2>Confusions</h2>\n";
  for (const confusion_matrix& each : all.confusions) {
    check_length("counts of " + each.about, each.class_names.size() * each.class_names.size(), each.counts.size());
    const auto found = confusions_of(each);
    const std::string title = each.about.empty() ? "What was taken for what" : "What was taken for what: " + each.about;
    out += figure(title,
                  "A row holds the test pictures of one class, a column what they were predicted to be; empty cells are 0. The tint grows "
                  "with the root of the "
                  "share of the row: blue on the diagonal is right, orange beside it is wrong.",
                  scrolling(title, table_of(each)) + most_frequent(each, found), numbers_of(each, found));
  }
  return out + "</section>\n";
}

}  // namespace program::page
