#pragma once
/// \file
/// Collecting the classes of an image source: one name per label, no gaps.

#include <algorithm>
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
#include "fewclip/io/comparable_name.hpp"
#include "fewclip/io/detail/readable_name.hpp"

namespace fewclip::io::detail {

/// The classes seen so far. Memory grows with what is there, never with a large label.
class class_table {
 public:
  explicit class_table(std::string file) : file_(std::move(file)) {}

  /// Notes a label, with its class where the source names it, and refuses another name for the same label.
  /// \param place for messages, such as "train, item 5"
  label add(std::int64_t number, std::optional<std::string> id, const std::string& place) {
    if (id) id = composed_name(*id);
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

  /// The list, where data::check_images finds nothing and no two names are the same text to a CLIP; what is wrong with a file is an io_error.
  static data::image_list checked(data::image_list list) {
    const std::string source = list.source;
    return checked(std::move(list), {source, "class names"});
  }

  /// Where the names of classes come from, as messages say it.
  struct names_origin {
    std::string source;
    std::string what;
  };

  /// The same for names from elsewhere.
  static data::image_list checked(data::image_list list, const names_origin& origin) {
    compare_names(list, origin);
    return checked_images(std::move(list));
  }

  /// The list, where names are neither compared nor used: whatever they are, data::check_images finds nothing else.
  static data::image_list checked_but_names(data::image_list list) {
    std::vector<std::string> names = std::exchange(list.class_names, {});
    list = checked_images(std::move(list));
    list.class_names = std::move(names);
    return list;
  }

 private:
  struct entry {
    std::optional<std::string> id;
    std::string place;
  };

  static data::image_list checked_images(data::image_list list) {
    try {
      data::check_images(list);
    } catch (const value_error& failure) {
      throw io_error(failure.what());
    }
    return list;
  }

  static void compare_names(const data::image_list& list, const names_origin& origin) {
    std::map<std::string, std::size_t> seen;
    for (std::size_t c = 0; c < list.class_names.size(); ++c) {
      const std::string name = comparable_name(list.class_names[c]);
      if (name.empty()) continue;  // which data::check_images refuses
      const auto [before, is_new] = seen.emplace(name, c);
      if (is_new) continue;
      throw io_error(expected_got(origin.source, origin.what, "names that differ in more than case, white space and `_`",
                                  readable_class(list, before->second) + " and " + readable_class(list, c)));
    }
  }

  /// "`Cat` (class 0, in train and val)", with the name for prompts beside the class where they are different things.
  static std::string readable_class(const data::image_list& list, std::size_t c) {
    std::string out = readable_name(list.class_ids[c]);
    if (data::prompt_name(list.class_ids[c]) != list.class_names[c]) out += ", named " + readable_name(list.class_names[c]) + ",";
    std::string lists;
    for (const auto& [name, items] : data::lists_of(list)) {
      const bool here = std::any_of(items->begin(), items->end(), [c](const auto& each) { return std::cmp_equal(each.label, c); });
      if (here) lists += (lists.empty() ? "" : " and ") + std::string(name);
    }
    return out + " (class " + std::to_string(c) + ", in " + lists + ")";
  }

  static std::string readable_id(const std::optional<std::string>& id) { return id ? readable_name(*id) : "no name"; }

  std::string file_;
  std::map<label, entry> classes_;
};

}  // namespace fewclip::io::detail
