#pragma once
/// \file
/// Collecting the classes of an image source: one name per label, no gaps.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/data/image_list.hpp"
#include "fewclip/io/detail/readable_name.hpp"

namespace fewclip::io::detail {

/// The classes seen so far. Memory grows with what is there, never with a large label.
class class_table {
 public:
  explicit class_table(std::string file) : file_(std::move(file)) {}

  /// Notes a label, with its class where the source names it, and refuses another name for the same label.
  /// \param place for messages, such as "train, item 5"
  label add(std::int64_t number, const std::optional<std::string>& id, const std::string& place) {
    if (number < 0 || number > std::numeric_limits<label>::max()) {
      throw io_error(expected_got(file_, place + ", label", "a number >= 0 of 31 bits", std::to_string(number)));
    }
    const auto [seen, is_new] = classes_.emplace(static_cast<label>(number), entry{id, place});
    if (!is_new && seen->second.id != id) {
      throw io_error(expected_got(file_, place + ", class name of label " + std::to_string(number),
                                  readable_id(seen->second.id) + " as in " + seen->second.place, readable_id(id)));
    }
    return static_cast<label>(number);
  }

  /// Fills in the classes and checks the list as a whole.
  data::image_list finish(data::image_list list) const {
    bool named = true;
    for (const auto& [number, each] : classes_) {
      if (static_cast<std::size_t>(number) != list.class_ids.size()) {
        throw io_error(expected_got(
            file_, "labels", "0..classes-1 without gaps",
            "label " + std::to_string(number) + " (" + each.place + ") but no label " + std::to_string(list.class_ids.size())));
      }
      named = named && each.id.has_value();
      list.class_ids.push_back(each.id.value_or(std::to_string(number)));
      list.class_names.push_back(data::prompt_name(list.class_ids.back()));
    }
    if (!named) list.class_names.clear();
    return checked(std::move(list));
  }

  /// The list, where data::check_images finds nothing; what it finds wrong with a file is an io_error.
  static data::image_list checked(data::image_list list) {
    try {
      data::check_images(list);
    } catch (const value_error& failure) {
      throw io_error(failure.what());
    }
    return list;
  }

 private:
  struct entry {
    std::optional<std::string> id;
    std::string place;
  };

  static std::string readable_id(const std::optional<std::string>& id) { return id ? readable_name(*id) : "no name"; }

  std::string file_;
  std::map<label, entry> classes_;
};

}  // namespace fewclip::io::detail
