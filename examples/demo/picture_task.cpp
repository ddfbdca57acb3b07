#include "picture_task.hpp"

#include <algorithm>
#include <fewclip/core/sha256.hpp>
#include <fewclip/data/few_shot_sampling.hpp>
#include <fewclip/data/tangram/generator.hpp>
#include <fewclip/data/tangram/plain_shapes.hpp>
#include <fewclip/io/atomic_file.hpp>
#include <fewclip/io/image_folder.hpp>
#include <fewclip/io/mapped_file.hpp>
#include <fewclip/io/task_folder.hpp>
#include <filesystem>
#include <set>

#include "../cli/interruption.hpp"
#include "../cli/model_commands.hpp"
#include "../cli/notes.hpp"
#include "../cli/picture_rows.hpp"

namespace program {

namespace fs = std::filesystem;
namespace tangram = fewclip::data::tangram;
using fewclip::runtime::row_kind;

namespace {

/// The file in a folder of pictures that says who wrote them, and what; hidden, so no image list has it.
fs::path mark_of(const std::string& folder) { return fs::path(folder) / ".fewclip_demo"; }

/// What the mark says of the names and bytes of all files below a folder; nothing where something is neither a file nor a folder.
std::string mark_text(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& each : fs::recursive_directory_iterator(folder)) {
    const fs::file_type kind = each.symlink_status().type();
    if (kind != fs::file_type::regular && kind != fs::file_type::directory) return "";
    if (each.path() != mark_of(folder)) paths.push_back(each.path().string());
  }
  std::sort(paths.begin(), paths.end());
  fewclip::sha256 sum;
  for (const std::string& path : paths) {
    const std::string name = path.substr(folder.size()) + "\n";
    sum.add(name);
    if (!fs::is_directory(path)) sum.add(fewclip::io::mapped_file(path).bytes());
  }
  return "fewclip_demo replaces this folder while it has these " + std::to_string(paths.size()) +
         " files and folders and no others, SHA-256 " + sum.hex() + "\n";
}

bool is_as_written(const std::string& folder) {
  std::error_code unknown;
  if (!fs::is_regular_file(fs::symlink_status(mark_of(folder), unknown))) return false;
  const fewclip::io::mapped_file mark(mark_of(folder).string());
  return mark_text(folder) == std::string_view(reinterpret_cast<const char*>(mark.bytes().data()), mark.bytes().size());
}

}  // namespace

void require_replaceable(const std::string& folder) {
  std::error_code ignored;
  const fs::file_status status = fs::symlink_status(folder, ignored);
  if (!fs::exists(status)) return;
  if (fs::is_directory(status) && (fs::is_empty(folder, ignored) || is_as_written(folder))) return;
  const std::string mark = mark_of(folder).filename().string();
  const std::string why = !fs::is_directory(status) ? "which is no folder"
                          : !fs::exists(mark_of(folder), ignored)
                              ? "which has no " + mark + " (an older demo wrote none, nor does one that is stopped)"
                              : "which is not as " + mark + " says that the demo left it";
  throw usage_error("--out: expected a place whose pictures the demo may replace, got '" + folder + "', " + why +
                    "; remove it or choose another");
}

void leave_if_interrupted() {
  const int number = interruption::signal();
  if (number == 0) return;
  note("interrupted");
  throw exit_with{128 + number};
}

picture_task::picture_task(const task_plan& plan, std::shared_ptr<const clip_model> model) : plan_(plan), model_(std::move(model)) {
  require_replaceable(plan.folder);
  fs::remove_all(plan.folder);  // all of it is the demo's
  const auto task = tangram::make_target_task(tangram::domain_shift_called(plan.name), plan.classes);
  fewclip::io::write_task_folder(task, plan.folder, {.train = plan.train, .val = 0, .test = plan.test}, plan.seed, plan.side,
                                 [](const fewclip::progress&) { return interruption::signal() == 0; });
  leave_if_interrupted();
  fewclip::io::write_file(mark_of(plan.folder).string(), mark_text(plan.folder));
  list_ = fewclip::io::read_image_folder(plan.folder);
  texts_.class_names = list_.class_names;
  texts_.prompt = "a photo of a {}.";
  const fewclip::prompts::class_prompts prompts(list_.class_names, fewclip::prompts::template_list({texts_.prompt}), {});
  texts_.rows = model_->class_text(prompts, false);
}

const class_texts& picture_task::texts_with_anchors() {
  if (!texts_with_anchors_.anchors.empty()) return texts_with_anchors_;
  std::set<std::string> words;
  for (index kind = 0; kind < tangram::kind_count; ++kind) {
    words.emplace(tangram::kind_name(kind));
    for (const std::string& part : tangram::make_tangram(kind, 1).parts) words.insert(part);
  }
  for (index shape = 0; shape < static_cast<index>(tangram::plain_shape_count); ++shape) {
    words.emplace(tangram::name_of(static_cast<tangram::plain_shape>(shape)));
  }
  for (const std::string& each : texts_.class_names) words.erase(each);
  const std::vector<std::string> anchors(words.begin(), words.end());
  texts_with_anchors_ = texts_;
  texts_with_anchors_.anchors = model_->class_text({anchors, fewclip::prompts::template_list({texts_.prompt}), {}}, false);
  return texts_with_anchors_;
}

const picture_task::both_splits& picture_task::rows(row_kind kind) {
  const auto known = rows_.find(kind);
  if (known != rows_.end()) return known->second;
  both_splits out;
  for (const auto& [items, table] : {std::pair(&list_.train, &out.train), {&list_.test, &out.test}}) {
    picture_job job;
    for (const auto& each : *items) {
      job.paths.push_back(fewclip::data::file_of(list_, each));
      table->labels.push_back(each.label);
    }
    job.kind = kind;
    job.strict = true;
    job.memory = default_memory();
    job.what = plan_.name;
    table->stored = read_pictures(*model_, job).rows;
  }
  return rows_.emplace(kind, std::move(out)).first->second;
}

const row_table& picture_task::test(row_kind kind) { return rows(kind).test; }

row_table picture_task::support(row_kind kind, index shots, std::uint64_t seed) {
  const row_table& all = rows(kind).train;
  const auto values = all.values();
  const index width = model_->width(kind);
  row_table out;
  for (const index row : fewclip::data::draw_shots(all.labels, classes(), shots, seed)) {
    const auto begin = values.begin() + row * width;
    out.features.insert(out.features.end(), begin, begin + width);
    out.labels.push_back(all.labels[static_cast<std::size_t>(row)]);
  }
  return out;
}

}  // namespace program
