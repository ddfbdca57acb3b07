#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fewclip/core/settings.hpp>
#include <fewclip/core/sha256.hpp>
#include <fewclip/data/few_shot_sampling.hpp>
#include <fewclip/images/decode.hpp>
#include <fewclip/io/classifier_file.hpp>
#include <fewclip/io/image_folder.hpp>
#include <fewclip/io/training_state_file.hpp>
#include <filesystem>
#include <optional>
#include <set>

#include "fit_commands.hpp"
#include "image_rows.hpp"
#include "interruption.hpp"
#include "model_files.hpp"
#include "picture_rows.hpp"
#include "plan.hpp"
#include "progress_line.hpp"
#include "report.hpp"

namespace program {
namespace {

namespace fs = std::filesystem;
using fewclip::data::image_item;
using fewclip::data::image_list;
using fewclip::runtime::row_kind;

std::string mebibytes(double bytes) { return std::to_string(static_cast<long long>(bytes / 1048576.0) + 1) + " MiB"; }

/// Images of one use, and their rows.
struct read_split {
  std::vector<image_item> items;  // those that could be read
  row_table table;
};

/// The whole fit, from folders to the classifier.
class fit_run {
 public:
  explicit fit_run(const fit_options& options) : options_(options) {
    methods_ = make_engine(chosen_products(options.model.products));
    make_plan_of_one();
    check_output(options.out, options.images);
    list_ = fewclip::io::read_image_folder(options.images);
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
  }

  void run() {
    const interruption handlers;
    make_texts();
    draw();
    task given = make_task();
    const auto start = std::chrono::steady_clock::now();
    const auto fitted = train(given);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fewclip::io::write_classifier(stored(*fitted), options_.out);
    std::error_code ignored;
    for (std::size_t stage = 0; fs::remove(state_path() + std::to_string(stage), ignored); ++stage) {
    }
    std::printf("%s: %s on %zu images of %lld classes, %lld trained numbers, %.1f s\n", options_.out.c_str(), options_.method.c_str(),
                support_.items.size(), static_cast<long long>(list_.classes()),
                static_cast<long long>(fitted->training().trained_parameters), seconds);
    list_unreadable(failed_);
    if (!failed_.empty()) throw exit_with{3};
  }

 private:
  const planned_method& planned() const { return made_.methods.front(); }
  row_kind kind() const { return planned().about.rows; }

  void make_plan_of_one() {
    if (options_.selection == "oracle") throw usage_error("--selection: expected none, few-val or full-val, got 'oracle'");
    require_method();
    try {
      fewclip::prompts::template_list({options_.prompt});
    } catch (const fewclip::value_error& problem) {
      throw usage_error(std::string("--prompt: ") + problem.what());
    }
    compare_options as_compared;
    as_compared.methods = {options_.method};
    as_compared.shots = {std::max<std::int64_t>(1, options_.shots)};
    as_compared.seeds = {static_cast<std::int64_t>(options_.seed)};
    as_compared.selection = options_.selection;
    as_compared.recipe = options_.recipe;
    for (const std::string& each : options_.settings) {
      if (each.find('=') == std::string::npos) throw usage_error("--set: expected parameter=value, got '" + each + "'");
      as_compared.settings.push_back(each.starts_with(options_.method + ".") ? each : options_.method + "." + each);
    }
    made_ = make_plan(as_compared, *methods_);
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

  /// What training holds beside the rows, where that is much; refused before the work starts.
  void require_memory() const {
    double need = 0;
    std::string what;
    if (options_.method == "tsf_clip") {
      need = 7.0 * 4.0 * static_cast<double>(model_->info().parameters);
      what = "weights, gradients, moments and packed weights of both towers";
    } else if (options_.method == "vt_clip") {
      need = 20.0 * 4.0 * 32.0 * static_cast<double>(list_.classes()) * static_cast<double>(model_->embed());
      what = "intermediates of 32 images times all classes";
    }
    if (need > static_cast<double>(memory())) {
      throw fewclip::value_error(fewclip::expected_got(options_.method, "memory",
                                                       "at most " + mebibytes(static_cast<double>(memory())) + " (--memory)",
                                                       "an estimate of " + mebibytes(need) + ": " + what));
    }
  }

  void make_texts() {
    texts_.class_names = list_.class_names;
    if (!model_->has_tokenizer()) return;
    const fewclip::prompts::class_prompts prompts(list_.class_names, fewclip::prompts::template_list({options_.prompt}), {});
    texts_.rows = model_->class_text(prompts, false);
    texts_.prompt = options_.prompt;
  }

  picture_rows read(const std::vector<image_item>& items, const char* what) const {
    picture_job job;
    for (const image_item& each : items) job.paths.push_back(fewclip::data::file_of(list_, each));
    job.kind = kind();
    job.batch = static_cast<std::size_t>(options_.rows.reading.batch);
    job.strict = options_.rows.reading.strict;
    job.memory = memory();
    job.folder = options_.rows.cache;
    job.what = what;
    return read_pictures(*model_, job);
  }

  /// Images of the list that can be read, by decoding those that a draw takes until all of a draw can be.
  template <class Draw>
  std::vector<image_item> readable_draw(std::vector<image_item> from, const Draw& take) {
    for (;;) {
      const std::vector<image_item> drawn = fewclip::data::items_at(from, take(from));
      std::set<std::string> bad;
      for (const image_item& each : drawn) {
        const std::string path = fewclip::data::file_of(list_, each);
        if (known_readable_.count(path) != 0) continue;
        try {
          fewclip::images::decode_image(path);
          known_readable_.insert(path);
        } catch (const fewclip::error& problem) {
          if (options_.rows.reading.strict) throw;
          bad.insert(each.path);
          failed_.push_back({failed_.size(), problem.what()});
        }
      }
      if (bad.empty()) return drawn;
      std::erase_if(from, [&bad](const image_item& each) { return bad.count(each.path) != 0; });
      require_every_class(from);
    }
  }

  void require_every_class(const std::vector<image_item>& items) const {
    std::vector<bool> seen(list_.class_ids.size(), false);
    for (const image_item& each : items) seen[static_cast<std::size_t>(each.label)] = true;
    for (std::size_t c = 0; c < seen.size(); ++c) {
      if (!seen[c]) {
        throw fewclip::io_error(fewclip::expected_got(options_.images, "class folder '" + list_.class_ids[c] + "'",
                                                      "at least one image that can be read", "none"));
      }
    }
  }

  void draw() {
    require_every_class(list_.train);
    const index classes = list_.classes();
    const auto all = [](const std::vector<image_item>& from) {
      std::vector<index> out(from.size());
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<index>(i);
      return out;
    };
    const auto few = [&](const std::vector<image_item>& from, index shots) {
      return fewclip::data::draw_shots(fewclip::data::labels_of(from), classes, shots, options_.seed);
    };
    support_.items =
        readable_draw(list_.train, [&](const auto& from) { return options_.shots == 0 ? all(from) : few(from, options_.shots); });
    say_short_classes();
    take_rows(support_, "support");
    if (made_.mode != fewclip::runtime::selection_mode::validation) return;
    validation_.items = readable_draw(list_.val, [&](const auto& from) {
      return made_.few_validation ? few(from, options_.shots == 0 ? 4 : std::min<index>(4, options_.shots)) : all(from);
    });
    take_rows(validation_, "validation");
  }

  void say_short_classes() const {
    if (options_.shots == 0) return;
    std::vector<std::int64_t> counts(list_.class_ids.size(), 0);
    for (const image_item& each : support_.items) ++counts[static_cast<std::size_t>(each.label)];
    for (std::size_t c = 0; c < counts.size(); ++c) {
      if (counts[c] < options_.shots) {
        std::fprintf(stderr, "fewclip: class folder '%s' has %lld of %lld images; all are used\n", list_.class_ids[c].c_str(),
                     static_cast<long long>(counts[c]), static_cast<long long>(options_.shots));
      }
    }
  }

  void take_rows(read_split& split, const char* what) {
    picture_rows read_rows = read(split.items, what);
    if (!read_rows.failed.empty()) throw fewclip::io_error(read_rows.failed.front().reason);
    split.table.stored = std::move(read_rows.rows);
    for (const image_item& each : split.items) split.table.labels.push_back(each.label);
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
      if (each.about.name == "seed" || each.about.name.ends_with(".seed")) {
        given.settings.try_emplace(std::string(each.about.name), static_cast<double>(options_.seed));
      }
    }
    given.selection = made_.mode;
    given.search = planned().search;
    given.as_published = made_.published;
    return given;
  }

  std::string state_path() const { return options_.out + ".state"; }

  /// Everything that the training depends on.
  std::string identity(const task& given) const {
    std::string text =
        "fewclip fit 1\n" + version_text() + "\n" + options_.method + "\n" + model_->weights_sha256() + "\n" + methods_->backend() + "\n" +
        model_->preprocessing().identifier() + "\n" + options_.prompt + "\n" + options_.selection + "\n" + options_.recipe + "\nbatch " +
        std::to_string(options_.rows.reading.batch) + "\n" +
        fewclip::sha256_of(std::string_view(reinterpret_cast<const char*>(texts_.rows.data()), texts_.rows.size() * sizeof(float))) + "\n";
    for (const auto& [name, value] : given.settings) {
      char number[64];
      std::snprintf(number, sizeof number, "%s=%.17g\n", name.c_str(), value);
      text += number;
    }
    for (const read_split* split : {&support_, &validation_}) {
      text += "images\n";
      for (const image_item& each : split->items) {
        std::error_code absent;
        const std::string path = fewclip::data::file_of(list_, each);
        text += path + " " + std::to_string(fs::file_size(path, absent)) + " " +
                std::to_string(fs::last_write_time(path, absent).time_since_epoch().count()) + "\n";
      }
    }
    return fewclip::sha256_of(std::string_view(text));
  }

  /// Trains in stretches; after each, the states are on disk.
  std::unique_ptr<fitted> train(const task& given) {
    progress_line line;
    line.task(options_.method);
    if (!planned().about.trains) return methods_->fit(given, line.observer(), nullptr);
    const bool searches = given.selection != fewclip::runtime::selection_mode::none && given.search.index() != 0;
    if (searches) return fit_or_stop(given, line, nullptr);
    const std::string belongs_to = identity(given);
    training_states states;
    for (std::size_t stage = 0;; ++stage) {
      auto found = fewclip::io::read_training_state(state_path() + std::to_string(stage), belongs_to);
      if (!found) break;
      states.push_back(std::move(*found));
    }
    if (!states.empty()) std::fprintf(stderr, "fewclip: going on from %s0\n", state_path().c_str());
    for (;;) {
      bool stopped = false;
      std::optional<std::chrono::steady_clock::time_point> begin;  // of the training, which preparations precede
      const auto show = line.observer();
      auto out = methods_->fit(
          given,
          [&](const fewclip::progress& at) {
            if (show && !show(at)) return false;
            if (at.done >= at.total) return true;  // what is finished needs no other stretch
            const auto now = std::chrono::steady_clock::now();
            if (!begin) begin = now;
            const bool ends = interruption::signal() != 0 || now - *begin > std::chrono::seconds(20);
            stopped = stopped || ends;
            return !ends;
          },
          &states);
      if (!stopped) {
        return out;
      }
      for (std::size_t stage = 0; stage < states.size(); ++stage) {
        fewclip::io::write_training_state(states[stage], state_path() + std::to_string(stage), belongs_to);
      }
      if (const int number = interruption::signal()) {
        line.clear();
        std::fprintf(stderr, "fewclip: interrupted; the same command goes on from %s0\n", state_path().c_str());
        throw exit_with{128 + number};
      }
    }
  }

  /// A search fits many times, and begins anew when it was interrupted.
  std::unique_ptr<fitted> fit_or_stop(const task& given, progress_line& line, training_states* states) const {
    const auto show = line.observer();
    auto out = methods_->fit(
        given, [&](const fewclip::progress& at) { return (!show || show(at)) && interruption::signal() == 0; }, states);
    if (const int number = interruption::signal()) {
      line.clear();
      std::fprintf(stderr, "fewclip: interrupted\n");
      throw exit_with{128 + number};
    }
    return out;
  }

  fewclip::io::classifier_file stored(const fitted& from) const {
    const auto classes = static_cast<std::size_t>(list_.classes());
    fewclip::io::classifier_file out;
    out.method = options_.method;
    out.rows = std::string(name_of(kind()));
    out.class_names = list_.class_names;
    out.prompt_template = texts_.prompt;
    for (const fewclip::setting_value& each : from.settings()) out.settings.emplace(std::string(each.about.name), each.value);
    out.dim = static_cast<std::size_t>(model_->width(kind()));
    if (!texts_.rows.empty()) out.text = {{classes, texts_.rows.size() / classes}, texts_.rows};
    if (planned().about.keeps_support()) {
      const auto values = support_.table.values();
      out.support = {{support_.items.size(), out.dim}, {values.begin(), values.end()}};
      out.support_labels.assign(support_.table.labels.begin(), support_.table.labels.end());
    }
    out.trained = from.trained();
    out.origin = origin_of(*model_, options_.model);
    out.origin.data_set = fs::weakly_canonical(fs::absolute(options_.images)).filename().string();
    out.origin.shots = std::to_string(options_.shots);
    out.origin.seed = std::to_string(options_.seed);
    out.facts = {{"shots", options_.shots == 0 ? "all" : std::to_string(options_.shots)},
                 {"seed", std::to_string(options_.seed)},
                 {"selection", made_.protocol},
                 {"support_images", std::to_string(support_.items.size())},
                 {"trained_parameters", std::to_string(from.training().trained_parameters)},
                 {"steps", std::to_string(from.training().steps)},
                 {"final_loss", std::to_string(from.training().final_loss)}};
    if (made_.published) out.facts["as_published"] = "1";
    return out;
  }

  const fit_options& options_;
  std::unique_ptr<engine> methods_;
  plan made_;
  image_list list_;
  std::shared_ptr<const clip_model> model_;
  class_texts texts_;
  read_split support_;
  read_split validation_;
  std::set<std::string> known_readable_;
  std::vector<fewclip::runtime::unreadable_image> failed_;
};

}  // namespace

void fit(const fit_options& options) { fit_run(options).run(); }

}  // namespace program
