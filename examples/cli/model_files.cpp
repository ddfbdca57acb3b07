#include "model_files.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fewclip/io/mapped_file.hpp>
#include <string_view>

#include "notes.hpp"
#include "report.hpp"

namespace program {

std::vector<std::string> read_lines(const std::string& path) {
  const fewclip::io::mapped_file file(path);
  std::string_view rest(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  std::vector<std::string> out;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string place = "line " + std::to_string(out.size() + 1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) {
      throw fewclip::io_error(fewclip::expected_got(path, place, "a text", "an empty line"));
    }
    if (fewclip::io::detail::first_invalid_utf8(line) != std::string_view::npos) {
      throw fewclip::io_error(fewclip::expected_got(path, place, "UTF-8", "other bytes"));
    }
    out.emplace_back(line);
  }
  if (out.empty()) throw fewclip::io_error(fewclip::expected_got(path, "lines", "at least one", "an empty file"));
  return out;
}

std::string lines_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += each + "\n";
  return out;
}

fewclip::io::feature_metadata origin_of(const clip_model& model, const model_options& options) {
  const auto about = model.info();
  fewclip::io::feature_metadata out;
  out.backbone = about.backbone;
  out.weights_sha256 = model.weights_sha256();
  out.dialect = about.dialect;
  out.preprocess = about.preprocessing;
  if (const auto scale = scale_of(about)) {
    std::array<char, 32> number{};
    out.scale.assign(number.data(), std::to_chars(number.data(), number.data() + number.size(), *scale).ptr);
  }
  out.cleaning = about.cleaning;
  out.compute = chosen_products(options.products) == "onednn-bf16" ? "bf16" : "fp32";
  out.created_by = "fewclip " + version_text();
  return out;
}

std::vector<index> text_lengths(const clip_model& model, const std::vector<std::string>& texts) {
  std::vector<index> out;
  for (const std::string& each : texts) out.push_back(model.text_length(each));
  return out;
}

index longest_text(const clip_model& model, const std::vector<std::string>& texts) {
  const std::vector<index> lengths = text_lengths(model, texts);
  return lengths.empty() ? 2 : *std::max_element(lengths.begin(), lengths.end());
}

void say_warnings(const clip_model& model) {
  for (const std::string& each : model.info().warnings) note("warning: " + each);
}

void require_towers(const clip_model& model, const model_options& options, bool image, bool text) {
  if (image && !model.has_image()) {
    throw fewclip::io_error(fewclip::expected_got(options.model, "image tower", "one, since images are given", "none"));
  }
  if (text && !model.info().text) {
    throw fewclip::io_error(fewclip::expected_got(options.model, "text tower", "one, since texts are given", "none"));
  }
  if (text && !model.has_tokenizer()) {
    throw fewclip::io_error(fewclip::expected_got(options.model, "vocabulary",
                                                  "tokenizer.json, merges.txt or *.txt.gz beside the weights, or --vocabulary", "none"));
  }
}

}  // namespace program
