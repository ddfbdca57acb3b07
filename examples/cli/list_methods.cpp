#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "options.hpp"
#include "report.hpp"

namespace program {
namespace {

/// What a method is given, in words.
std::string needs_of(const fewclip::runtime::method_description& about) {
  std::string out;
  const auto add = [&out](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  if (about.needs.text) add("one text row per class");
  if (about.needs.support || about.trains) add("support rows: " + std::string(name_of(about.rows)));
  if (about.needs.text_source) add("the text tower");
  if (about.needs_clip) add("a CLIP (fewclip fit)");
  return out;
}

/// The shortest text that is read as this number.
std::string text_of(double number) {
  std::array<char, 32> out{};
  return {out.data(), std::to_chars(out.data(), out.data() + out.size(), number).ptr};
}

/// "[0, 1]"; an end that does not exist is open, as in "[0, inf)".
std::string range_of(const fewclip::setting& about) {
  const bool from = std::isfinite(about.lowest);
  const bool to = std::isfinite(about.highest);
  return (from ? "[" : "(") + text_of(about.lowest) + ", " + text_of(about.highest) + (to ? "]" : ")");
}

}  // namespace

void list_methods(bool as_json) {
  const std::vector<fewclip::runtime::method_description> all = make_engine("eigen")->methods();
  if (as_json) {
    nlohmann::ordered_json out{{"program", "fewclip"}, {"version", version_text()}, {"methods", nlohmann::ordered_json::array()}};
    for (const auto& each : all) out["methods"].push_back(to_json(each));
    std::printf("%s\n", out.dump(1).c_str());
    return;
  }
  for (const auto& each : all) {
    std::printf("%s\n  %s\n  ", each.name.c_str(), each.citation.c_str());
    for (std::size_t i = 0; i < each.parts.size(); ++i) {
      std::printf("%s%s: %s", i == 0 ? "" : "; ", each.parts[i].axis.c_str(), each.parts[i].part.c_str());
    }
    std::printf("\n  needs %s\n", needs_of(each).c_str());
    for (const fewclip::setting_value& setting : each.settings) {
      const std::string name = each.name + "." + std::string(setting.about.name);
      std::printf("    %-36s %-8g %-16s %.*s (default: %.*s)\n", name.c_str(), setting.value, range_of(setting.about).c_str(),
                  static_cast<int>(setting.about.meaning.size()), setting.about.meaning.data(),
                  static_cast<int>(setting.about.origin.size()), setting.about.origin.data());
    }
    std::printf("\n");
  }
}

}  // namespace program
