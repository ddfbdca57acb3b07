#pragma once
/// \file
/// Labelled features by what may be done with their labels: support_set to fit, validation_set to select, query_set to be measured on.

#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/math.hpp"
#include "fewclip/core/matrix_view.hpp"

namespace fewclip {

namespace metrics {
struct query_labels;
}
namespace selectors {
struct oracle;
}
namespace prompts {
template <compute_backend B>
class text_source;
}

/// Puts rows of the host where a backend can use them: without a copy on a host backend, copied otherwise.
/// \param rows [n, dim]; unless it was made from a temporary, kept alive and unchanged by the caller for as long as the tensor or anything
/// fitted on it is used
template <compute_backend B>
tensor<B> to_backend(matrix_view<typename B::scalar> rows) {
  const shape extents{rows.rows(), rows.columns()};
  if constexpr (B::memory::host_accessible) {
    if (rows.owner()) return tensor<B>::share(rows.owner(), extents);
    return tensor<B>::borrow(rows.data(), extents);
  } else {
    return tensor<B>::from_host(rows.data(), extents);
  }
}

/// A copy of labels in the memory of a backend.
template <compute_backend B>
label_tensor<B> to_backend(const class_labels& labels) {
  return label_tensor<B>::from_host(labels.values().data(), shape{labels.size()});
}

namespace detail {

/// Feature rows with one label each, checked.
template <compute_backend B>
class labelled_rows {
 public:
  labelled_rows() = default;
  labelled_rows(const char* where, tensor<B> features, class_labels labels) : features_(std::move(features)), labels_(std::move(labels)) {
    if (features_.rows() != labels_.size()) {
      throw shape_error(expected_got(where, "labels", std::to_string(features_.rows()) + " (one per row of the features)",
                                     std::to_string(labels_.size())));
    }
  }

  const tensor<B>& features() const& { return features_; }
  tensor<B> features() && { return std::move(features_); }
  const class_labels& labels() const { return labels_; }

 private:
  tensor<B> features_;
  class_labels labels_;
};

}  // namespace detail

/// Checks rows once, where they enter.
/// \param rows [n, dim]
/// \param where the calling function, for the message
/// \param what the argument, for the message
/// \param unit_rows whether every row must have length 1 (within 0.002, what half precision leaves of it)
/// \throws value_error naming the first row that has a NaN or an infinity, or whose length is not 1 where that is required
template <compute_backend B>
void require_rows(const tensor<B>& rows, const std::string& where, const std::string& what, bool unit_rows) {
  tensor<B> norms = tensor<B>::uninitialised({rows.rows()});
  const auto* in = rows.data();
  auto* out = norms.mutable_data();
  const index columns = rows.columns();
  B::for_each_row(rows.rows(), columns, [=] FEWCLIP_HOST_DEVICE(index r) {
    double squares = 0;
    for (index c = 0; c < columns; ++c) squares += static_cast<double>(in[r * columns + c]) * static_cast<double>(in[r * columns + c]);
    out[r] = static_cast<typename B::scalar>(::sqrt(squares));
  });
  const auto lengths = norms.to_host();
  for (std::size_t r = 0; r < lengths.size(); ++r) {
    const auto length = static_cast<double>(lengths[r]);
    if (!math::is_finite(length)) {
      throw value_error(expected_got(where, what + ", row " + std::to_string(r), "finite numbers", "NaN or infinity"));
    }
    if (unit_rows && std::abs(length - 1) > 2e-3) {
      throw value_error(expected_got(where, what + ", row " + std::to_string(r), "a row of length 1 (see fewclip::ops::normalise_rows)",
                                     "length " + std::to_string(length)));
    }
  }
}

/// The few labelled images a classifier is fitted on: feature rows [n, dim] and one label each; shots per class may differ.
template <compute_backend B>
class support_set : public detail::labelled_rows<B> {
 public:
  support_set() = default;

  /// \param features [n, dim], borrowed on a host backend: the caller keeps them alive and unchanged while anything fitted on them is used;
  /// a temporary is taken over
  /// \param labels [n]
  /// \throws shape_error where the numbers of rows and labels differ
  support_set(matrix_view<typename B::scalar> features, class_labels labels) : support_set(to_backend<B>(features), std::move(labels)) {}

  /// \param features [n, dim]
  /// \param labels [n]
  /// \throws shape_error where the numbers of rows and labels differ
  support_set(tensor<B> features, class_labels labels)
      : detail::labelled_rows<B>("fewclip::support_set", std::move(features), std::move(labels)) {}
};

/// Labelled images that may be used to choose hyper-parameters, and for nothing else. Often empty.
template <compute_backend B>
class validation_set : public detail::labelled_rows<B> {
 public:
  validation_set() = default;

  /// \param features [n, dim], borrowed on a host backend unless they are a temporary, which is taken over
  /// \param labels [n]
  /// \throws shape_error where the numbers of rows and labels differ
  validation_set(matrix_view<typename B::scalar> features, class_labels labels)
      : validation_set(to_backend<B>(features), std::move(labels)) {}

  /// \param features [n, dim]
  /// \param labels [n]
  /// \throws shape_error where the numbers of rows and labels differ
  validation_set(tensor<B> features, class_labels labels)
      : detail::labelled_rows<B>("fewclip::validation_set", std::move(features), std::move(labels)) {}
};

/// The images a classifier is measured on. Anybody may read the features; the labels can be read by metrics alone, so that no trainer and no
/// selector can learn from them by accident. (selectors::oracle, which reproduces published tables that did, is the named exception.)
template <compute_backend B>
class query_set {
 public:
  query_set() = default;

  /// \param features [n, dim], borrowed on a host backend unless they are a temporary, which is taken over
  /// \param labels [n]
  /// \throws shape_error where the numbers of rows and labels differ
  query_set(matrix_view<typename B::scalar> features, class_labels labels)
      : rows_("fewclip::query_set", to_backend<B>(features), std::move(labels)) {}

  const tensor<B>& features() const { return rows_.features(); }
  index size() const { return rows_.features().rows(); }

 private:
  friend struct metrics::query_labels;
  friend struct selectors::oracle;

  detail::labelled_rows<B> rows_;
};

/// One feature row per class from the text encoder, [classes, dim], in label order: the text classifier. Empty where there is none.
///
/// Beside the rows it may carry where they come from, for methods that learn prompts, and rows of further texts, for methods that score by way
/// of them.
template <compute_backend B>
class class_text {
 public:
  class_text() = default;

  /// \param rows [classes, dim], borrowed on a host backend unless they are a temporary, which is taken over
  class_text(matrix_view<typename B::scalar> rows) : rows_(to_backend<B>(rows)) {}

  /// \param rows [classes, dim]
  class_text(tensor<B> rows) : rows_(std::move(rows)) {}

  /// \param rows [classes, dim]
  /// \param source the text tower and the tokens of the prompts (prompts/text_source.hpp); may be null
  /// \param anchors unit rows of other texts, [anchors, dim]; may be empty
  class_text(tensor<B> rows, std::shared_ptr<const prompts::text_source<B>> source, tensor<B> anchors = {})
      : rows_(std::move(rows)), source_(std::move(source)), anchors_(std::move(anchors)) {}

  const tensor<B>& rows() const { return rows_; }
  bool empty() const { return rows_.empty(); }
  index classes() const { return rows_.empty() ? 0 : rows_.rows(); }

  /// What the rows were made with; null where that is not known.
  const std::shared_ptr<const prompts::text_source<B>>& source() const { return source_; }

  /// Rows of texts that need not be classes, [anchors, dim]; empty where none were given.
  const tensor<B>& anchors() const { return anchors_; }

 private:
  tensor<B> rows_;
  std::shared_ptr<const prompts::text_source<B>> source_;
  tensor<B> anchors_;
};

}  // namespace fewclip
