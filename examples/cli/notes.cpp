#include "notes.hpp"

#include <cstdio>
#include <fewclip/core/error.hpp>
#include <fewclip/core/readable_text.hpp>
#include <filesystem>
#include <utility>

namespace program {
namespace {

std::string& name_in_notes() {
  static std::string name = "fewclip";
  return name;
}

/// Without the name of the library's part that speaks: "fewclip::prompts::template_list: ", at the beginning or behind "--prompt: ".
std::string without_parts(std::string_view text) {
  constexpr std::string_view library = "fewclip::";
  const std::size_t option = text.starts_with("--") ? text.find(": ") : std::string_view::npos;
  const std::size_t begin = option == std::string_view::npos ? 0 : option + 2;
  if (!text.substr(begin).starts_with(library)) return std::string(text);
  const std::size_t end = text.find(": ", begin);
  const std::string_view part = text.substr(begin, end - begin);
  if (end == std::string_view::npos || part.find_first_of(" `'\"") != std::string_view::npos) return std::string(text);
  return std::string(text.substr(0, begin)).append(text.substr(end + 2));
}

}  // namespace

std::string printable(std::string_view text) { return fewclip::readable_text(text); }

std::string printable_lines(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    out += printable(text.substr(begin, end - begin));
    if (end == std::string_view::npos) break;
    out += '\n';
    begin = end + 1;
  }
  return out;
}

void notes_are_from(std::string name) { name_in_notes() = std::move(name); }

void note(std::string_view text) { std::fprintf(stderr, "%s: %s\n", name_in_notes().c_str(), printable(without_parts(text)).c_str()); }

std::string sentence_of(const std::exception& problem) {
  const auto* const failure = dynamic_cast<const std::filesystem::filesystem_error*>(&problem);
  if (failure == nullptr) return problem.what();
  return fewclip::expected_got(failure->path1().string(), "file system", "success", failure->code().message());
}

}  // namespace program
