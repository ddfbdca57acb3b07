#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fewclip/core/sha256.hpp>
#include <fewclip/data/image_list.hpp>
#include <fewclip/io/feature_metadata.hpp>
#include <fewclip/io/image_folder.hpp>
#include <fewclip/io/safetensors_writer.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "file_uses.hpp"
#include "image_rows.hpp"
#include "model_commands.hpp"
#include "model_files.hpp"
#include "notes.hpp"
#include "remarks.hpp"
#include "report.hpp"
#include "task.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;

/// The images of a run: where they lie, what they are called, and their classes.
struct listed_images {
  std::vector<std::string> paths;
  std::vector<std::string> names;
  std::vector<std::int64_t> labels;
  std::vector<std::string> class_names;
  std::string root;  // the folder they were found in; empty for files
};

listed_images list_images(const std::vector<std::string>& given) {
  listed_images out;
  std::error_code ignored;
  if (given.size() == 1 && fs::is_directory(given[0], ignored)) {
    const fewclip::data::image_list list = fewclip::io::read_image_folder(given[0], {.classes_required = false, .names_compared = false});
    for (const auto& [name, items] : fewclip::data::lists_of(list)) {
      for (const auto& item : *items) {
        out.paths.push_back(fewclip::data::file_of(list, item));
        out.names.push_back(item.path);
        out.labels.push_back(item.label);
      }
    }
    out.class_names = list.class_names;
    say_other_files(list);
    out.root = list.root;
    return out;
  }
  for (const std::string& path : given) {
    if (fs::is_directory(path, ignored)) {
      throw usage_error("--images: expected one folder, or files only, got the folder '" + path + "' among " +
                        std::to_string(given.size()) + " paths");
    }
    if (!fs::exists(path, ignored)) throw fewclip::io_error(fewclip::expected_got(path, "image", "a file", "none"));
    out.paths.push_back(path);
    out.names.push_back(path);
    out.labels.push_back(-1);
  }
  return out;
}

/// The I-th of N parts, as even as possible.
void take_shard(listed_images& images, const std::string& text) {
  std::size_t number = 0, count = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, number);
  const bool slash = first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  const auto second = slash ? std::from_chars(first.ptr + 1, end, count) : first;
  if (!slash || second.ec != std::errc() || second.ptr != end || number < 1 || number > count) {
    throw usage_error("--shard: expected I/N with I from 1 to N, got '" + text + "'");
  }
  const std::size_t total = images.paths.size();
  if (count > total)
    throw usage_error("--shard: expected at most " + std::to_string(total) + " parts, as many as images, got '" + text + "'");
  const auto begin = static_cast<std::ptrdiff_t>(total / count * (number - 1) + std::min(number - 1, total % count));
  const auto length = static_cast<std::ptrdiff_t>(total / count + (number <= total % count ? 1 : 0));
  const auto cut = [&](auto& list) { list = {list.begin() + begin, list.begin() + begin + length}; };
  cut(images.paths);
  cut(images.names);
  cut(images.labels);
}

std::string json_text(const nlohmann::json& value) { return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

void add_images(fewclip::io::safetensors_writer& out, const clip_model& model, const listed_images& images, image_rows& rows, bool raw) {
  const auto width = static_cast<std::size_t>(model.embed());
  if (raw) {
    require_finite_rows(rows.features, model.embed(), "image_features");
  } else {
    normalise_rows(rows.features, model.embed(), "image_features");
  }
  std::vector<std::int64_t> labels;
  nlohmann::json names = nlohmann::json::array();
  nlohmann::json failed = nlohmann::json::array();
  for (const std::size_t item : rows.items) {
    labels.push_back(images.labels[item]);
    names.push_back(images.names[item]);
  }
  for (const auto& each : rows.failed) failed.push_back({{"file", images.names[each.item]}, {"reason", each.reason}});
  out.add("image_features", {rows.items.size(), width}, rows.features);
  out.add("labels", {labels.size()}, labels);
  out.metadata("files", json_text(names));
  if (!failed.empty()) out.metadata("unreadable", json_text(failed));
  if (!images.class_names.empty()) out.metadata("class_names", json_text(images.class_names));
}

/// Texts some at a time, so that memory does not grow with their number.
std::vector<float> text_rows(const clip_model& model, const std::vector<std::string>& texts, bool truncate) {
  constexpr std::size_t step = 2048;
  std::vector<float> out;
  for (std::size_t begin = 0; begin < texts.size(); begin += step) {
    const auto rows = model.texts(std::span(texts).subspan(begin, std::min(step, texts.size() - begin)), truncate);
    out.insert(out.end(), rows.begin(), rows.end());
  }
  return out;
}

/// Refuses what does not go together, and outputs that are inputs. \returns the files as far as they are known
file_uses checked_files(const embed_options& options, const kept_parts& parts) {
  if (options.images.empty() && options.texts.empty()) throw usage_error("embed: expected --images, --texts or both, got neither");
  if (!options.shard.empty() && (options.images.empty() || !options.texts.empty())) {
    throw usage_error("--shard: expected --images without --texts, which are not divided");
  }
  std::error_code ignored;
  const bool folder = options.images.size() == 1 && fs::is_directory(options.images[0], ignored);
  file_uses files;
  files.writes("--out", options.out);
  files.keeps("--out, finished parts", parts.folder());
  files.reads("--texts", options.texts);
  files.reads_model(options.model);
  if (folder) files.reads_folder("--images", options.images[0]);
  files.check();
  require_writable(options.out);
  return files;
}

void say(const embed_options& options, const image_rows& rows, std::size_t texts, index dim) {
  std::string what;
  if (!options.images.empty()) what += std::to_string(rows.items.size()) + " image features";
  if (texts > 0) what += (what.empty() ? "" : ", ") + std::to_string(texts) + " text features";
  std::printf("%s: %s of %lld channels", printable(options.out).c_str(), what.c_str(), static_cast<long long>(dim));
  const auto worked = static_cast<double>(rows.items.size() + rows.failed.size() - rows.resumed);
  if (worked > 0) std::printf(", %.1f images/s", worked / std::max(1e-9, rows.seconds));
  if (rows.resumed > 0) std::printf(", %zu images from an earlier run", rows.resumed);
  std::printf("\n");
}

}  // namespace

void embed(const embed_options& options) {
  kept_parts parts(options.out);
  file_uses files = checked_files(options, parts);
  listed_images images;
  if (!options.images.empty()) images = list_images(options.images);
  files.reads_images("--images", images.paths, images.root);
  files.check();
  if (!options.shard.empty()) take_shard(images, options.shard);
  const std::vector<std::string> texts = options.texts.empty() ? std::vector<std::string>() : read_lines(options.texts);
  const auto model = open_model(options.model, {!options.images.empty(), !texts.empty()});
  say_warnings(*model);
  require_towers(*model, options.model, !options.images.empty(), !texts.empty());

  fewclip::io::safetensors_writer out;
  fewclip::io::feature_metadata origin = origin_of(*model, options.model);
  origin.normalised = options.raw ? "none" : "l2";
  if (!images.class_names.empty()) origin.class_names_sha256 = fewclip::sha256_of_list(images.class_names);
  if (!options.shard.empty()) origin.other["shard"] = options.shard;
  if (!texts.empty()) {
    auto rows = text_rows(*model, texts, options.truncate);
    if (options.raw) {
      require_finite_rows(rows, model->embed(), options.texts);
    } else {
      normalise_rows(rows, model->embed(), options.texts);
    }
    out.add("text_features", {texts.size(), static_cast<std::size_t>(model->embed())}, rows);
    out.metadata("texts", json_text(texts));
    origin.prompts_sha256 = fewclip::sha256_of_list(texts);
  }
  image_rows rows;
  if (!options.images.empty()) {
    image_job job;
    job.paths = images.paths;
    job.batch = static_cast<std::size_t>(options.reading.batch);
    job.strict = options.reading.strict;
    job.pictures = options.model.pictures;
    job.parts = &parts;
    job.prefix = "images";
    rows = embed_image_files(*model, job);
    list_unreadable(rows.failed);
    rows.counts.say(options.model.pictures, model->preprocessing());
    if (rows.items.empty())
      throw fewclip::io_error(fewclip::expected_got(options.images[0], "images", "at least one that can be read", "none"));
    add_images(out, *model, images, rows, options.raw);
  }
  for (const auto& [key, text] : fewclip::io::header_texts(origin)) out.metadata(key, text);
  out.write(options.out);
  parts.remove();
  say(options, rows, texts.size(), model->embed());
  if (!rows.failed.empty()) throw exit_with{3};
}

}  // namespace program
