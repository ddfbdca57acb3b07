#pragma once
/// \file
/// Selection on test labels, as some published tables had it: possible by name only, and never without saying so.

#include <string>
#include <utility>

#include "fewclip/concepts/selector.hpp"
#include "fewclip/trainers/trainer_state.hpp"

namespace fewclip::selectors {

/// Says in a record that test labels were used.
inline void note_test_labels(search_record& search) {
  search.note =
      std::string("TEST LABELS WERE USED to choose the settings: not a fair result") + (search.note.empty() ? "" : "; ") + search.note;
}

/// A selector that is given test labels where it expects validation labels. Its protocol and its search record say so in plain words.
///
/// \models selector
/// \tparam Selector the selector that does the work, such as selectors::grid
template <class Selector>
struct on_test_labels {
  using params = typename Selector::params;

  static constexpr const char* protocol = "oracle: settings chosen on the TEST labels, to reproduce a published table; not a fair result";

  /// \param fit makes a fitted adapter from settings
  /// \param settings what to start from
  /// \param choices of the selector that does the work
  /// \param rows the test rows, as a validation set
  /// \param observer hears of progress
  template <compute_backend B, class Fit, class Settings>
  static auto select(const Fit& fit, const Settings& settings, const params& choices, const validation_set<B>& rows,
                     const progress_observer& observer) {
    auto out = Selector::template select<B>(fit, settings, choices, rows, observer);
    note_test_labels(out.second.search);
    return out;
  }
};

/// A selector that learns from `params::test_labels` whether its rows are test rows, and then calls note_test_labels: one type for both.
template <class Selector>
concept told_of_test_labels = requires(typename Selector::params& choices) {
  choices.test_labels = true;
};

/// Whether a classifier's selector admits that it sees test labels.
template <class Selector>
inline constexpr bool says_test_labels = told_of_test_labels<Selector>;

template <class Selector>
inline constexpr bool says_test_labels<on_test_labels<Selector>> = true;

/// The one way from a query set's labels to a selector. It fits a classifier whose type names on_test_labels, or tells its selector, and hands the
/// labels to nobody else, so a result that used them cannot lose the note.
///
/// Tip-Adapter, APE and Tip-X chose their settings for ImageNet in this way: their codes take the test images for validation (recipes::oracle_test).
struct oracle {
  /// What on_test_labels<Selector> chooses on a query set, for code that is handed a way to fit; the note is in the record.
  /// \tparam Selector the selector that does the work
  /// \param fit makes a fitted adapter from settings
  /// \param settings what to start from
  /// \param choices of the selector
  /// \param queries the rows that the result is to be measured on
  /// \param observer hears of progress
  template <class Selector, compute_backend B, class Fit, class Settings>
  static auto select(const Fit& fit, const Settings& settings, const typename Selector::params& choices, const query_set<B>& queries,
                     const progress_observer& observer = {}) {
    return on_test_labels<Selector>::template select<B>(fit, settings, choices, exposed(queries), observer);
  }

  /// Fits a classifier whose selector chooses on the query set.
  /// \tparam Classifier a classifier with selector on_test_labels<...>, or with one that is told_of_test_labels
  /// \param text as for the classifier
  /// \param support as for the classifier
  /// \param queries the rows that the result is to be measured on
  /// \param settings as for the classifier
  /// \param observer hears of progress
  /// \param resume as for the classifier
  /// \throws what the classifier throws
  template <class Classifier, compute_backend B>
  static Classifier fit(const class_text<B>& text, const support_set<B>& support, const query_set<B>& queries,
                        typename Classifier::params settings = {}, const progress_observer& observer = {},
                        trainer_state<B>* resume = nullptr) {
    static_assert(
        says_test_labels<typename Classifier::selector_type>,
        "fewclip::selectors::oracle: the classifier's selector has to be selectors::on_test_labels<...>, so that its type and its "
        "report say that test labels were used, see docs/extend/selector.md");
    if constexpr (told_of_test_labels<typename Classifier::selector_type>) settings.selector.test_labels = true;
    return Classifier(text, support, settings, exposed(queries), observer, resume);
  }

 private:
  template <compute_backend B>
  static validation_set<B> exposed(const query_set<B>& queries) {
    return {queries.rows_.features(), queries.rows_.labels()};
  }
};

}  // namespace fewclip::selectors
