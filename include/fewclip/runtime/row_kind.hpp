#pragma once
/// \file
/// What a method reads of an image.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip::runtime {

/// What a row of a method is made of. Rows of one kind are computed once per image, however many methods read them.
enum class row_kind {
  features,  ///< the pooled feature, at length 1: [embed]
  spatial,   ///< the pooled feature and one token per place in the joint space, see core/spatial_rows.hpp: [(1 + places) * embed]
  tokens,    ///< what the pooler reads, for methods that tune it: [places * width] of the trunk's last stage, or before its last block
  pixels     ///< the image after preprocessing, for methods that tune the trunk: [3 * side * side]
};

/// All kinds.
constexpr std::array<row_kind, 4> row_kinds = {row_kind::features, row_kind::spatial, row_kind::tokens, row_kind::pixels};

/// "features", "spatial", "tokens" or "pixels".
constexpr std::string_view name_of(row_kind kind) {
  constexpr std::array<std::string_view, 4> names = {"features", "spatial", "tokens", "pixels"};
  return names[static_cast<std::size_t>(kind)];
}

/// The kind of a name.
/// \throws value_error with the nearest name
inline row_kind row_kind_of(std::string_view name) {
  std::vector<std::string> names;
  for (const row_kind each : row_kinds) {
    if (name_of(each) == name) return each;
    names.emplace_back(name_of(each));
  }
  throw value_error("fewclip::runtime::row_kind_of: no kind of rows '" + std::string(name) + "'; did you mean '" +
                    nearest_name(name, names) + "'?");
}

}  // namespace fewclip::runtime
