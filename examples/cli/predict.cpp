#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fewclip/io/classifier_file.hpp>
#include <fewclip/io/image_folder.hpp>
#include <fewclip/runtime/prediction_rules.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "cleaning_rule.hpp"
#include "fit_commands.hpp"
#include "image_rows.hpp"
#include "interruption.hpp"
#include "model_files.hpp"
#include "notes.hpp"
#include "picture_rows.hpp"
#include "remarks.hpp"
#include "report.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;
using fewclip::io::classifier_file;
using json = nlohmann::ordered_json;

/// The files: those given, or all of one folder.
std::vector<std::string> files_of(const std::vector<std::string>& given) {
  std::error_code ignored;
  std::vector<std::string> out;
  if (given.size() == 1 && fs::is_directory(given[0], ignored)) {
    const auto list = fewclip::io::read_image_folder(given[0], {.classes_required = false, .names_compared = false});
    for (const auto& [name, items] : fewclip::data::lists_of(list)) {
      for (const auto& item : *items) out.push_back(fewclip::data::file_of(list, item));
    }
    say_other_files(list);
    return out;
  }
  for (const std::string& path : given) {
    if (fs::is_directory(path, ignored)) {
      throw usage_error("predict: expected one folder, or files only, got the folder '" + path + "' among " + std::to_string(given.size()) +
                        " paths");
    }
    if (!fs::exists(path, ignored)) throw fewclip::io_error(fewclip::expected_got(path, "image", "a file", "none"));
    out.push_back(path);
  }
  return out;
}

/// The weights and pixels must be those that the classifier was fitted with.
void require_same_model(const classifier_file& stored, const clip_model& model, const predict_options& options) {
  const auto origin = origin_of(model, options.model);
  if (stored.origin.weights_sha256 != origin.weights_sha256) {
    throw fewclip::io_error(fewclip::expected_got(
        options.model.model, "weights", "those of the fit, " + stored.origin.backbone + " with SHA-256 " + stored.origin.weights_sha256,
        origin.backbone + " with " + origin.weights_sha256));
  }
  if (stored.origin.preprocess != origin.preprocess) {
    throw fewclip::io_error(
        fewclip::expected_got(options.model.model, "preprocessing", stored.origin.preprocess + ", as at the fit", origin.preprocess));
  }
}

/// Where the method reads the words of its prompts, they must become the tokens of the fit: then the class texts are the stored ones.
void require_same_vocabulary(const classifier_file& stored, const clip_model& model, const predict_options& options) {
  const fewclip::prompts::class_prompts prompts(stored.class_names, fewclip::prompts::template_list({stored.prompt_template}), {});
  const std::vector<float> now = model.class_text(prompts, false);
  const std::vector<float>& then = stored.text.values;
  const auto compute = origin_of(model, options.model).compute;
  const double least = stored.origin.compute == "bf16" || compute == "bf16" ? 0.999 : 0.9999;
  const std::size_t classes = stored.class_names.size();
  const std::size_t width = now.size() / classes;
  for (std::size_t c = 0; c < classes && then.size() == now.size(); ++c) {
    double cosine = 0;
    for (std::size_t i = c * width; i < (c + 1) * width; ++i) cosine += static_cast<double>(now[i]) * static_cast<double>(then[i]);
    if (cosine >= least) continue;
    char got[64];
    std::snprintf(got, sizeof got, "another one, cosine %.6f", cosine);
    throw fewclip::io_error(fewclip::expected_got(model.info().tokenizer, "vocabulary",
                                                  "that of the fit, which gives class '" + stored.class_names[c] + "' the stored text row",
                                                  got));
  }
}

/// What the classifier was fitted with, in the form that methods are given.
struct stored_task {
  explicit stored_task(const classifier_file& from) {
    texts.rows = from.text.values;
    texts.class_names = from.class_names;
    texts.prompt = from.prompt_template;
    texts.anchors = from.anchors.values;
    if (const auto names = from.facts.find("anchors"); names != from.facts.end()) {
      std::istringstream lines(names->second);
      for (std::string each; std::getline(lines, each);) texts.anchor_names.push_back(each);
    }
    support.features = from.support.values;
    support.labels.assign(from.support_labels.begin(), from.support_labels.end());
    given.method = from.method;
    given.classes = static_cast<index>(from.class_names.size());
    given.width = static_cast<index>(from.dim);
    given.text = &texts;
    given.support = &support;
    given.settings.insert(from.settings.begin(), from.settings.end());
    given.as_published = from.facts.count("as_published") != 0;
  }
  stored_task(const stored_task&) = delete;
  stored_task& operator=(const stored_task&) = delete;

  class_texts texts;
  row_table support;
  task given;
};

/// Class positions by falling score, and probabilities.
struct ranking {
  ranking(const float* logits, std::size_t classes) : order(classes), probability(classes) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [logits](std::size_t a, std::size_t b) { return logits[a] > logits[b]; });
    const double top = static_cast<double>(logits[order.front()]);
    double sum = 0;
    for (std::size_t c = 0; c < classes; ++c) sum += probability[c] = std::exp(static_cast<double>(logits[c]) - top);
    for (double& each : probability) each /= sum;
  }
  std::vector<std::size_t> order;
  std::vector<double> probability;
};

class prediction_run {
 public:
  explicit prediction_run(const predict_options& options)
      : options_(options), files_(files_of(options.images)), stored_(fewclip::io::read_classifier(options.classifier)), inputs_(stored_) {
    methods_ = make_engine(chosen_products(options.model.products));
    const auto all = methods_->methods();
    const auto about = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == stored_.method; });
    if (about == all.end()) {
      throw fewclip::io_error(fewclip::expected_got(options.classifier, "method", "one that this program has", "'" + stored_.method + "'"));
    }
    fewclip::runtime::require_rules(*about, stored_.facts, options.classifier);
    const bool reads_prompts = about->needs.text_source;
    if (!reads_prompts) inputs_.texts.prompt.clear();  // its rows are enough
    model_options how = options.model;
    how.pictures.follow(stored_.origin.preprocess);
    if (how.cleaning.empty()) how.cleaning = recorded_cleaning(stored_.origin.cleaning, options.classifier);  // as at the fit
    model_ = open_model(how, {true, reads_prompts});
    require_towers(*model_, options.model, true, false);
    require_same_model(stored_, *model_, options);
    methods_->use(model_);
    if (static_cast<std::size_t>(model_->width(about->rows)) != stored_.dim) {
      throw fewclip::io_error(
          fewclip::expected_got(options.classifier, "dim", std::to_string(model_->width(about->rows)), std::to_string(stored_.dim)));
    }
    if (reads_prompts) require_same_vocabulary(stored_, *model_, options);
    classifier_ = methods_->restore(inputs_.given, stored_.trained);
  }

  void run() {
    const interruption handlers;
    const auto batch = static_cast<std::size_t>(options_.rows.reading.batch);
    const std::uint64_t memory = default_memory();
    const bool many_fit = memory / (stored_.dim * sizeof(float)) >= 256;
    const std::size_t step = many_fit ? std::max<std::size_t>(batch, 256) : batch;  // images are decoded while others of a step are encoded
    json images = json::array();
    for (std::size_t begin = 0; begin < files_.size(); begin += step) {
      picture_job job;
      job.paths.assign(files_.begin() + static_cast<std::ptrdiff_t>(begin),
                       files_.begin() + static_cast<std::ptrdiff_t>(std::min(begin + step, files_.size())));
      job.kind = fewclip::runtime::row_kind_of(stored_.rows);
      job.batch = batch;
      job.strict = options_.rows.reading.strict;
      job.pictures = options_.model.pictures;
      job.memory = memory;
      job.what = "predict";
      job.remedy = " (a smaller --batch)";
      const picture_rows rows = read_pictures(*model_, job);
      failed_.insert(failed_.end(), rows.failed.begin(), rows.failed.end());
      counts_.add(rows.counts);
      for (std::size_t first = 0; first < rows.items.size(); first += batch) {
        show(job, rows, {first, std::min(first + batch, rows.items.size())}, images);
      }
    }
    if (options_.json) print(images);
    list_unreadable(failed_);
    counts_.say(options_.model.pictures, model_->preprocessing(), true);
    if (!failed_.empty()) throw exit_with{3};
  }

 private:
  /// Rows first .. last-1.
  struct row_range {
    std::size_t first;
    std::size_t last;
  };

  void show(const picture_job& job, const picture_rows& rows, row_range range, json& images) const {
    const auto classes = stored_.class_names.size();
    const float* const begin = rows.rows->rows().data() + range.first * stored_.dim;
    const auto logits = classifier_->logits({begin, (range.last - range.first) * stored_.dim}, static_cast<index>(stored_.dim));
    const auto top = std::min<std::size_t>(classes, static_cast<std::size_t>(options_.top));
    for (std::size_t i = range.first; i < range.last; ++i) {
      const float* const scores = logits.data() + (i - range.first) * classes;
      const ranking found(scores, classes);
      const std::string& file = job.paths[rows.items[i]];
      if (options_.json) {
        json each{{"file", file}, {"predictions", json::array()}};
        for (std::size_t k = 0; k < top; ++k) {
          const std::size_t c = found.order[k];
          each["predictions"].push_back(
              {{"class", stored_.class_names[c]}, {"label", c}, {"probability", found.probability[c]}, {"logit", scores[c]}});
        }
        images.push_back(std::move(each));
        continue;
      }
      std::printf("%s:", printable(file).c_str());
      for (std::size_t k = 0; k < top; ++k) {
        const std::size_t c = found.order[k];
        std::printf("%s %s %.1f %%", k == 0 ? "" : ",", printable(stored_.class_names[c]).c_str(), 100 * found.probability[c]);
      }
      std::printf("\n");
    }
  }

  void print(const json& images) const {
    json out{{"program", "fewclip"},          {"version", version_text()}, {"classifier", options_.classifier}, {"method", stored_.method},
             {"model", options_.model.model}, {"images", images},          {"unreadable", json::array()}};
    for (const auto& each : failed_) out["unreadable"].push_back(each.reason);
    std::printf("%s\n", out.dump(1, ' ', false, json::error_handler_t::replace).c_str());
  }

  const predict_options& options_;
  std::vector<std::string> files_;
  classifier_file stored_;
  stored_task inputs_;
  std::unique_ptr<engine> methods_;
  std::shared_ptr<const clip_model> model_;
  std::unique_ptr<fitted> classifier_;
  std::vector<fewclip::runtime::unreadable_image> failed_;
  picture_counts counts_;
};

}  // namespace

void predict(const predict_options& options) { prediction_run(options).run(); }

}  // namespace program
