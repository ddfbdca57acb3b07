#pragma once
/// \file
/// A few-shot draw that depends on which images there are, not on their order: for data sets that grow.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/labels.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/data/image_list.hpp"

namespace fewclip::data {

/// A 64-bit number from a text, the same on every machine (Fowler, Noll and Vo: FNV-1a). Not for secrets.
/// \param text any bytes
/// \param start the number of a text that goes before this one
constexpr std::uint64_t text_number(std::string_view text, std::uint64_t start = 0xcbf29ce484222325U) {
  for (const char each : text) start = (start ^ static_cast<unsigned char>(each)) * 0x100000001b3U;
  return start;
}

/// The rank of an image in a keyed draw: a random number that depends on nothing but the arguments.
/// \param seed the user's seed
/// \param class_id the class as the source writes it
/// \param path the image, as in image_item
inline std::uint64_t draw_key(std::uint64_t seed, std::string_view class_id, std::string_view path) {
  constexpr std::string_view border("\0", 1);
  return random_stream(seed, text_number(path, text_number(border, text_number(class_id)))).bits(0);
}

/// The few-shot draw of growing data sets: of each class the images with the smallest keys.
///
/// The same images are drawn whatever the order of the list and whatever the other classes are; K shots are the first K of K + 1 shots; a
/// new image changes the draw only where it is drawn itself. For published draws use draw_shots. A class with fewer images gives all.
/// Give the paths below the root, so that moving the folder changes nothing. Cost: one sort of each class.
/// \param items one of the lists of an image_list
/// \param class_ids [classes], the class as the source writes it
/// \param shots images per class, at least 1
/// \param seed any number
/// \returns positions in `items`, by class, and by key within a class; equal keys by path
/// \throws value_error for less than one shot or a label outside 0..classes-1
inline std::vector<index> draw_shots_by_key(const std::vector<image_item>& items, const std::vector<std::string>& class_ids, index shots,
                                            std::uint64_t seed) {
  if (shots < 1) throw value_error(expected_got("fewclip::data::draw_shots_by_key", "shots", "at least 1", std::to_string(shots)));
  const class_labels labels(labels_of(items), static_cast<index>(class_ids.size()));
  using ranked = std::tuple<std::uint64_t, std::string_view, index>;
  std::vector<std::vector<ranked>> classes(class_ids.size());
  for (std::size_t row = 0; row < items.size(); ++row) {
    const auto at = static_cast<std::size_t>(items[row].label);
    classes[at].emplace_back(draw_key(seed, class_ids[at], items[row].path), items[row].path, static_cast<index>(row));
  }
  std::vector<index> out;
  for (std::vector<ranked>& images : classes) {
    std::sort(images.begin(), images.end());
    const std::size_t drawn = std::min(images.size(), static_cast<std::size_t>(shots));
    for (std::size_t at = 0; at < drawn; ++at) out.push_back(std::get<index>(images[at]));
  }
  return out;
}

}  // namespace fewclip::data
