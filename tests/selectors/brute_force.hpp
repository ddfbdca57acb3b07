#pragma once

// Random problems with close calls, and the search as it is written on paper: one classifier per combination.

#include <cmath>
#include <random>
#include <vector>

#include "fewclip/core/sets.hpp"
#include "fewclip/metrics/accuracy.hpp"
#include "fewclip/selectors/grid_axis.hpp"

namespace brute_force {

using fewclip::index;
using fewclip::label;

/// Unit rows around one direction per class, so noisy that a third of the rows is misread.
template <class B>
struct problem {
  index classes;
  index dim;
  fewclip::class_text<B> text;
  fewclip::support_set<B> support;
  fewclip::validation_set<B> validation;
  fewclip::query_set<B> queries;
  std::vector<typename B::scalar> query_rows;

  problem(unsigned seed, index class_count, index width, index shots, index rows) : classes(class_count), dim(width) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> centres(static_cast<std::size_t>(classes * dim));
    for (double& each : centres) each = normal(random);
    const auto around = [&](const std::vector<label>& of, double noise) {
      std::vector<typename B::scalar> out;
      for (const label c : of) {
        std::vector<double> row;
        double squares = 0;
        for (index d = 0; d < dim; ++d) {
          row.push_back(centres[static_cast<std::size_t>(c * dim + d)] + noise * normal(random));
          squares += row.back() * row.back();
        }
        for (const double each : row) out.push_back(static_cast<typename B::scalar>(each / std::sqrt(squares)));
      }
      return out;
    };
    const auto tensor_of = [&](const std::vector<typename B::scalar>& v) {
      return fewclip::tensor<B>::from_host(v.data(), {static_cast<index>(v.size()) / dim, dim});
    };
    std::vector<label> each_once;
    std::vector<label> shots_of;
    std::vector<label> rows_of;
    for (index c = 0; c < classes; ++c) each_once.push_back(static_cast<label>(c));
    for (index i = 0; i < shots * classes; ++i) shots_of.push_back(static_cast<label>(i % classes));
    for (index i = 0; i < rows; ++i) rows_of.push_back(static_cast<label>((i * i + i / 3) % classes));
    text = fewclip::class_text<B>(tensor_of(around(each_once, 1.5)));
    support = fewclip::support_set<B>(tensor_of(around(shots_of, 1.2)), fewclip::class_labels(std::vector<label>(shots_of), classes));
    query_rows = around(rows_of, 1.6);
    validation = fewclip::validation_set<B>(tensor_of(query_rows), fewclip::class_labels(std::vector<label>(rows_of), classes));
    queries = fewclip::query_set<B>(fewclip::matrix_view<typename B::scalar>(query_rows.data(), rows, dim),
                                    fewclip::class_labels(std::vector<label>(rows_of), classes));
  }
};

struct outcome {
  std::vector<index> hits;  ///< in loop order
  index best = 0;           ///< position of the first maximum
};

/// Fits one classifier (its selector: fixed) per combination of the axes.
template <class Classifier, class B>
outcome search(const problem<B>& from, const typename Classifier::params& settings,
               const std::vector<fewclip::selectors::grid_axis>& axes) {
  index total = 1;
  for (const auto& axis : axes) total *= static_cast<index>(axis.values.size());
  outcome out;
  for (index position = 0; position < total; ++position) {
    auto each = settings;
    index rest = position;
    for (std::size_t a = axes.size(); a-- > 0;) {
      const auto size = static_cast<index>(axes[a].values.size());
      fewclip::set_setting(each, axes[a].name, axes[a].values[static_cast<std::size_t>(rest % size)]);
      rest /= size;
    }
    const Classifier fitted(from.text, from.support, each);
    out.hits.push_back(fewclip::metrics::accuracy(fitted.logits(from.validation.features()), from.validation).hits);
    if (out.hits.back() > out.hits[static_cast<std::size_t>(out.best)]) out.best = position;
  }
  return out;
}

/// The value of an axis at a position in loop order.
inline double value_at(const std::vector<fewclip::selectors::grid_axis>& axes, std::size_t which, index position) {
  for (std::size_t a = axes.size(); a-- > which + 1;) position /= static_cast<index>(axes[a].values.size());
  const auto& values = axes[which].values;
  return values[static_cast<std::size_t>(position) % values.size()];
}

}  // namespace brute_force
