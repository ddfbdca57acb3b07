#include "fit_settings.hpp"

#include <algorithm>
#include <cstdint>
#include <fewclip/backend/cpu.hpp>
#include <fewclip/data/tangram/pair_batches.hpp>
#include <fewclip/images/image.hpp>
#include <fewclip/prompts/templates.hpp>
#include <span>
#include <string_view>

#include "model_files.hpp"

namespace program {
namespace {

/// A setting, as given or by default; 0 where the method has none of that name.
double value_of(const planned_method& method, std::string_view name) {
  const auto given = method.settings.find(name);
  if (given != method.settings.end()) return given->second;
  for (const fewclip::setting_value& each : method.about.settings) {
    if (each.about.name == name) return each.value;
  }
  return 0;
}

[[noreturn]] void refuse(const planned_method& method, const char* name, const std::string& expected) {
  throw fewclip::value_error(
      fewclip::expected_got(method.about.name, name, expected, std::to_string(static_cast<index>(value_of(method, name)))));
}

void require_context(const planned_method& method, const clip_model& model, const std::string& prompt,
                     const std::vector<std::string>& class_names) {
  const auto learned = static_cast<index>(value_of(method, "context_length"));
  const std::size_t name = prompt.find("{}");
  const bool own_words = learned > 0 && value_of(method, "context_from_template") == 0;
  if (!own_words || !model.info().text || (name > 0 && prompt[name - 1] != ' ')) return;
  const fewclip::prompts::template_list behind({prompt.substr(name)});  // learned words take the place of those in front
  std::vector<std::string> texts;
  for (const std::string& each : class_names) texts.push_back(behind.fill(each).front());
  const index most = std::max<index>(0, model.info().text->context - longest_text(model, texts));
  if (learned > most) refuse(method, "context_length", "at most " + std::to_string(most) + " beside the longest class name");
}

/// Whether the pairs of the first stage of tsf_clip fill its batches, tried with small pictures that no model sees.
void require_pairs(const planned_method& method, std::uint64_t seed) {
  namespace tangram = fewclip::data::tangram;
  const auto whole = [&method](const char* name) { return static_cast<index>(value_of(method, name)); };
  tangram::tangram_pair_options options;
  options.tangrams = whole("pairs.tangrams");
  options.seed = method.settings.count("pairs.seed") != 0 ? static_cast<std::uint64_t>(whole("pairs.seed")) : seed;
  options.validation_share = value_of(method, "pairs.validation_share");
  options.texts_per_tangram = whole("pairs.texts_per_tangram");
  options.batch_size = whole("pairs.batch_size");
  const auto blank = [](const fewclip::image&, std::span<float> out) { std::fill(out.begin(), out.end(), 0.0F); };
  const auto empty = [](const std::string&) { return std::vector<std::int32_t>{0}; };
  try {
    const tangram::tangram_pairs<fewclip::backend::cpu<>> pairs(options, {.side = 8, .pixels = blank, .ids = empty});
    if (options.validation_share > 0) (void)pairs.validation();
  } catch (const fewclip::value_error& problem) {
    throw fewclip::value_error(method.about.name + ", settings pairs.*: " + problem.what());
  }
}

}  // namespace

void require_fitting_settings(const planned_method& method, const clip_model& model, const std::string& prompt,
                              const std::vector<std::string>& class_names, std::uint64_t seed) {
  const auto heads = static_cast<index>(value_of(method, "attention_heads"));
  if (heads > 0 && model.embed() % heads != 0) {
    refuse(method, "attention_heads", "a divisor of the width, " + std::to_string(model.embed()));
  }
  require_context(method, model, prompt, class_names);
  if (value_of(method, "pairs.tangrams") > 0) require_pairs(method, seed);
}

}  // namespace program
