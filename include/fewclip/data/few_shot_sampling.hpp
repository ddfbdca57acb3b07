#pragma once
/// \file
/// The few-shot draws of the literature, row by row as published: the sampling rules of CoOp and of Tip-Adapter.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fewclip/core/labels.hpp"
#include "fewclip/data/python_random.hpp"

namespace fewclip::data {

/// What a draw takes from a class with fewer rows than shots.
enum class small_classes {
  keep_all,  ///< each row once, in the order of the split; advances no generator (CoOp)
  repeat,    ///< as many as the others have, drawn with replacement (Tip-Adapter, APE)
  refuse     ///< nothing: the draw fails and names the class
};

/// Draws with a generator that has been used before, or will be used again.
/// \param generator advances by what the draw needs
/// \param labels the label of each row of a split, in the order of the published split file
/// \param shots rows per class, at least 1
/// \param small what to take from a class with fewer rows; a class without any row gives none and is no error
/// \returns row numbers, grouped by class in order of first appearance
/// \throws value_error for less than one shot, or for a class that is too small where these are refused
inline std::vector<index> draw_shots(python_random& generator, const class_labels& labels, index shots,
                                     small_classes small = small_classes::keep_all) {
  if (shots < 1) throw value_error(expected_got("fewclip::data::draw_shots", "shots", "at least 1", std::to_string(shots)));
  std::vector<std::vector<index>> rows_of(static_cast<std::size_t>(labels.classes()));
  std::vector<label> order;
  for (index row = 0; row < labels.size(); ++row) {
    auto& rows = rows_of[static_cast<std::size_t>(labels[row])];
    if (rows.empty()) order.push_back(labels[row]);
    rows.push_back(row);
  }
  std::vector<index> out;
  for (const label each : order) {
    const auto& rows = rows_of[static_cast<std::size_t>(each)];
    const auto count = static_cast<index>(rows.size());
    if (count < shots && small == small_classes::keep_all) {
      out.insert(out.end(), rows.begin(), rows.end());
      continue;
    }
    if (count < shots && small == small_classes::refuse) {
      throw value_error(expected_got("fewclip::data::draw_shots", "rows of class " + std::to_string(each),
                                     "at least " + std::to_string(shots), std::to_string(count)));
    }
    for (const index at : count < shots ? generator.choices(count, shots) : generator.sample(count, shots)) {
      out.push_back(rows[static_cast<std::size_t>(at)]);
    }
  }
  return out;
}

/// The few-shot draw of CoOp (Zhou et al., arXiv 2109.01134, authors' code): `shots` rows per class without replacement; a class with
/// fewer rows keeps them all. Draws for different numbers of shots under one seed are not nested.
///
/// With small_classes::repeat it is the draw of Tip-Adapter and APE (Zhang et al., arXiv 2207.09519; Zhu et al., arXiv 2304.01195; their
/// code): the same rows, but a class with fewer rows gives `shots` of them with replacement. These two draw no validation rows.
/// To trim a support set of unequal classes to at most `shots` rows per class, draw from it.
/// \param labels the label of each row of the training split, in the order of the published split file
/// \param classes the number of classes
/// \param shots rows per class, at least 1
/// \param seed the literature uses 1, 2 and 3
/// \param small what to take from a class with fewer rows
/// \returns row numbers, grouped by class in order of first appearance
/// \throws value_error for less than one shot, a label outside 0..classes-1, or a class that is too small where these are refused
template <label_range Range>
std::vector<index> draw_shots(const Range& labels, index classes, index shots, std::uint64_t seed,
                              small_classes small = small_classes::keep_all) {
  python_random generator(seed);
  return draw_shots(generator, class_labels(labels, classes), shots, small);
}

/// A support set and the few validation rows that go with it, as row numbers of their splits.
struct few_shot_draw {
  std::vector<index> support;     ///< rows of the training split
  std::vector<index> validation;  ///< rows of the validation split
};

/// The same, and then, from the same generator, min(shots, 4) rows per class of the validation split: the protocol `few_shot_val`.
/// \param labels the label of each row of the training split, in the order of the published split file
/// \param validation_labels the same of the validation split
/// \param classes the number of classes
/// \param shots rows per class, at least 1
/// \param seed the literature uses 1, 2 and 3
/// \throws value_error for less than one shot or a label outside 0..classes-1
template <label_range Range>
few_shot_draw draw_shots_and_validation(const Range& labels, const Range& validation_labels, index classes, index shots,
                                        std::uint64_t seed) {
  python_random generator(seed);
  few_shot_draw out;
  out.support = draw_shots(generator, class_labels(labels, classes), shots);
  out.validation = draw_shots(generator, class_labels(validation_labels, classes), std::min<index>(shots, 4));
  return out;
}

}  // namespace fewclip::data
