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
      std::printf("    %-36s %-8g %.*s (default: %.*s)\n", name.c_str(), setting.value, static_cast<int>(setting.about.meaning.size()),
                  setting.about.meaning.data(), static_cast<int>(setting.about.origin.size()), setting.about.origin.data());
    }
    std::printf("\n");
  }
}

}  // namespace program
