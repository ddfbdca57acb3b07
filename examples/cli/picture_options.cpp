#include "picture_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fewclip/images/preprocessing.hpp>
#include <fewclip/runtime/image_batches.hpp>

namespace program {

using fewclip::images::transparency_rule;

std::optional<transparency_rule> picture_options::rule() const {
  if (transparency.empty()) return std::nullopt;
  return transparency == "white" ? transparency_rule::white : transparency_rule::drop;
}

void picture_options::limit(fewclip::images::decode_options& options) const {
  if (max_pixels == 0) return;
  options.max_pixels = max_pixels;
  options.max_pixels_per_byte = 0;
}

void picture_options::follow(const std::string& preprocess) {
  if (transparency.empty()) transparency = preprocess.find(" transparency=white") != std::string::npos ? "white" : "drop";
  upright = upright || preprocess.find(" orientation=upright") != std::string::npos;
}

void picture_counts::add(const fewclip::runtime::image_batch& batch) { add({batch.transparent, batch.turned}); }

void picture_counts::add(const picture_counts& more) {
  transparent += more.transparent;
  turned += more.turned;
}

void picture_counts::say(const picture_options& given, const fewclip::images::preprocessing& used, bool is_fitted) const {
  if (transparent > 0 && given.transparency.empty()) {
    const bool drops = used.transparency == transparency_rule::drop;
    const char* const other = drops ? " (--transparency white lays them on white)" : " (--transparency drop drops alpha)";
    std::fprintf(stderr, "fewclip: %zu of the pictures %s not opaque; %s%s\n", transparent, transparent == 1 ? "is" : "are",
                 drops ? "their alpha was dropped" : "their colours were laid on white", is_fitted ? ", as at the fit" : other);
  }
  if (turned > 0 && !used.upright) {
    std::fprintf(stderr, "fewclip: %zu of the pictures %s an EXIF orientation and %s not turned%s\n", turned,
                 turned == 1 ? "carries" : "carry", turned == 1 ? "was" : "were",
                 is_fitted ? ", as at the fit" : " (--upright turns them)");
  }
}

void add_picture_options(CLI::App* command, picture_options& options) {
  command
      ->add_option("--transparency", options.transparency,
                   "colours that are not opaque: drop their alpha, or lay them on white; as the model's dialect does unless given")
      ->check(CLI::IsMember({"drop", "white"}));
  command->add_flag("--upright", options.upright, "turn pictures as their EXIF orientation says");
  command
      ->add_option("--max-pixels", options.max_pixels,
                   "largest width x height, for a file of any size; else 178956970, and 100 for each byte of a file beyond 16777216")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{65535} * 65535));
}

}  // namespace program
