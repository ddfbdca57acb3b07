#include "report_page.hpp"

#include <utility>

#include "report_parts.hpp"

namespace program::page {
namespace {

std::string header(const content& all) {
  std::string out = "<header>\n<h1>" + escaped(all.title) + "</h1>\n";
  if (!all.summary.empty()) out += "<p class=\"summary\">" + escaped(all.summary) + "</p>\n";
  if (!all.facts.empty()) {
    out += "<dl class=\"facts\">\n";
    for (const fact& each : all.facts) out += "<dt>" + escaped(each.name) + "</dt><dd>" + escaped(each.value) + "</dd>\n";
    out += "</dl>\n";
  }
  if (!all.command.empty())
    out += "<p class=\"lead\">The command that makes this page:</p>\n<pre><code>" + escaped(all.command) + "</code></pre>\n";
  return out;
}

/// Links to the sections that are there.
std::string contents_list(const std::string& sections) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {{"accuracy", "Accuracy"},     {"shots", "Accuracy against shots"},
                                                                     {"attention", "Attention"},   {"reliability", "Reliability"},
                                                                     {"confusions", "Confusions"}, {"tasks", "The tasks"}};
  std::string out;
  for (const auto& [id, title] : known) {
    if (sections.find("<section id=\"" + std::string(id) + "\"") == std::string::npos) continue;
    out += "<li><a href=\"#" + std::string(id) + "\">" + std::string(title) + "</a></li>";
  }
  return out.empty() ? out : "<nav aria-label=\"Sections\"><ul>" + out + "</ul></nav>\n";
}

}  // namespace

std::string html(const content& all) {
  const std::string sections = results_section(all) + accuracy_chart_section(all) + attention_section(all) + reliability_section(all) +
                               confusion_section(all) + examples_section(all);
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + escaped(all.title) +
         "</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
         "dark\">\n"
         "<link rel=\"icon\" href=\"data:,\">\n<style>" +
         style + "</style>\n</head>\n<body>\n<main>\n" + header(all) + contents_list(sections) + "</header>\n" + sections +
         "</main>\n</body>\n</html>\n";
}

}  // namespace program::page
