#pragma once

// Draws of few images from a folder, and their rows.

#include <fewclip/data/image_list.hpp>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "picture_rows.hpp"
#include "task.hpp"

namespace program {

/// Images of one use, and their rows.
struct read_split {
  std::vector<fewclip::data::image_item> items;  // those that could be read
  row_table table;
};

/// Throws fewclip::io_error where a class of the list has none of these items.
void require_every_class(const fewclip::data::image_list& list, const std::vector<fewclip::data::image_item>& items);

/// Draws images and reads them; where some cannot be read, others are drawn in their place.
class drawn_pictures {
 public:
  /// Positions of the drawn among the items.
  using draw = std::function<std::vector<index>(const std::vector<fewclip::data::image_item>&)>;

  /// `how` without paths and `what`.
  drawn_pictures(const fewclip::data::image_list& list, const clip_model& model, picture_job how)
      : list_(list), model_(model), job_(std::move(how)) {}

  /// `what` is "support" or "validation", for messages. Throws what read_pictures throws, and io_error where a class has images and none can be read.
  read_split read(std::vector<fewclip::data::image_item> from, const char* what, const draw& take);

  const std::vector<fewclip::runtime::unreadable_image>& failed() const { return failed_; }
  const picture_counts& counts() const { return counts_; }

 private:
  picture_rows rows_of(const std::vector<fewclip::data::image_item>& items, const char* what) const;
  std::vector<fewclip::data::image_item> readable(std::vector<fewclip::data::image_item> from, const draw& take, const char* what);
  void require_no_loss(const std::set<fewclip::label>& before, const std::vector<fewclip::data::image_item>& now, const char* what) const;

  const fewclip::data::image_list& list_;
  const clip_model& model_;
  picture_job job_;
  std::set<std::string> known_readable_;
  std::vector<fewclip::runtime::unreadable_image> failed_;
  picture_counts counts_;
};

}  // namespace program
