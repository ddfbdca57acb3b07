#include "demo_runs.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fewclip/core/parallel.hpp>
#include <fewclip/data/tangram/target_tasks.hpp>
#include <filesystem>

#include "../cli/interruption.hpp"
#include "../cli/model_commands.hpp"
#include "../cli/notes.hpp"
#include "../cli/progress_line.hpp"
#include "attention_map.hpp"
#include "demo_settings.hpp"

namespace program {
namespace {

using fewclip::runtime::row_kind;

class demo {
 public:
  explicit demo(const demo_options& options) {
    out_.options = options;
    auto& shots = out_.options.shots;
    std::sort(shots.begin(), shots.end());
    shots.erase(std::unique(shots.begin(), shots.end()), shots.end());
    if (options.threads > 0) fewclip::set_threads(options.threads);
    for (const std::string& each : options.tasks) {
      try {
        fewclip::data::tangram::domain_shift_called(each);
      } catch (const fewclip::value_error& unknown) {
        throw usage_error(std::string("--tasks: ") + unknown.what());
      }
      require_replaceable(folder_of(each));
    }
    methods_ = make_engine(chosen_products(""));
    choose_methods();
    if (!options.defaults) {
      for (const std::string& each : demo_settings()) apply_setting(settings_, each, *methods_);
    }
    for (const std::string& each : options.settings) apply_setting(settings_, each, *methods_);
    model_options model;
    model.model = options.model;
    model_ = open_model(model, {});
    methods_->use(model_);
    const auto info = model_->info();
    out_.logit_scale = scale_of(info).value_or(fewclip::runtime::released_scale);
    out_.backbone = info.backbone;
    out_.parameters = info.parameters;
    out_.backend = methods_->backend();
    out_.threads = fewclip::threads();
    for (const auto& [method, named] : settings_) {
      for (const auto& [name, value] : named) {
        char number[32];
        std::snprintf(number, sizeof number, "%g", value);
        out_.settings.push_back(method + "." + name + " = " + number);
      }
    }
  }

  demo_results run() {
    make_tasks();
    // Seeds are outermost: the first stage of tsf_clip depends on the seed alone, and the last one is kept.
    for (const auto seed : out_.options.seeds) {
      for (const auto& task : out_.tasks) {
        for (const auto shots : out_.options.shots) run_all(*task, static_cast<index>(shots), static_cast<std::uint64_t>(seed));
      }
    }
    look();
    return std::move(out_);
  }

 private:
  std::string folder_of(const std::string& task) const { return (std::filesystem::path(out_.options.out) / "pictures" / task).string(); }

  void choose_methods() {
    const auto all = methods_->methods();
    std::vector<std::string> names;
    for (const auto& each : all) names.push_back(each.name);
    const auto& asked = out_.options.methods;
    const bool every = std::find(asked.begin(), asked.end(), "all") != asked.end();
    for (const std::string& each : asked) {
      if (each == "all" || std::find(names.begin(), names.end(), each) != names.end()) continue;
      throw usage_error("--methods: no method '" + each + "'; did you mean '" + fewclip::nearest_name(each, names) + "'?");
    }
    for (const auto& each : all) {
      if (every || std::find(asked.begin(), asked.end(), each.name) != asked.end()) out_.methods.push_back(each);
    }
  }

  void make_tasks() {
    std::size_t most = 1;
    for (const auto shots : out_.options.shots) most = std::max(most, static_cast<std::size_t>(shots));
    for (const std::string& name : out_.options.tasks) {
      task_plan plan;
      plan.name = name;
      plan.folder = folder_of(name);
      plan.classes = static_cast<index>(out_.options.classes);
      plan.train = static_cast<index>(2 * most);
      plan.test = static_cast<index>(out_.options.test);
      plan.seed = out_.options.picture_seed;
      plan.side = model_->preprocessing().size;
      std::filesystem::create_directories(std::filesystem::path(plan.folder).parent_path());
      std::printf("%s: %lld classes, pictures in %s\n", name.c_str(), static_cast<long long>(plan.classes), printable(plan.folder).c_str());
      std::fflush(stdout);
      out_.tasks.push_back(std::make_unique<picture_task>(plan, model_));
    }
  }

  task task_of(picture_task& from, const fewclip::runtime::method_description& about, const row_table& support, std::uint64_t seed) {
    task given;
    given.method = about.name;
    given.classes = from.classes();
    given.width = model_->width(about.rows);
    given.text = about.needs.anchors ? &from.texts_with_anchors() : &from.texts();
    given.support = &support;
    given.test = &from.test(about.rows);
    given.settings = settings_[about.name];
    for (const auto& each : about.settings) {
      if (is_seed(each)) {
        given.settings.try_emplace(std::string(each.about.name), static_cast<double>(seed));
      }
    }
    return given;
  }

  void run_all(picture_task& from, index shots, std::uint64_t seed) {
    const auto start = std::chrono::steady_clock::now();
    std::map<row_kind, row_table> supports;
    for (const auto& about : out_.methods) {
      line_.task(from.plan().name + ", " + std::to_string(shots) + " shots, seed " + std::to_string(seed) + ", " + about.name);
      if (supports.count(about.rows) == 0) supports.emplace(about.rows, from.support(about.rows, shots, seed));
      const task given = task_of(from, about, supports.at(about.rows), seed);
      demo_run done{from.plan().name, about.name, shots, seed, whole(methods_->run(given, observer()))};
      out_.runs.push_back(std::move(done));
      if (about.name == "safe" && shots == out_.options.shots.back()) run_ends(given, from.plan().name, shots, seed);
    }
    line_.clear();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%s, %lld shots, seed %llu: %zu methods in %.1f s\n", from.plan().name.c_str(), static_cast<long long>(shots),
                static_cast<unsigned long long>(seed), out_.methods.size(), seconds);
    std::fflush(stdout);
  }

  /// Shows progress, and asks to stop after a signal.
  fewclip::progress_observer observer() {
    return [show = line_.observer()](const fewclip::progress& at) { return fewclip::report(show, at) && interruption::signal() == 0; };
  }

  /// What a method gave, unless a signal ended it.
  template <class Result>
  Result whole(Result found) {
    if (interruption::signal() != 0) line_.clear();
    leave_if_interrupted();
    return found;
  }

  /// safe at both ends of its blend: the original pooler, and the tuned one alone.
  void run_ends(task given, const std::string& name, index shots, std::uint64_t seed) {
    for (const double alpha : {0.0, 1.0}) {
      given.settings["alpha"] = alpha;
      out_.safe_ends.push_back(
          {name, alpha == 0 ? "safe, alpha = 0" : "safe, alpha = 1", shots, seed, whole(methods_->run(given, observer()))});
    }
  }

  /// Attention before and after safe, with the first seed, on pictures of the first task, first those that it puts right.
  void look() {
    const auto safe = std::find_if(out_.methods.begin(), out_.methods.end(), [](const auto& each) { return each.name == "safe"; });
    const auto info = model_->info();
    const auto* const heads = info.image ? std::get_if<fewclip::encoders::resnet_architecture>(&*info.image) : nullptr;
    if (safe == out_.methods.end() || heads == nullptr || out_.options.shots.empty()) return;
    const index grid = heads->grid();
    const auto head_count = static_cast<std::size_t>(heads->heads);
    picture_task& from = *out_.tasks.front();
    const auto seed = static_cast<std::uint64_t>(out_.options.seeds.front());
    const row_table support = from.support(row_kind::tokens, static_cast<index>(out_.options.shots.back()), seed);
    task given = task_of(from, *safe, support, seed);
    line_.task("attention maps");
    const auto after = whole(methods_->fit(given, observer(), nullptr));
    given.settings["epochs"] = 0;
    const auto before = whole(methods_->fit(given, observer(), nullptr));
    line_.clear();
    const row_table& test = from.test(row_kind::tokens);
    const auto values = test.values();
    const auto width = static_cast<std::size_t>(given.width);
    const std::vector<index> chosen =
        examples(predicted(before->logits(values, given.width)), predicted(after->logits(values, given.width)), test);
    for (const index row : chosen) {
      looked_at each;
      const auto& item = from.list().test[static_cast<std::size_t>(row)];
      each.picture = fewclip::data::file_of(from.list(), item);
      each.class_name = from.texts().class_names[static_cast<std::size_t>(item.label)];
      each.predicted_before = from.texts().class_names[before_[static_cast<std::size_t>(row)]];
      each.predicted_after = from.texts().class_names[after_[static_cast<std::size_t>(row)]];
      each.grid = grid;
      const auto tokens = values.subspan(static_cast<std::size_t>(row) * width, width);
      each.before = attention_weights(before->trained(), tokens, head_count);
      each.after = attention_weights(after->trained(), tokens, head_count);
      out_.attention.push_back(std::move(each));
    }
  }

  std::vector<std::size_t> predicted(const std::vector<float>& logits) const {
    const auto classes = static_cast<std::size_t>(out_.tasks.front()->classes());
    std::vector<std::size_t> out;
    for (std::size_t begin = 0; begin < logits.size(); begin += classes) {
      const auto first = logits.begin() + static_cast<std::ptrdiff_t>(begin);
      out.push_back(static_cast<std::size_t>(std::max_element(first, first + static_cast<std::ptrdiff_t>(classes)) - first));
    }
    return out;
  }

  /// Four pictures of different classes.
  std::vector<index> examples(std::vector<std::size_t> before, std::vector<std::size_t> after, const row_table& test) {
    before_ = std::move(before);
    after_ = std::move(after);
    std::vector<index> out;
    std::vector<fewclip::label> seen;
    for (const bool corrected : {true, false}) {
      for (index row = 0; row < test.rows() && out.size() < 4; ++row) {
        const auto i = static_cast<std::size_t>(row);
        const auto truth = static_cast<std::size_t>(test.labels[i]);
        const bool right = after_[i] == truth && (!corrected || before_[i] != truth);
        if (!right || std::find(seen.begin(), seen.end(), test.labels[i]) != seen.end()) continue;
        out.push_back(row);
        seen.push_back(test.labels[i]);
      }
    }
    return out;
  }

  demo_results out_;
  std::unique_ptr<engine> methods_;
  std::shared_ptr<const clip_model> model_;
  settings_by_method settings_;
  progress_line line_;
  std::vector<std::size_t> before_;
  std::vector<std::size_t> after_;
};

}  // namespace

demo_results run_demo(const demo_options& options) { return demo(options).run(); }

}  // namespace program
