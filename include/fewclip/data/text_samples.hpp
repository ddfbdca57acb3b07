#pragma once
/// \file
/// Texts as training samples of their classes.

#include <string>
#include <utility>
#include <vector>

#include "fewclip/core/sets.hpp"

namespace fewclip::data {

/// The support rows, then text rows as further samples (cross-modal adaptation, Lin et al. 2023, arXiv 2301.06267): for samplers::cross_modal with
/// text_rows = rows of `texts`. Rows of any other encoder aligned with CLIP's will do as well.
/// \param support labelled image rows [n, dim]
/// \param texts raw or unit text rows [m, dim]
/// \param labels [m], the class each text describes
/// \returns [n + m, dim]
/// \throws shape_error where widths, numbers of labels or of classes differ
template <compute_backend B>
support_set<B> with_text_samples(const support_set<B>& support, const tensor<B>& texts, const class_labels& labels) {
  constexpr const char* where = "fewclip::data::with_text_samples";
  const tensor<B>& images = support.features();
  require_shape(where, "texts", {texts.rows(), images.columns()}, texts.extents());
  if (texts.rows() != labels.size()) {
    throw shape_error(expected_got(where, "labels", std::to_string(texts.rows()) + " (one per text)", std::to_string(labels.size())));
  }
  if (labels.classes() != support.labels().classes()) {
    throw shape_error(
        expected_got(where, "classes of the labels", std::to_string(support.labels().classes()), std::to_string(labels.classes())));
  }
  tensor<B> rows = tensor<B>::uninitialised({images.rows() + texts.rows(), images.columns()});
  B::memory::copy(rows.mutable_data(), images.data(), images.size());
  B::memory::copy(rows.mutable_data() + images.size(), texts.data(), texts.size());
  std::vector<label> all(support.labels().values().begin(), support.labels().values().end());
  all.insert(all.end(), labels.values().begin(), labels.values().end());
  return {std::move(rows), class_labels(std::move(all), labels.classes())};
}

}  // namespace fewclip::data
