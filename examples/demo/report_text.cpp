#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fewclip/core/error.hpp>
#include <fewclip/images/write.hpp>

#include "report_parts.hpp"

namespace program::page {
namespace {

std::string base_64(std::string_view bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t present = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 3; ++i) value = (value << 8) | (i < present ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= present ? letters[(value >> (18 - 6 * i)) & 63U] : '=';
  }
  return out;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char each : text) {
    const auto code = static_cast<unsigned char>(each);
    if (each == '&')
      out += "&amp;";
    else if (each == '<')
      out += "&lt;";
    else if (each == '>')
      out += "&gt;";
    else if (each == '"')
      out += "&quot;";
    else if (each == '\'')
      out += "&#39;";
    else if ((code < 32 && each != '\n' && each != '\t') || code == 127)
      out += "\uFFFD";  // HTML has no place for control characters
    else
      out += each;
  }
  return out;
}

std::string fixed(double value, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  const std::string out = text.data();
  const bool is_zero = out.find_first_not_of("-0.") == std::string::npos;
  return is_zero && out[0] == '-' ? out.substr(1) : out;
}

std::string percent(double share) { return std::isfinite(share) ? fixed(100.0 * share, 1) : "–"; }

std::string percent_with_deviation(const score& of) {
  if (!std::isfinite(of.accuracy) || !std::isfinite(of.deviation)) return percent(of.accuracy);
  return percent(of.accuracy) + " ± " + percent(of.deviation);
}

std::string seconds(double value) {
  if (!std::isfinite(value)) return "–";
  if (value < 0.0005) return "&lt; 0.001";
  return fixed(value, value < 0.0995 ? 3 : value < 0.995 ? 2 : value < 9.95 ? 1 : 0);
}

std::string grouped(std::int64_t value) {
  std::string out = std::to_string(value);
  for (std::size_t at = out.size(); at > 3 && out[at - 4] != '-';) {
    at -= 3;
    out.insert(at, "\u202F");
  }
  return out;
}

std::string picture_address(const fewclip::image& picture) {
  return "data:image/png;base64," + base_64(fewclip::images::png_bytes(picture));
}

std::string scrolling(const std::string& label, const std::string& table) {
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escaped(label) + "\">" + table + "</div>\n";
}

std::string figure(const std::string& title, const std::string& how_to_read, const std::string& body, const std::string& numbers) {
  std::string out = "<figure>\n<figcaption><h3>" + escaped(title) + "</h3><p>" + how_to_read + "</p></figcaption>\n" + body;
  if (!numbers.empty()) {
    out += "<details><summary>The numbers<span class=\"hidden\"> of: " + escaped(title) + "</span></summary>\n" +
           scrolling("The numbers of: " + title, numbers) + "</details>\n";
  }
  return out + "</figure>\n";
}

std::string plain_table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows) {
  std::string out = "<table class=\"plain\"><thead><tr>";
  for (const std::string& each : head) out += each.empty() ? "<td></td>" : "<th scope=\"col\">" + each + "</th>";
  out += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) out += i == 0 ? "<th scope=\"row\">" + row[i] + "</th>" : "<td>" + row[i] + "</td>";
    out += "</tr>\n";
  }
  return out + "</tbody></table>";
}

void check_length(const std::string& what, std::size_t expected, std::size_t got) {
  if (got == expected) return;
  throw fewclip::shape_error(fewclip::expected_got("program::page::html", what, std::to_string(expected), std::to_string(got)));
}

}  // namespace program::page
