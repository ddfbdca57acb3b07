#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fewclip/core/sha256.hpp>
#include <fewclip/data/image_list.hpp>
#include <fewclip/io/feature_set.hpp>
#include <fewclip/io/image_folder.hpp>
#include <fewclip/io/image_table.hpp>
#include <fewclip/io/index_file.hpp>
#include <fewclip/io/sentences.hpp>
#include <fewclip/io/split_file.hpp>
#include <fewclip/prompts/templates.hpp>
#include <filesystem>

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
using fewclip::data::image_item;
using fewclip::data::image_list;
using fewclip::io::labelled_features;

/// Images that are embedded alike, and what came of them.
struct embedded {
  image_rows rows;
  std::vector<std::vector<std::size_t>> row_of;  // rows of each item; none where it could not be read
};

/// The whole run: what is read and what has been embedded.
class feature_run {
 public:
  explicit feature_run(const features_options& options) : options_(options), parts_(options.out) {
    if (options.view_rows != "mean" && options.view_rows != "all") {
      throw usage_error("--view-rows: expected mean or all, got '" + options.view_rows + "'");
    }
    check_files();
    list_ = read_list();
    if (!options.index.empty()) drawn_ = fewclip::data::items_at(list_.train, fewclip::io::read_index_file(options.index, list_).support);
    files_.check_images("--images", list_);
    say_other_files(list_);
    say_missing_classes(list_);
    say_leaks();
    templates_ = read_templates();
    model_ = open_model(options.model, {});
    say_warnings(*model_);
    const bool text_asked = !options.templates.empty() || !options.sentences.empty() || !options.anchors.empty();
    if (!options.anchors.empty()) anchors_ = read_lines(options.anchors);
    require_towers(*model_, options.model, true, text_asked);
    has_text_ = model_->has_tokenizer();
  }

  void run() {
    fewclip::io::feature_set set;
    set.dim = static_cast<std::size_t>(model_->embed());
    set.classes = list_.class_ids.size();
    set.class_names = list_.class_names;
    fewclip::io::feature_metadata origin = origin_of(*model_, options_.model);
    origin.normalised = "l2";
    origin.data_set = printable(fs::path(options_.images).filename().string());
    if (!set.class_names.empty()) origin.class_names_sha256 = fewclip::sha256_of_list(set.class_names);
    if (options_.views > 0) {
      origin.views = std::to_string(options_.views);
      origin.support_rows = options_.view_rows == "mean" ? "mean_of_views" : "all_views";
      origin.other["views_seed"] = std::to_string(options_.seed);
    }
    add_text(set, origin);
    add_images(set);
    set.metadata = fewclip::io::header_texts(origin);
    fewclip::io::write_feature_set(set, options_.out);
    parts_.remove();
    say(set);
    list_unreadable(failed_);
    counts_.say(options_.model.pictures, model_->preprocessing());
    if (!failed_.empty()) throw exit_with{3};
  }

 private:
  image_list read_list() const {
    const std::string& split = options_.split;
    if (split.empty()) return fewclip::io::read_image_folder(options_.images);
    if (fewclip::io::is_image_table_name(split)) return fewclip::io::read_image_table(split, options_.images);
    return fewclip::io::read_split_file(split, options_.images);
  }

  void check_files() {
    files_.writes("--out", options_.out);
    files_.keeps("--out, finished parts", parts_.folder());
    files_.reads("--split", options_.split);
    files_.reads("--index", options_.index);
    files_.reads("--templates", options_.templates);
    files_.reads("--sentences", options_.sentences);
    files_.reads("--anchors", options_.anchors);
    files_.reads_model(options_.model);
    files_.reads_folder("--images", options_.images);
    files_.check();
    require_writable(options_.out);
  }

  void say_leaks() const {
    try {
      fewclip::data::check_leaks(list_);
    } catch (const fewclip::value_error& leak) {
      note(std::string("warning: ") + leak.what());
    }
  }

  fewclip::prompts::template_list read_templates() const {
    const std::string& given = options_.templates;
    if (given.empty()) return fewclip::prompts::single_photo();
    std::error_code ignored;
    if (fs::is_regular_file(given, ignored)) return fewclip::prompts::template_list(read_lines(given));
    constexpr std::string_view ensemble = "ensemble:";
    try {
      return given.starts_with(ensemble) ? fewclip::prompts::ensemble_of(std::string_view(given).substr(ensemble.size()))
                                         : fewclip::prompts::templates_of(given);
    } catch (const fewclip::value_error& unknown) {
      throw usage_error("--templates: neither a file nor a known name: " + std::string(unknown.what()));
    }
  }

  void add_text(fewclip::io::feature_set& set, fewclip::io::feature_metadata& origin) const {
    if (!has_text_ || list_.class_names.empty()) {
      note(std::string("no text features: ") +
           (has_text_ ? "the images have no class names" : "the model has no text tower, or no vocabulary beside it"));
      return;
    }
    std::vector<std::vector<std::string>> sentences;
    if (!options_.sentences.empty()) {
      auto matched = fewclip::io::read_sentences(options_.sentences).match(list_.class_names);
      say_unused_keys(options_.sentences, matched.unused);
      sentences = std::move(matched.of_class);
    }
    const fewclip::prompts::class_prompts prompts(list_.class_names, templates_, sentences);
    origin.prompts_sha256 = fewclip::sha256_of_list(prompts.flat());
    set.text = model_->class_text(prompts, options_.truncate);
    if (!anchors_.empty()) set.anchors = model_->class_text({anchors_, templates_, {}}, options_.truncate);
    require_different_texts(set.text, list_.class_names, list_.source);
  }

  /// Embeds items with `views` augmented views each, or as they are.
  embedded embed_items(const std::vector<image_item>& items, std::size_t views, const std::string& prefix) {
    image_job job;
    for (const image_item& each : items) job.paths.push_back(fewclip::data::file_of(list_, each));
    job.batch = std::max<std::size_t>(1, static_cast<std::size_t>(options_.reading.batch) / std::max<std::size_t>(1, views));
    job.views = views;
    job.seed = options_.seed;
    job.strict = options_.reading.strict;
    job.pictures = options_.model.pictures;
    job.parts = &parts_;
    job.prefix = prefix;
    embedded out;
    out.rows = embed_image_files(*model_, job);
    out.row_of.resize(items.size());
    const std::size_t each = std::max<std::size_t>(1, views);
    for (std::size_t k = 0; k < out.rows.items.size(); ++k) {
      for (std::size_t v = 0; v < each; ++v) out.row_of[out.rows.items[k]].push_back(k * each + v);
    }
    for (const auto& problem : out.rows.failed) {
      const auto known = [&](const auto& before) { return before.reason == problem.reason; };
      if (std::none_of(failed_.begin(), failed_.end(), known)) failed_.push_back(problem);
    }
    if (prefix != "support") counts_.add(out.rows.counts);  // drawn from those that are counted already
    encoded_ += static_cast<double>(items.size() - out.rows.resumed);
    seconds_ += out.rows.seconds;
    return out;
  }

  /// Unit rows of items [first, first + items): one per item, the normalised mean of its raw rows, or all of them.
  labelled_features rows_of(const embedded& from, const std::vector<image_item>& items, std::size_t first, bool mean) const {
    const auto width = static_cast<std::size_t>(model_->embed());
    labelled_features out;
    out.dim = width;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto& rows = from.row_of[first + i];
      if (rows.empty()) continue;
      if (mean) {
        std::vector<double> sum(width, 0);
        for (const std::size_t row : rows) {
          for (std::size_t d = 0; d < width; ++d) sum[d] += static_cast<double>(from.rows.features[row * width + d]);
        }
        for (const double value : sum) out.features.push_back(static_cast<float>(value / static_cast<double>(rows.size())));
      } else {
        for (const std::size_t row : rows) {
          const auto begin = from.rows.features.begin() + static_cast<std::ptrdiff_t>(row * width);
          out.features.insert(out.features.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
        }
      }
      out.labels.insert(out.labels.end(), mean ? 1 : rows.size(), items[i].label);
    }
    out.rows = out.labels.size();
    normalise_rows(out.features, model_->embed(), "image features");
    return out;
  }

  void add_images(fewclip::io::feature_set& set) {
    const auto views = static_cast<std::size_t>(options_.views);
    const bool mean = options_.view_rows == "mean";
    const bool views_of_train = views > 0 && drawn_.empty();
    std::vector<image_item> clean = views_of_train ? std::vector<image_item>() : list_.train;
    const std::size_t val = clean.size();
    clean.insert(clean.end(), list_.val.begin(), list_.val.end());
    const std::size_t test = clean.size();
    clean.insert(clean.end(), list_.test.begin(), list_.test.end());
    const embedded all = embed_items(clean, 0, "clean");
    const auto put = [](std::optional<labelled_features>& to, labelled_features rows) {
      if (rows.rows > 0) to = std::move(rows);
    };
    if (views_of_train) {
      put(set.train, rows_of(embed_items(list_.train, views, "views"), list_.train, 0, mean));
    } else {
      put(set.train, rows_of(all, list_.train, 0, true));
    }
    put(set.val, rows_of(all, list_.val, val, true));
    put(set.test, rows_of(all, list_.test, test, true));
    const auto check = [this](const char* split, const std::vector<image_item>& items, const std::optional<labelled_features>& rows) {
      say_unreadable_classes(list_, split, items, rows ? rows->labels : std::vector<std::int64_t>());
    };
    check("train", list_.train, set.train);
    check("val", list_.val, set.val);
    check("test", list_.test, set.test);
    if (drawn_.empty()) return;
    const embedded support = embed_items(drawn_, views, "support");
    labelled_features rows = rows_of(support, drawn_, 0, mean);
    if (rows.rows > 0) set.train_by_shots.emplace(drawn_shots(), std::move(rows));
  }

  /// K of "shot_K-seed_S.json", else the largest number of images of a class.
  std::size_t drawn_shots() const {
    const std::string name = fs::path(options_.index).filename().string();
    std::size_t shots = 0;
    if (name.starts_with("shot_")) std::from_chars(name.data() + 5, name.data() + name.size(), shots);
    if (shots > 0) return shots;
    std::vector<std::size_t> counts(list_.class_ids.size(), 0);
    for (const image_item& each : drawn_) ++counts[static_cast<std::size_t>(each.label)];
    return *std::max_element(counts.begin(), counts.end());
  }

  void say(const fewclip::io::feature_set& set) const {
    const auto rows = [](const std::optional<labelled_features>& part) { return part ? part->rows : 0; };
    std::printf("%s: %zu classes, %zu channels; %zu training, %zu validation and %zu test rows", printable(options_.out).c_str(),
                set.classes, set.dim, rows(set.train), rows(set.val), rows(set.test));
    for (const auto& [shots, part] : set.train_by_shots) std::printf(", %zu rows for %zu shots", part.rows, shots);
    if (encoded_ > 0) std::printf("; %.1f images/s", encoded_ / std::max(1e-9, seconds_));
    std::printf("\n");
  }

  const features_options& options_;
  kept_parts parts_;
  file_uses files_;
  image_list list_;
  std::vector<image_item> drawn_;
  std::vector<std::string> anchors_;  // names
  fewclip::prompts::template_list templates_ = fewclip::prompts::single_photo();
  std::unique_ptr<clip_model> model_;
  bool has_text_ = false;
  std::vector<fewclip::runtime::unreadable_image> failed_;
  picture_counts counts_;
  double encoded_ = 0;
  double seconds_ = 0;
};

}  // namespace

void features(const features_options& options) { feature_run(options).run(); }

}  // namespace program
