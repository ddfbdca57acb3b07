#pragma once
/// \file
/// The base-to-new protocol: half of the classes is learned, the other half is met only by name.

#include <cstddef>
#include <string>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/labels.hpp"
#include "fewclip/data/image_list.hpp"

namespace fewclip::data {

/// The halves of the classes (Zhou et al., arXiv 2203.05557, and the code of CoOp).
enum class class_half {
  base,   ///< the first ceil(classes / 2) labels
  unseen  ///< the rest, "new" in the paper
};

/// The first label of a half and the one after its last.
struct label_span {
  label first = 0;  ///< becomes label 0
  label last = 0;   ///< one beyond

  index size() const { return last - first; }
};

/// The labels of a half: base is 0..ceil(classes/2)-1.
/// \param classes the number of all classes, at least 2
/// \param half which
/// \throws value_error for fewer than two classes
inline label_span labels_of_half(index classes, class_half half) {
  if (classes < 2) {
    throw value_error(expected_got("fewclip::data::labels_of_half", "classes", "at least 2", std::to_string(classes)));
  }
  const auto border = static_cast<label>((classes + 1) / 2);
  return half == class_half::base ? label_span{0, border} : label_span{border, static_cast<label>(classes)};
}

/// Rows with the labels they have within their half.
struct relabelled_rows {
  std::vector<index> rows;    ///< positions in the full list, ascending
  std::vector<label> labels;  ///< [rows], from 0
};

/// The rows of a half.
/// \param labels the label of each row
/// \param classes the number of all classes, at least 2
/// \param half which
/// \throws value_error for fewer than two classes or a label outside 0..classes-1
template <label_range Range>
relabelled_rows rows_of_half(const Range& labels, index classes, class_half half) {
  const label_span span = labels_of_half(classes, half);
  const class_labels all(labels, classes);
  relabelled_rows out;
  for (index row = 0; row < all.size(); ++row) {
    if (all[row] < span.first || all[row] >= span.last) continue;
    out.rows.push_back(row);
    out.labels.push_back(all[row] - span.first);
  }
  return out;
}

/// The images of a half, relabelled from 0, with the ids and names of their classes; train, val and test are cut alike.
/// \param list all images, with known classes
/// \param half which
/// \throws value_error for fewer than two classes or a label outside 0..classes-1
inline image_list half_of(const image_list& list, class_half half) {
  const label_span span = labels_of_half(list.classes(), half);
  const auto cut = [&](const std::vector<std::string>& texts) {
    return texts.empty() ? texts : std::vector<std::string>(texts.begin() + span.first, texts.begin() + span.last);
  };
  const auto kept = [&](const std::vector<image_item>& items) {
    const relabelled_rows rows = rows_of_half(labels_of(items), list.classes(), half);
    std::vector<image_item> out = items_at(items, rows.rows);
    for (std::size_t at = 0; at < out.size(); ++at) out[at].label = rows.labels[at];
    return out;
  };
  return {list.source, list.root, cut(list.class_ids), cut(list.class_names), kept(list.train), kept(list.val), kept(list.test)};
}

}  // namespace fewclip::data
