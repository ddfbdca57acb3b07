#pragma once
/// \file
/// The search for one setting over many orders of magnitude: a coarse grid, then bisection on a logarithmic scale.

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/concepts/selector.hpp"
#include "fewclip/metrics/accuracy.hpp"

namespace fewclip::selectors {

/// One step of a bisection.
struct bisection_step {
  double left = 0;    ///< lower end of the interval
  double right = 0;   ///< upper end
  double answer = 0;  ///< the end that was kept
};

/// The bookkeeping of coarse_then_bisect, without any fit.
/// \param score how good a value is, larger is better; called as often as a value is looked at, also again
/// \param coarse values in the order in which they are tried; the first maximum wins
/// \param steps bisection steps, at least 1
/// \param after_step called as `after_step(step)` after each; returns false to stop there
/// \returns the steps made; the answer is that of the last one
template <class Score, class AfterStep>
std::vector<bisection_step> bisect_on_log_scale(const Score& score, const std::vector<double>& coarse, index steps,
                                                const AfterStep& after_step) {
  double best = coarse.front();
  auto best_score = score(best);
  for (std::size_t i = 1; i < coarse.size(); ++i) {
    const auto now = score(coarse[i]);
    if (!(best_score < now)) continue;
    best_score = now;
    best = coarse[i];
  }
  std::vector<bisection_step> out;
  double left = best * 0.1;
  double right = best * 10;
  for (index step = 0; step < steps; ++step) {
    const auto left_score = score(left);
    const auto right_score = score(right);
    const bool keep_right = left_score < right_score;
    out.push_back({left, right, keep_right ? right : left});
    (keep_right ? left : right) = step == 0 ? best : std::sqrt(left * right);
    if (!after_step(out.back())) break;
  }
  return out;
}

/// The sweep of the linear probe (Zhou et al., arXiv 2109.01134, authors' code): the best value of a coarse grid, then bisection of the two
/// decades around it by validation hits.
///
/// \models selector
/// The first maximum of the coarse grid wins, and its values fall, so ties go to the largest. The interval is [0.1 c, 10 c]. In each step
/// the end with more hits stays (the left one where they are equal) and the other end moves to the geometric mean. The answer is the end
/// kept in the last step, not the best value seen. A value is fitted once, and the first geometric mean is the coarse winner again: 7 + 2 +
/// 6 fits with the defaults.
struct coarse_then_bisect {
  /// What is searched.
  struct params {
    std::string name = "inverse_regularisation";                     ///< the setting
    std::vector<double> coarse{1e6, 1e4, 1e2, 1, 1e-2, 1e-4, 1e-6};  ///< in the order in which they are tried
    index bisection_steps = 8;                                       ///< steps after the coarse grid

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "bisection_steps",
                    .meaning = "bisection steps after the coarse grid",
                    .origin = "CoOp authors' code, linear probe",
                    .lowest = 1,
                    .highest = 100},
            self.bisection_steps);
    }
  };

  static constexpr const char* protocol = "coarse grid, then bisection: one setting chosen on the labels of the validation set";

  /// \param fit makes a fitted adapter from settings
  /// \param settings what stands for all other settings
  /// \param choices the setting and the steps
  /// \param validation at least one row; published: min(K, 4) per class
  /// \param observer hears {"search", fits made, fits at most}; where it stops the search, the answer so far is kept
  /// \throws value_error for an empty validation set or coarse grid, an unknown name, a value out of range or not above 0
  template <compute_backend B, class Fit, class Settings>
  static auto select(const Fit& fit, const Settings& settings, const params& choices, const validation_set<B>& validation,
                     const progress_observer& observer) {
    check(settings, choices, validation);
    using fit_result = decltype(fit(settings));
    struct scored {
      index hits = 0;
      std::optional<fit_result> fitted;
    };
    std::map<double, scored> seen;
    bool stopped = false;
    const index most = static_cast<index>(choices.coarse.size()) + std::max<index>(2, choices.bisection_steps);
    const auto with = [&](double value) {
      Settings out = settings;
      set_setting(out, choices.name, value, where);
      return out;
    };
    const auto score = [&](double value) {
      const auto at = seen.find(value);
      if (at != seen.end()) return at->second.hits;
      if (stopped) return index{-1};
      scored found{0, std::optional<fit_result>(fit(with(value)))};
      found.hits = metrics::accuracy(found.fitted->logits(validation.features()), validation).hits;
      const index hits = seen.emplace(value, std::move(found)).first->second.hits;
      stopped = !report(observer, {.stage = "search", .done = static_cast<index>(seen.size()), .total = most});
      return hits;
    };
    const auto drop_losers = [&](const bisection_step& step) {
      if (!seen.contains(step.left) || !seen.contains(step.right)) return false;
      for (auto& [value, each] : seen) {
        if (value < step.left || value > step.right) each.fitted.reset();
      }
      return !stopped;
    };
    const auto steps = bisect_on_log_scale(score, choices.coarse, choices.bisection_steps, drop_losers);
    const double answer = seen.contains(steps.back().answer) ? steps.back().answer : best_fitted(seen);
    selection<Settings> choice{with(answer), {}};
    choice.search = record(seen, answer, validation.labels().size());
    if (stopped) choice.search.note = "the search was stopped before its last step";
    return std::pair(std::move(*seen.at(answer).fitted), std::move(choice));
  }

 private:
  static constexpr const char* where = "fewclip::selectors::coarse_then_bisect";

  template <class Settings, class Validation>
  static void check(const Settings& settings, const params& choices, const Validation& validation) {
    if (validation.labels().empty()) {
      throw value_error(expected_got(where, "validation set",
                                     "labelled rows to choose on (hand a validation_set to the classifier, or use selectors::fixed)",
                                     "none"));
    }
    if (choices.coarse.empty()) throw value_error(expected_got(where, "coarse", "at least one value", "none"));
    Settings tried = settings;
    for (const double value : choices.coarse) {
      if (!(value > 0)) throw value_error(expected_got(where, "coarse", "values above 0", std::to_string(value)));
      for (const double each : {value, 0.1 * value, 10 * value}) set_setting(tried, choices.name, each, where);
    }
  }

  /// The best of the values whose fit is still there, where the search was stopped early.
  template <class Seen>
  static double best_fitted(const Seen& seen) {
    double out = 0;
    index hits = -1;
    for (auto at = seen.rbegin(); at != seen.rend(); ++at) {
      if (!at->second.fitted || at->second.hits <= hits) continue;
      hits = at->second.hits;
      out = at->first;
    }
    return out;
  }

  template <class Seen>
  static search_record record(const Seen& seen, double answer, index rows) {
    search_record out;
    out.candidates = out.fits = static_cast<index>(seen.size());
    out.best_hits = seen.at(answer).hits;
    out.rows = rows;
    for (const auto& [value, each] : seen) out.ties += value != answer && each.hits == out.best_hits ? 1 : 0;
    return out;
  }
};

}  // namespace fewclip::selectors
