#pragma once
/// \file
/// Which selector chooses hyper-parameters, told at run time.

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/selectors/coarse_then_bisect.hpp"
#include "fewclip/selectors/fixed.hpp"
#include "fewclip/selectors/grid.hpp"
#include "fewclip/selectors/oracle.hpp"

namespace fewclip::runtime {

/// What hyper-parameters may be chosen on.
enum class selection_mode {
  none,        ///< nothing: the settings are used as given
  validation,  ///< the validation set
  oracle       ///< the labels of the query set; only to reproduce published tables that did so
};

/// A search, or none: for a method without anything to search.
using search_plan = std::variant<selectors::fixed::params, selectors::grid::params, selectors::coarse_then_bisect::params>;

/// How hyper-parameters are to be chosen.
template <compute_backend B>
struct selection_request {
  selection_mode mode = selection_mode::none;  ///< what may be looked at
  search_plan search;                          ///< what is searched unless the mode is none
  query_set<B> queries;                        ///< for selection_mode::oracle alone

  /// Whether settings will be searched at all.
  bool searches() const { return mode != selection_mode::none && search.index() != 0; }

  /// A sentence for reports; that of the oracle says so.
  std::string protocol() const {
    if (!searches()) return selectors::fixed::protocol;
    if (mode == selection_mode::oracle) return selectors::on_test_labels<selectors::grid>::protocol;
    return search.index() == 1 ? selectors::grid::protocol : selectors::coarse_then_bisect::protocol;
  }
};

/// A selector that does what a search_plan says, so that one instantiation of a method serves several selectors, on validation and on test labels.
///
/// \models selector, selectors::told_of_test_labels
/// \tparam Searches the selectors that can be asked for, such as selectors::grid
template <class... Searches>
struct by_request {
  /// The search.
  struct params {
    search_plan search;        ///< what is searched
    bool test_labels = false;  ///< whether the rows are test rows; selectors::oracle says so

    /// Names no settings: a search is not a number.
    template <class Self, class Visitor>
    static void visit_settings(Self&, Visitor&&) {}
  };

  /// For reports that know no more; selection_request::protocol does.
  static constexpr const char* protocol = "as requested at run time";

  /// \param fit makes a fitted adapter from settings
  /// \param settings what to start from
  /// \param plan the search
  /// \param rows labelled rows to choose on
  /// \param observer hears of progress
  /// \throws value_error for a search that is not among Searches, and as the search asked for
  template <compute_backend B, class Fit, class Settings>
  static auto select(const Fit& fit, const Settings& settings, const params& plan, const validation_set<B>& rows,
                     const progress_observer& observer) {
    using result = decltype(selectors::fixed::select<B>(fit, settings, {}, rows, observer));
    std::optional<result> found;
    [[maybe_unused]] const auto attempt = [&]<class Search>(std::type_identity<Search>) {
      if (const auto* own = std::get_if<typename Search::params>(&plan.search)) {
        found.emplace(Search::template select<B>(fit, settings, *own, rows, observer));
      }
    };
    (attempt(std::type_identity<Searches>{}), ...);
    if (!found && plan.search.index() == 0) found.emplace(selectors::fixed::select<B>(fit, settings, {}, rows, observer));
    if (!found) throw value_error(expected_got("fewclip::runtime::by_request", "search", "one that the method offers", "another"));
    if (plan.test_labels) selectors::note_test_labels(found->second.search);
    return std::move(*found);
  }
};

}  // namespace fewclip::runtime
