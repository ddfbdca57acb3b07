#include <algorithm>
#include <cstdio>
#include <fewclip/io/feature_set.hpp>
#include <fewclip/io/task_folder.hpp>

#include "../generated_features.hpp"
#include "interruption.hpp"
#include "model_commands.hpp"
#include "notes.hpp"
#include "options.hpp"
#include "progress_line.hpp"
#include "task.hpp"

namespace program {
namespace {

namespace tangram = fewclip::data::tangram;

fewclip::io::labelled_features rows_of(const generated_world& world, int part, index per_class) {
  const generated_rows rows = world.images(part, per_class);
  fewclip::io::labelled_features out;
  out.dim = static_cast<std::size_t>(rows.dim);
  out.rows = rows.labels.size();
  out.features = rows.features;
  out.labels.assign(rows.labels.begin(), rows.labels.end());
  return out;
}

void check_range(const char* option, index value, index lowest, index highest) {
  if (value >= lowest && value <= highest) return;
  throw usage_error(std::string(option) + ": expected " + std::to_string(lowest) + " to " + std::to_string(highest) + ", got " +
                    std::to_string(value));
}

void generate_features(const generate_options& options) {
  check_range("--classes", options.classes, 2, 10'000);
  check_range("--dim", options.dim, 2, 4096);
  const generated_world world(options.classes, options.dim, options.seed);
  fewclip::io::feature_set set;
  set.classes = static_cast<std::size_t>(options.classes);
  set.dim = static_cast<std::size_t>(options.dim);
  for (index c = 0; c < options.classes; ++c) set.class_names.push_back("generated class " + std::to_string(c));
  set.text = world.text();
  set.train = rows_of(world, 0, 32);
  set.val = rows_of(world, 1, 10);
  set.test = rows_of(world, 2, 50);
  fewclip::io::write_feature_set(set, options.out);
  std::printf("%s: %lld classes, %lld channels; 32 training, 10 validation and 50 test rows per class, made by formula\n",
              printable(options.out).c_str(), static_cast<long long>(options.classes), static_cast<long long>(options.dim));
}

tangram::target_task task_of(const generate_options& options) {
  const auto& names = tangram::domain_shift_names;
  if (std::find(names.begin(), names.end(), options.task) == names.end()) {
    const std::vector<std::string> known(names.begin(), names.end());
    std::string list;
    for (std::size_t i = 0; i < known.size(); ++i) list += (i == 0 ? "" : i + 1 < known.size() ? ", " : " or ") + known[i];
    if (options.task.empty()) throw usage_error("--task: expected " + list + ", got none");
    throw usage_error("--task: expected " + list + ", got '" + options.task + "'; did you mean '" +
                      fewclip::nearest_name(options.task, known) + "'?");
  }
  return tangram::make_target_task(tangram::domain_shift_called(options.task), options.classes);
}

void generate_images(const generate_options& options) {
  check_range("--classes", options.classes, 2, tangram::kind_count);
  check_range("--side", options.side, 16, 512);
  for (const auto& [option, pictures] : {std::pair{"--train", options.train}, {"--val", options.val}, {"--test", options.test}}) {
    check_range(option, pictures, 0, 1'000'000);
  }
  if (options.train + options.val + options.test == 0) throw usage_error("--train, --val, --test: expected at least one picture, got none");
  const tangram::target_task task = task_of(options);
  const interruption handlers;
  progress_line line;
  line.task(options.images);
  const auto shown = line.observer();
  const auto goes_on = [&](const fewclip::progress& at) { return fewclip::report(shown, at) && interruption::signal() == 0; };
  const fewclip::io::task_sizes sizes{options.train, options.val, options.test};
  const index written = fewclip::io::write_task_folder(task, options.images, sizes, options.seed, options.side, goes_on);
  line.clear();
  if (written == 0) {
    note("interrupted; nothing was written");
    throw exit_with{128 + interruption::signal()};
  }
  std::printf("%s: task %s, %lld classes; %lld training, %lld validation and %lld test pictures per class, %lld x %lld pixels\n",
              printable(options.images).c_str(), options.task.c_str(), static_cast<long long>(options.classes),
              static_cast<long long>(sizes.train), static_cast<long long>(sizes.val), static_cast<long long>(sizes.test),
              static_cast<long long>(options.side), static_cast<long long>(options.side));
}

}  // namespace

void generate(const generate_options& options) {
  if (options.out.empty() && options.images.empty()) {
    throw usage_error("generate: expected --out FILE (features) or --images DIR (pictures), got neither");
  }
  if (options.images.empty())
    generate_features(options);
  else
    generate_images(options);
}

}  // namespace program
