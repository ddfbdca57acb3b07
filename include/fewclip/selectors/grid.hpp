#pragma once
/// \file
/// The search over a grid of settings on a validation set.

#include <vector>

#include "fewclip/selectors/detail/grid_search.hpp"

namespace fewclip::selectors {

/// Compares all combinations of the values of its axes by the number of validation rows predicted right, and keeps the first of the best.
///
/// \models selector
/// The axes are nested loops, outermost first, and a combination replaces the best one when it has strictly more hits: the rule of the
/// Tip-Adapter family's code (Zhang et al. 2022, arXiv 2207.09519), so the order of axes and values decides between equals. search_record
/// says how many equals there were. Published grids are data: see fewclip/recipes/.
///
/// Axes of settings that take effect in the fit cost one fit per value. All others share one fit. A trained model is trained with the
/// settings as given and searched afterwards, as its authors do; the record's note says so.
///
/// Adapters with a `study` (all of the library with prediction settings) make affinities once, kernels once per value of the settings
/// inside them, and take all values of one linear setting (alpha, gamma of tip_x) in a single pass: each row is right for an interval of
/// values. The counts are those of an argmax per combination. Cost: rows * keys * (dim + values of beta) + rows * classes * combinations
/// without the linear one; memory: 16 MB beside the fit. Deterministic for any number of threads.
struct grid {
  /// What is compared.
  struct params {
    std::vector<grid_axis> axes;  ///< outermost loop first

    template <class Self, class Visitor>
    static void visit_settings(Self&, Visitor&&) {}
  };

  static constexpr const char* protocol = "grid: settings chosen on the labels of the validation set";

  /// \param fit makes a fitted adapter from settings
  /// \param settings what stands for all settings without an axis; valid
  /// \param choices the axes
  /// \param validation at least one row, prepared as queries are
  /// \param observer hears {"search", candidates compared, candidates in all}; where it stops the search, the best so far is kept
  /// \throws value_error for an empty validation set, no axes, an axis without values, a name that is unknown or occurs twice, a value
  /// out of range; shape_error where the validation set has another number of classes
  template <compute_backend B, class Fit, class Settings>
  static auto select(const Fit& fit, const Settings& settings, const params& choices, const validation_set<B>& validation,
                     const progress_observer& observer) {
    if (validation.labels().empty()) {
      throw value_error(expected_got("fewclip::selectors::grid", "validation set",
                                     "labelled rows to choose on (hand a validation_set to the classifier, or use selectors::fixed)",
                                     "none"));
    }
    return detail::grid_search<B, Fit, Settings>(fit, settings, choices.axes, validation, observer).run();
  }
};

}  // namespace fewclip::selectors
