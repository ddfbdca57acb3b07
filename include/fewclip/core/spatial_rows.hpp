#pragma once
/// \file
/// Image rows that hold more than the pooled feature: the tokens of the places beside it.

#include <string>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip {

/// How an image row with spatial tokens is laid out: the pooled feature [dim], then one token [dim] per place, in row-major order of places.
///
/// Tokens are in the joint space of images and texts: for a vision transformer the final norm and the projection of every patch, for a
/// ResNet with attention pooling the pool's value and output projections of every cell.
struct spatial_rows {
  index dim = 0;     ///< width of the feature and of each token
  index places = 0;  ///< tokens of one image

  /// Numbers of one row.
  index columns() const { return dim * (1 + places); }

  /// The layout of rows of a given width.
  /// \param columns numbers of one row
  /// \param dim width of the feature, that of the text rows
  /// \param where for the message
  /// \throws shape_error unless columns is a multiple of dim, at least twice dim
  static spatial_rows of(index columns, index dim, const std::string& where) {
    if (dim < 1 || columns % dim != 0 || columns < 2 * dim) {
      throw shape_error(expected_got(where, "width of rows with spatial tokens",
                                     "a multiple of " + std::to_string(dim) + ": the pooled feature, then at least one token",
                                     std::to_string(columns)));
    }
    return {dim, columns / dim - 1};
  }
};

/// Rows with spatial tokens from their parts.
/// \param pooled [n, dim]
/// \param tokens the tokens of image after image, [n * places, dim] or [n, places, dim]
/// \returns [n, dim * (1 + places)]
/// \throws shape_error where the tokens are not as many for every image, or not of the width of the feature
template <compute_backend B>
tensor<B> join_spatial_rows(const tensor<B>& pooled, const tensor<B>& tokens) {
  const index images = pooled.rows();
  const index dim = pooled.columns();
  if (images == 0 || tokens.size() == 0 || tokens.size() % (images * dim) != 0 || tokens.extents()[tokens.rank() - 1] != dim) {
    throw shape_error(expected_got("fewclip::join_spatial_rows", "tokens",
                                   "rows of " + std::to_string(dim) + ", as many for each of the " + std::to_string(images) + " images",
                                   tokens.extents().text()));
  }
  const index width = tokens.size() / images;
  tensor<B> out = tensor<B>::uninitialised({images, dim + width});
  const auto* first = pooled.data();
  const auto* rest = tokens.data();
  auto* result = out.mutable_data();
  B::for_each_row(images, dim + width, [=] FEWCLIP_HOST_DEVICE(index b) {
    auto* to = result + b * (dim + width);
    for (index d = 0; d < dim; ++d) to[d] = first[b * dim + d];
    for (index d = 0; d < width; ++d) to[dim + d] = rest[b * width + d];
  });
  return out;
}

}  // namespace fewclip
