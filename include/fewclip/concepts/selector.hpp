#pragma once
/// \file
/// The role of a selector: how hyper-parameters are chosen.

#include <string>
#include <utility>

#include "fewclip/config.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip {

/// How a search went, for reports.
struct search_record {
  index candidates = 0;  ///< settings compared; 0 where nothing was searched
  index fits = 1;        ///< fits made
  index best_hits = 0;   ///< correct predictions of the winner on the rows selected on
  index rows = 0;        ///< rows selected on
  index ties = 0;        ///< candidates as good as the winner, the winner not counted
  std::string note;      ///< anything a reader of the result must know, such as the use of test labels
};

/// The settings a selector has chosen, and how.
template <class Settings>
struct selection {
  Settings settings;
  search_record search;
};

/// A selector sees a way to fit and a validation set; query sets are another type, so it cannot see theirs.
///
/// Required of `Selector`: `Selector::params` with settings; `Selector::protocol`, a sentence for reports; and
/// `Selector::select<B>(fit, settings, params, validation, observer)`, which returns a pair of the fitted model (as made by
/// `fit(settings)`) and a selection<Settings>.
///
/// `fit(settings)` gives an object with `model`, the fitted adapter, and `logits(x)`, its scores of many rows. Where the adapter has
/// `retune(params)`, settings that take effect at prediction need no other fit; where it has `study(x)` and `study_width()`, a search can
/// keep what all of them share: `study(x).visit_terms(params, visit)` calls `visit(name, weight, term)` for terms [n, classes] whose
/// weighted sum are the scores of x, `name` being the setting that is the weight.
///
/// Models: selectors::fixed, selectors::grid, selectors::coarse_then_bisect, selectors::on_test_labels.
template <class Selector>
concept selector = has_settings<typename Selector::params> && requires {
  { Selector::protocol } -> std::convertible_to<std::string>;
};

}  // namespace fewclip
