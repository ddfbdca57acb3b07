#pragma once

#include <vector>

#include "fewclip/autograd/operations/class_affinity.hpp"
#include "fewclip/core/sets.hpp"

namespace fewclip::caches::detail {

/// The classes of rows once they are grouped by class.
template <compute_backend B>
class_segments<B> segments_of(const class_labels& labels) {
  std::vector<label> class_of;
  class_of.reserve(static_cast<std::size_t>(labels.size()));
  const std::vector<index> offsets = labels.class_offsets();
  for (std::size_t c = 0; c + 1 < offsets.size(); ++c) {
    class_of.insert(class_of.end(), static_cast<std::size_t>(offsets[c + 1] - offsets[c]), static_cast<label>(c));
  }
  return {label_tensor<B>::from_host(class_of.data(), shape{labels.size()}),
          basic_tensor<index, B>::from_host(offsets.data(), shape{static_cast<index>(offsets.size())})};
}

/// The support rows grouped by class, in their order within a class; the rows themselves where they already are.
template <compute_backend B>
tensor<B> grouped_by_class(const support_set<B>& support) {
  const std::vector<index> order = support.labels().order_by_class();
  bool in_order = true;
  for (std::size_t i = 0; i < order.size(); ++i) in_order = in_order && order[i] == static_cast<index>(i);
  if (in_order) return support.features();
  const tensor<B>& rows = support.features();
  tensor<B> out = tensor<B>::uninitialised(rows.extents());
  const auto positions = basic_tensor<index, B>::from_host(order.data(), shape{rows.rows()});
  const auto* from = rows.data();
  const auto* position = positions.data();
  auto* to = out.mutable_data();
  const index columns = rows.columns();
  B::for_each_row(rows.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
    for (index c = 0; c < columns; ++c) to[r * columns + c] = from[position[r] * columns + c];
  });
  return out;
}

}  // namespace fewclip::caches::detail
