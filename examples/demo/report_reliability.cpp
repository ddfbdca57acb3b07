#include <algorithm>
#include <cmath>
#include <fewclip/core/error.hpp>

#include "report_parts.hpp"

namespace program::page {
namespace {

constexpr double side = 196;
constexpr double left = 42;
constexpr double top = 8;
constexpr double bottom = top + side;

double across(double share) { return left + side * share; }
double up(double share) { return bottom - side * share; }
std::string at(double value) { return fixed(value, 1); }

std::string axes() {
  std::string out;
  for (int tick = 0; tick <= 100; tick += 25) {
    const std::string number = std::to_string(tick);
    const double share = tick / 100.0;
    out += "<path class=\"grid\" d=\"M" + at(left) + " " + at(up(share)) + "H" + at(left + side) + "M" + at(across(share)) + " " +
           at(bottom) + "v4\"/>";
    out += "<text class=\"tick end\" x=\"" + at(left - 6) + "\" y=\"" + at(up(share) + 4) + "\">" + number + "</text>";
    out += "<text class=\"tick middle\" x=\"" + at(across(share)) + "\" y=\"" + at(bottom + 17) + "\">" + number + "</text>";
  }
  out += "<text class=\"axis middle\" x=\"" + at(left + side / 2) + "\" y=\"" + at(bottom + 36) + "\">confidence (%)</text>";
  out += "<text class=\"axis middle\" transform=\"translate(11 " + at(top + side / 2) + ") rotate(-90)\">accuracy (%)</text>";
  return out + "<path class=\"reference\" d=\"M" + at(left) + " " + at(bottom) + "L" + at(left + side) + " " + at(top) + "\"/>";
}

std::int64_t total_of(const reliability_curve& curve) {
  std::int64_t out = 0;
  for (const reliability_bin& bin : curve.bins) out += bin.count;
  return out;
}

std::string drawn(const reliability_curve& curve) {
  const auto total = static_cast<double>(std::max<std::int64_t>(1, total_of(curve)));
  const double width = 1.0 / static_cast<double>(curve.bins.size());
  std::string bars;
  std::string path;
  std::string points;
  for (std::size_t i = 0; i < curve.bins.size(); ++i) {
    const reliability_bin& bin = curve.bins[i];
    if (bin.count == 0) continue;
    const double share = static_cast<double>(bin.count) / total;
    const double tall = std::max(0.8, side * share);
    bars += "<rect class=\"share\" x=\"" + at(across(width * static_cast<double>(i)) + 0.7) + "\" y=\"" + at(bottom - tall) +
            "\" width=\"" + at(side * width - 1.4) + "\" height=\"" + at(tall) + "\"/>";
    path += (path.empty() ? "M" : "L") + at(across(bin.confidence)) + " " + at(up(bin.accuracy));
    points += "<circle cx=\"" + at(across(bin.confidence)) + "\" cy=\"" + at(up(bin.accuracy)) + "\" r=\"3.4\"><title>" +
              grouped(bin.count) + " pictures: confidence " + percent(bin.confidence) + " %, accuracy " + percent(bin.accuracy) +
              " %</title></circle>";
  }
  return "<div class=\"panel\"><h4>" + escaped(curve.method) + " <small>ECE " + percent(curve.expected_calibration_error) +
         " %</small></h4><svg role=\"img\" aria-label=\"" + escaped("Reliability of " + curve.method) + "\" viewBox=\"0 0 " +
         at(left + side + 14) + " " + at(bottom + 44) + "\">" + bars + axes() + "<g class=\"s0\"><path class=\"curve\" d=\"" + path +
         "\"/>" + points + "</g></svg></div>\n";
}

std::string numbers_of(const std::vector<reliability_curve>& curves) {
  std::vector<std::vector<std::string>> rows;
  for (const reliability_curve& curve : curves) {
    for (std::size_t i = 0; i < curve.bins.size(); ++i) {
      const reliability_bin& bin = curve.bins[i];
      const double width = 1.0 / static_cast<double>(curve.bins.size());
      const double low = width * static_cast<double>(i);
      const bool is_empty = bin.count == 0;
      rows.push_back({escaped(curve.method), percent(low) + " to " + percent(low + width), grouped(bin.count),
                      is_empty ? "–" : percent(bin.confidence), is_empty ? "–" : percent(bin.accuracy)});
    }
  }
  return plain_table({"Method", "Interval (%)", "Pictures", "Mean confidence (%)", "Accuracy (%)"}, rows);
}

}  // namespace

std::string reliability_section(const content& all) {
  if (all.reliability.empty()) return "";
  std::string body = "<div class=\"panels narrow\">\n";
  std::size_t bins = 0;
  for (const reliability_curve& curve : all.reliability) {
    if (curve.bins.empty())
      throw fewclip::shape_error(fewclip::expected_got("program::page::html", "bins of " + curve.method, "at least 1", "0"));
    bins = std::max(bins, curve.bins.size());
    body += drawn(curve);
  }
  const std::string title = "Confidence against accuracy" + (all.reliability_about.empty() ? "" : " " + all.reliability_about);
  return "<section id=\"reliability\">\n<h2>Reliability</h2>\n" +
         figure(title,
                "Test pictures are put into " + std::to_string(bins) +
                    " intervals by the probability of the predicted class. On the dashed diagonal confidence and accuracy are equal; "
                    "points below it "
                    "are too confident, points above it not confident enough. Grey bars are the share of pictures in each interval (same "
                    "axis). ECE is "
                    "the mean distance to the diagonal, weighted by these shares.",
                body + "</div>\n", numbers_of(all.reliability)) +
         "</section>\n";
}

}  // namespace program::page
