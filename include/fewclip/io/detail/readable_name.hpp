#pragma once
/// \file
/// Names in messages: quoted, shortened, without control characters; and the nearest other names.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/config.hpp"
#include "fewclip/core/readable_text.hpp"

namespace fewclip::io::detail {

using fewclip::readable_name;

/// "[2, 512]"
inline std::string readable_shape(const std::vector<std::size_t>& shape) {
  std::string out = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) out += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return out + "]";
}

/// How many insertions, deletions and replacements of single bytes turn one text into the other.
inline std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row[to.size()];
}

/// Up to three names of `known` that are nearest to `wanted`, as a list for a message; "none" where there is no name.
/// Only the first 10,000 names and the first 100 bytes of each are looked at, so that a hostile file costs little.
inline std::string nearest_names(std::string_view wanted, const std::vector<std::string_view>& known) {
  constexpr std::size_t most_bytes = 100;
  std::vector<std::pair<std::size_t, std::string_view>> ranked;
  for (const std::string_view name : known) {
    if (ranked.size() == 10000) break;
    ranked.emplace_back(edit_distance(wanted.substr(0, most_bytes), name.substr(0, most_bytes)), name);
  }
  const std::size_t shown = std::min<std::size_t>(3, ranked.size());
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(shown), ranked.end());
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) out += (i == 0 ? "" : ", ") + readable_name(ranked[i].second);
  return shown == 0 ? "none" : out;
}

}  // namespace fewclip::io::detail
