#pragma once

// One target task of the tangram world: pictures on disk, and their rows on a model.

#include <fewclip/data/image_list.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../cli/model.hpp"
#include "../cli/task.hpp"

namespace program {

/// How large a task is.
struct task_plan {
  std::string name;    // outline, texture, ...
  std::string folder;  // where its pictures are written
  index classes = 12;
  index train = 32;  // pictures per class that shots are drawn from
  index test = 25;
  index side = 96;
  std::uint64_t seed = 1;
};

/// Throws usage_error where something is there that no picture_task wrote or that was changed since, and that is no empty folder.
void require_replaceable(const std::string& folder);

/// After SIGINT, SIGTERM or SIGHUP says so on stderr and throws exit_with.
void leave_if_interrupted();

/// Pictures of a task with the rows that were asked for so far; each kind of row is made once.
class picture_task {
 public:
  /// Writes the pictures, in place of those that an earlier one wrote, and reads their list. Throws as require_replaceable and
  /// leave_if_interrupted; a task that is left so has no pictures.
  picture_task(const task_plan& plan, std::shared_ptr<const clip_model> model);

  const task_plan& plan() const { return plan_; }
  const fewclip::data::image_list& list() const { return list_; }
  const class_texts& texts() const { return texts_; }
  index classes() const { return list_.classes(); }

  /// The same with anchors: the other words that the model knows, kinds of tangrams that are no class here, their parts, and plain shapes.
  const class_texts& texts_with_anchors();

  /// All test rows.
  const row_table& test(fewclip::runtime::row_kind kind);

  /// K rows per class, drawn by seed.
  row_table support(fewclip::runtime::row_kind kind, index shots, std::uint64_t seed);

 private:
  struct both_splits {
    row_table train;
    row_table test;
  };
  const both_splits& rows(fewclip::runtime::row_kind kind);

  task_plan plan_;
  std::shared_ptr<const clip_model> model_;
  fewclip::data::image_list list_;
  class_texts texts_;
  class_texts texts_with_anchors_;
  std::map<fewclip::runtime::row_kind, both_splits> rows_;
};

}  // namespace program
