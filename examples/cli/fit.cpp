#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fewclip/core/settings.hpp>
#include <fewclip/core/sha256.hpp>
#include <fewclip/data/few_shot_sampling.hpp>
#include <fewclip/io/classifier_file.hpp>
#include <fewclip/io/image_folder.hpp>
#include <fewclip/selectors/fixed.hpp>
#include <filesystem>
#include <set>

#include "drawn_pictures.hpp"
#include "file_uses.hpp"
#include "fit_commands.hpp"
#include "fit_settings.hpp"
#include "image_rows.hpp"
#include "interruption.hpp"
#include "model_files.hpp"
#include "notes.hpp"
#include "picture_rows.hpp"
#include "plan.hpp"
#include "remarks.hpp"
#include "report.hpp"
#include "stretches.hpp"
#include "training_memory.hpp"

namespace program {
namespace {

using fewclip::data::image_item;
using fewclip::data::image_list;
using fewclip::runtime::row_kind;

std::string mebibytes(double bytes) { return std::to_string(static_cast<long long>(std::ceil(bytes / 1048576.0))) + " MiB"; }

/// The whole fit, from folders to the classifier.
class fit_run {
 public:
  explicit fit_run(const fit_options& options) : options_(options) {
    methods_ = make_engine(chosen_products(options.model.products));
    make_plan_of_one();
    check_files();
    list_ = fewclip::io::read_image_folder(options.images, {.splits = {"train", "val"}});
    files_.check_images("--images", list_);
    say_other_files(list_);
    if (list_.classes() < 2) {
      throw fewclip::io_error(fewclip::expected_got(options.images, "class folders", "at least 2", std::to_string(list_.classes())));
    }
    if (made_.mode == fewclip::runtime::selection_mode::validation && list_.val.empty()) {
      throw fewclip::io_error(fewclip::expected_got(options.images, "folder val", "images for --selection " + options.selection, "none"));
    }
    model_ = open_model(options.model, {});
    say_warnings(*model_);
    const auto& about = planned().about;
    require_towers(*model_, options.model, true, about.needs.text || about.needs.text_source);
    methods_->use(model_);
    fit_to_width(made_, options.model.model, model_->embed());
    require_memory();
    require_fitting_settings(planned(), *model_, options.prompt, list_.class_names, options.seed);
    if (!keeps_states()) require_no_states(state_path());
  }

  void run() {
    const interruption handlers;
    say_selection();
    make_texts();
    draw();
    task given = make_task();
    const auto start = std::chrono::steady_clock::now();
    const kept_states states{state_path(), identity(given)};
    const auto fitted = train(given, states);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fewclip::io::write_classifier(stored(*fitted), options_.out);
    if (keeps_states()) remove_states(states);
    say_training(options_.method, *fitted);
    std::printf("%s: %s on %zu images of %lld classes, %lld trained numbers, %.1f s\n", printable(options_.out).c_str(),
                options_.method.c_str(), support_.items.size(), static_cast<long long>(list_.classes()),
                static_cast<long long>(fitted->training().trained_parameters), seconds);
    std::fputs(choice_of(planned(), *fitted).c_str(), stdout);
    list_unreadable(failed_);
    counts_.say(options_.model.pictures, model_->preprocessing());
    if (!failed_.empty()) throw exit_with{3};
  }

 private:
  void check_files() {
    files_.writes("--out", options_.out);
    files_.keeps("--out, state", state_path() + "0");
    files_.keeps("--out, state", state_path() + "1");
    files_.reads("--anchors", options_.anchors);
    files_.reads_model(options_.model);
    files_.reads_folder("--images", options_.images);
    files_.check();
    require_writable(options_.out);
  }

  const planned_method& planned() const { return made_.methods.front(); }
  row_kind kind() const { return planned().about.rows; }

  void make_plan_of_one() {
    if (options_.selection == "oracle") throw usage_error("--selection: expected none, few-val or full-val, got 'oracle'");
    require_method();
    read_anchors();
    try {
      fewclip::prompts::template_list({options_.prompt});
    } catch (const fewclip::value_error& problem) {
      throw usage_error(std::string("--prompt: ") + problem.what());
    }
    compare_options as_compared;
    as_compared.methods = {options_.method};
    as_compared.shots = {options_.shots == 0 ? 16 : options_.shots};  // all: as the papers' most
    as_compared.seeds = {static_cast<std::int64_t>(options_.seed)};
    as_compared.selection = options_.selection;
    as_compared.recipe = options_.recipe;
    for (const std::string& each : options_.settings) {
      if (each.find('=') == std::string::npos) throw usage_error("--set: expected parameter=value, got '" + each + "'");
      as_compared.settings.push_back(each.starts_with(options_.method + ".") ? each : options_.method + "." + each);
    }
    made_ = make_plan(as_compared, *methods_);
    if (planned().about.needs.anchors && anchor_names_.empty()) {
      throw usage_error(
          "--anchors: " + options_.method +
          " expects a file with names other than the classes, one per line, got none; with the classes alone it is zero_shot");
    }
    if (searches_nothing()) {
      made_.protocol = watches_validation(planned())
                           ? "fixed: nothing is searched, " + options_.selection + " rows are watched for the early stop"
                           : fewclip::selectors::fixed::protocol;
    }
  }

  /// Whether a selection was asked for, and the method has nothing to search, or it is given.
  bool searches_nothing() const { return made_.mode != fewclip::runtime::selection_mode::none && planned().search.index() == 0; }

  void say_selection() const {
    if (!searches_nothing()) return;
    note(options_.method + " has nothing to search; --selection " + options_.selection + " " +
         (watches_validation(planned()) ? "serves its early stop alone" : "changes nothing without an early stop"));
  }

  void read_anchors() {
    if (options_.anchors.empty()) return;
    const std::set<std::string> with_anchors = {"rtos", "rtos_feature_anchors", "rtos_fixed_anchors"};
    if (with_anchors.count(options_.method) == 0) {
      throw usage_error("--anchors: expected rtos, rtos_feature_anchors or rtos_fixed_anchors, got '" + options_.method + "'");
    }
    anchor_names_ = read_lines(options_.anchors);
  }

  void require_method() const {
    std::vector<std::string> names;
    for (const auto& each : methods_->methods()) names.push_back(each.name);
    if (std::find(names.begin(), names.end(), options_.method) != names.end()) return;
    throw usage_error("--method: no method '" + options_.method + "'; did you mean '" + fewclip::nearest_name(options_.method, names) +
                      "'?");
  }

  std::uint64_t memory() const {
    return options_.rows.memory > 0 ? static_cast<std::uint64_t>(options_.rows.memory) << 20 : default_memory();
  }

  index support_images() const {
    if (options_.shots == 0) return static_cast<index>(list_.train.size());
    return std::min(static_cast<index>(list_.train.size()), list_.classes() * options_.shots);
  }

  /// Tokens of the longest class prompt, where the method learns some.
  index prompt_tokens() const {
    if (!planned().about.needs.text_source) return 0;
    const fewclip::prompts::template_list filled({options_.prompt});
    std::vector<std::string> texts;
    for (const std::string& name : list_.class_names) texts.push_back(filled.fill(name).front());
    return longest_text(*model_, texts);
  }

  /// What training takes, refused before the work starts where it is too much.
  void require_memory() const {
    if (!planned().about.trains) return;
    const training_sizes sizes{list_.classes(), support_images(), model_->width(kind()), prompt_tokens(),
                               static_cast<index>(anchor_names_.size())};
    const double need = training_memory(planned().about, planned().settings, model_->info(), sizes);
    if (need <= static_cast<double>(memory())) return;
    throw fewclip::value_error(fewclip::expected_got(options_.method, "memory",
                                                     "at most " + mebibytes(static_cast<double>(memory())) + " for the training (--memory)",
                                                     "an estimate of " + mebibytes(need)));
  }

  /// Whether the method is given the tokens of the prompts, and not their rows alone.
  bool reads_prompts() const { return planned().about.needs.text_source || kind() == row_kind::pixels; }

  void make_texts() {
    texts_.class_names = list_.class_names;
    if (!model_->has_tokenizer()) return;
    texts_.rows = rows_of(list_.class_names);
    if (planned().about.needs.text || planned().about.needs.text_source) {
      require_different_texts(texts_.rows, list_.class_names, list_.source);
    }
    if (reads_prompts()) texts_.prompt = options_.prompt;
    if (anchor_names_.empty()) return;
    if (planned().about.needs.text_source) {
      require_short_anchors();
      texts_.anchor_names = anchor_names_;
    } else {
      texts_.anchors = rows_of(anchor_names_);
    }
  }

  void require_short_anchors() const {
    const fewclip::prompts::template_list filled({options_.prompt});
    std::vector<std::string> texts;
    for (const std::string& name : anchor_names_) texts.push_back(filled.fill(name).front());
    const std::vector<index> lengths = text_lengths(*model_, texts);
    const index most = model_->info().text->context;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] <= most) continue;
      throw fewclip::io_error(fewclip::expected_got(options_.anchors, "line " + std::to_string(i + 1),
                                                    "at most " + std::to_string(most) + " tokens within --prompt",
                                                    std::to_string(lengths[i])));
    }
  }

  std::vector<float> rows_of(const std::vector<std::string>& names) const {
    return model_->class_text({names, fewclip::prompts::template_list({options_.prompt}), {}}, false);
  }

  picture_job reading() const {
    picture_job job;
    job.kind = kind();
    job.batch = static_cast<std::size_t>(options_.rows.reading.batch);
    job.strict = options_.rows.reading.strict;
    job.pictures = options_.model.pictures;
    job.memory = memory();
    job.folder = options_.rows.cache;
    job.remedy = " (--memory), or --cache with a folder for them";
    return job;
  }

  void draw() {
    require_every_class(list_, list_.train);
    if (made_.mode == fewclip::runtime::selection_mode::validation) say_missing_classes(list_);
    drawn_pictures pictures(list_, *model_, reading());
    const index classes = list_.classes();
    const auto all = [](const std::vector<image_item>& from) {
      std::vector<index> out(from.size());
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<index>(i);
      return out;
    };
    const auto few = [&](const std::vector<image_item>& from, index shots) {
      return fewclip::data::draw_shots(fewclip::data::labels_of(from), classes, shots, options_.seed);
    };
    support_ = pictures.read(list_.train, "support",
                             [&](const auto& from) { return options_.shots == 0 ? all(from) : few(from, options_.shots); });
    say_short_classes();
    if (made_.mode == fewclip::runtime::selection_mode::validation) {
      validation_ = pictures.read(list_.val, "validation", [&](const auto& from) {
        return made_.few_validation ? few(from, options_.shots == 0 ? 4 : std::min<index>(4, options_.shots)) : all(from);
      });
    }
    failed_ = pictures.failed();
    counts_ = pictures.counts();
  }

  void say_short_classes() const {
    if (options_.shots == 0) return;
    std::vector<std::int64_t> counts(list_.class_ids.size(), 0);
    for (const image_item& each : support_.items) ++counts[static_cast<std::size_t>(each.label)];
    for (std::size_t c = 0; c < counts.size(); ++c) {
      if (counts[c] < options_.shots) {
        note("class folder '" + list_.class_ids[c] + "' has " + std::to_string(counts[c]) + " of " + std::to_string(options_.shots) +
             " images; all are used");
      }
    }
  }

  task make_task() const {
    task given;
    given.method = options_.method;
    given.classes = list_.classes();
    given.width = model_->width(kind());
    given.text = &texts_;
    given.support = &support_.table;
    if (made_.mode == fewclip::runtime::selection_mode::validation) given.validation = &validation_.table;
    given.settings = planned().settings;
    for (const fewclip::setting_value& each : planned().about.settings) {
      if (is_seed(each)) {
        given.settings.try_emplace(std::string(each.about.name), static_cast<double>(options_.seed));
      }
    }
    given.selection = made_.mode;
    given.search = planned().search;
    given.as_published = made_.published;
    return given;
  }

  std::string state_path() const { return options_.out + ".state"; }

  static std::string digest_of(const std::vector<float>& numbers) {
    return fewclip::sha256_of(std::string_view(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)));
  }

  /// Everything that the training depends on.
  std::string identity(const task& given) const {
    std::string text = "fewclip fit 1\n" + version_text() + "\n" + options_.method + "\n" + model_->weights_sha256() + "\n" +
                       methods_->backend() + "\n" + model_->preprocessing().identifier() + "\n" + options_.prompt + "\n" +
                       options_.selection + "\n" + options_.recipe + "\nbatch " + std::to_string(options_.rows.reading.batch) + "\n" +
                       digest_of(texts_.rows) + "\n" + digest_of(texts_.anchors) + "\n" + lines_of(texts_.anchor_names);
    for (const auto& [name, rule] : planned().about.rules) text += name + "=" + rule + "\n";
    for (const auto& [name, value] : given.settings) {
      char number[64];
      std::snprintf(number, sizeof number, "%s=%.17g\n", name.c_str(), value);
      text += number;
    }
    for (const read_split* split : {&support_, &validation_}) {
      text += "images\n";
      for (const image_item& each : split->items) text += stamp_of(fewclip::data::file_of(list_, each)) + "\n";
    }
    return fewclip::sha256_of(std::string_view(text));
  }

  /// Whether the training keeps states to go on from: there is one, and it is not that of a search.
  bool keeps_states() const {
    return planned().about.trains && (made_.mode == fewclip::runtime::selection_mode::none || planned().search.index() == 0);
  }

  std::unique_ptr<fitted> train(const task& given, const kept_states& states) const {
    return keeps_states() ? fit_in_stretches(*methods_, given, states) : fit_at_once(*methods_, given);
  }

  fewclip::io::classifier_file stored(const fitted& from) const {
    const auto classes = static_cast<std::size_t>(list_.classes());
    fewclip::io::classifier_file out;
    out.method = options_.method;
    out.rows = std::string(name_of(kind()));
    out.class_names = list_.class_names;
    if (!texts_.rows.empty()) out.prompt_template = options_.prompt;
    for (const fewclip::setting_value& each : from.settings()) out.settings.emplace(std::string(each.about.name), each.value);
    out.dim = static_cast<std::size_t>(model_->width(kind()));
    if (!texts_.rows.empty()) out.text = {{classes, texts_.rows.size() / classes}, texts_.rows};
    if (!texts_.anchors.empty()) {
      out.anchors = {{anchor_names_.size(), texts_.anchors.size() / anchor_names_.size()}, texts_.anchors};
    }
    if (planned().about.keeps_support()) {
      const auto values = support_.table.values();
      out.support = {{support_.items.size(), out.dim}, {values.begin(), values.end()}};
      out.support_labels.assign(support_.table.labels.begin(), support_.table.labels.end());
    }
    out.trained = from.trained();
    out.origin = origin_of(*model_, options_.model);
    out.origin.data_set = printable(std::filesystem::weakly_canonical(std::filesystem::absolute(options_.images)).filename().string());
    out.origin.shots = std::to_string(options_.shots);
    out.origin.seed = std::to_string(options_.seed);
    out.facts = {{"shots", options_.shots == 0 ? "all" : std::to_string(options_.shots)},
                 {"seed", std::to_string(options_.seed)},
                 {"selection", made_.protocol},
                 {"support_images", std::to_string(support_.items.size())},
                 {"trained_parameters", std::to_string(from.training().trained_parameters)},
                 {"steps", std::to_string(from.training().steps)},
                 {"final_loss", std::to_string(from.training().final_loss)}};
    if (is_unconverged(from.training())) out.facts["converged"] = "0";
    if (from.training().stopped_early) out.facts["stopped_early"] = "1";
    if (made_.published) out.facts["as_published"] = "1";
    if (!texts_.anchor_names.empty()) out.facts["anchors"] = lines_of(texts_.anchor_names);
    out.facts.insert(planned().about.rules.begin(), planned().about.rules.end());
    return out;
  }

  const fit_options& options_;
  file_uses files_;
  std::unique_ptr<engine> methods_;
  plan made_;
  image_list list_;
  std::shared_ptr<const clip_model> model_;
  std::vector<std::string> anchor_names_;
  class_texts texts_;
  read_split support_;
  read_split validation_;
  std::vector<fewclip::runtime::unreadable_image> failed_;
  picture_counts counts_;
};

}  // namespace

void fit(const fit_options& options) { fit_run(options).run(); }

}  // namespace program
