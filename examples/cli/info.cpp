#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "model_commands.hpp"
#include "notes.hpp"
#include "report.hpp"

namespace program {
namespace {

using fewclip::encoders::resnet_architecture;
using fewclip::encoders::text_architecture;
using fewclip::encoders::vision_transformer_architecture;
using json = nlohmann::ordered_json;

json described(const vision_transformer_architecture& size) {
  return {
      {"kind", "vision transformer"}, {"width", size.width},           {"layers", size.layers},          {"heads", size.heads},
      {"patch", size.patch},          {"resolution", size.resolution}, {"mlp_width", size.mlp_width},    {"activation", name_of(size.act)},
      {"epsilon", size.epsilon},      {"embed", size.embed},           {"parameters", size.parameters()}};
}

json described(const resnet_architecture& size) {
  return {{"kind", "ResNet"},    {"blocks", size.blocks}, {"width", size.width}, {"resolution", size.resolution},
          {"heads", size.heads}, {"activation", "relu"},  {"embed", size.embed}, {"parameters", size.parameters()}};
}

json described(const text_architecture& size) {
  json out{{"kind", "text transformer"},    {"width", size.width},
           {"layers", size.layers},         {"heads", size.heads},
           {"mlp_width", size.mlp_width},   {"context", size.context},
           {"vocabulary", size.vocabulary}, {"activation", name_of(size.act)},
           {"epsilon", size.epsilon},       {"pooling", name_of(size.pooling)}};
  if (size.pooling == fewclip::encoders::text_pooling::end_of_text) out["end_id"] = size.end_id;
  out["embed"] = size.embed;
  out["parameters"] = size.parameters();
  return out;
}

json described(const fewclip::runtime::feature_difference& off, bool passed) {
  return {{"rows", off.rows}, {"least_cosine", off.least_cosine}, {"most_relative", off.most_relative}, {"passed", passed}};
}

double peak_megabytes() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;  // kilobytes on Linux
}

json everything(const clip_model& model, bool& passed, const std::string& products) {
  const auto found = model.info();
  json out{{"path", found.path}, {"dialect", found.dialect}, {"backbone", found.backbone}, {"configuration", found.configuration}};
  if (found.image) out["image"] = std::visit([](const auto& size) { return described(size); }, *found.image);
  if (found.text) out["text"] = described(*found.text);
  out["parameters"] = found.parameters;
  out["file_bytes"] = found.file_bytes;
  if (const auto scale = scale_of(found)) out["scale"] = *scale;
  out["preprocessing"] = found.preprocessing;
  out["preprocessing_source"] = found.preprocessing_source;
  out["tokenizer"] = found.tokenizer.empty() ? "none" : found.tokenizer;
  if (!found.cleaning.empty()) out["cleaning"] = found.cleaning;
  out["backend"] = found.backend;
  out["weights_sha256"] = model.weights_sha256();
  out["warnings"] = found.warnings;
  out["peak_megabytes"] = std::round(peak_megabytes() * 10) / 10;
  if (const auto test = model.self_test()) {
    const bool bf16 = products == "onednn-bf16";
    const auto holds = [&](const auto& off) { return bf16 ? off.within(0.999, 0.1) : off.within(); };
    out["self_test"] = {
        {"path", test->path}, {"image", described(test->image, holds(test->image))}, {"text", described(test->text, holds(test->text))}};
    passed = holds(test->image) && holds(test->text);
  }
  return out;
}

/// One line per entry; objects are written behind their name.
void print(const json& all) {
  for (const auto& [key, value] : all.items()) {
    if (value.is_array() && value.empty()) continue;
    if (value.is_string() && value.get<std::string>().empty()) continue;
    std::string text = value.is_string() ? value.get<std::string>() : value.is_object() ? "" : value.dump();
    if (value.is_object()) {
      for (const auto& [name, part] : value.items()) {
        text += (text.empty() ? "" : ", ") + name + " " + (part.is_string() ? part.get<std::string>() : part.dump());
      }
    }
    std::printf("%-21s %s\n", key.c_str(), printable(text).c_str());
  }
}

}  // namespace

void info(const info_options& options) {
  const auto model = open_model(options.model, {});
  bool passed = true;
  const json all = everything(*model, passed, chosen_products(options.model.products));
  if (options.json) {
    std::printf("%s\n", all.dump(1, ' ', false, json::error_handler_t::replace).c_str());
  } else {
    print(all);
  }
  if (passed) return;
  note(all["self_test"]["path"].get<std::string>() + ": expected features within 1e-4, got others: the self-test fails");
  throw exit_with{1};
}

}  // namespace program
