#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/concepts/selector.hpp"
#include "fewclip/metrics/accuracy.hpp"
#include "fewclip/selectors/detail/grid_plan.hpp"
#include "fewclip/selectors/detail/linear_hits.hpp"

namespace fewclip::selectors::detail {

/// A fitted model that can be given other prediction settings.
template <class Model, class Settings>
concept retunable_model = requires(Model& model, const Settings& settings) {
  model.retune(settings.adapter);
};

/// A fitted model that keeps what is the same for all prediction settings.
template <class Model, class Settings, class B>
concept studied_model = retunable_model<Model, Settings> && requires(const Model& model, const tensor<B>& x) {
  model.study(x);
  model.study_width();
};

/// The scores of some rows as others + factor * term, `factor` being the setting that is swept.
template <compute_backend B>
struct swept_scores {
  tensor<B> others;
  tensor<B> term;
};

/// Adds up the terms of a study. \param swept the setting whose term is kept apart; empty for none
template <compute_backend B, class Study, class Settings>
swept_scores<B> scores_of(Study& study, const Settings& adapter_settings, const std::string& swept) {
  swept_scores<B> out;
  const auto add_to = [](tensor<B>& sum, const tensor<B>& more) { sum = sum.empty() ? more : ops::add(sum, more); };
  study.visit_terms(adapter_settings, [&](const std::string& name, double weight, const tensor<B>& term) {
    if (name == swept) {
      add_to(out.term, term);
    } else {
      add_to(out.others, ops::scale(term, weight));
    }
  });
  if (out.others.empty()) out.others = tensor<B>(out.term.extents());
  return out;
}

template <class Study>
inline constexpr bool needs_all_rows = false;

template <class Study>
requires(Study::whole_batch) inline constexpr bool needs_all_rows<Study> = true;

/// One search over a grid.
template <compute_backend B, class Fit, class Settings>
class grid_search {
 public:
  using fit_result = std::remove_cvref_t<std::invoke_result_t<const Fit&, const Settings&>>;
  using model_type = decltype(fit_result::model);
  static constexpr bool retunable = retunable_model<model_type, Settings>;
  static constexpr bool studied = studied_model<model_type, Settings, B>;

  grid_search(const Fit& fit, const Settings& settings, const std::vector<grid_axis>& axes, const validation_set<B>& rows,
              const progress_observer& observer)
      : fit_(fit),
        settings_(settings),
        plan_(plan_grid(settings, axes, retunable)),
        rows_(rows),
        labels_(to_backend<B>(rows.labels())),
        observer_(observer),
        hits_(static_cast<std::size_t>(plan_.candidates), -1) {}

  std::pair<fit_result, selection<Settings>> run() {
    odometer fits(plan_.fits);
    const index per_fit = plan_.candidates / fits.combinations();
    bool going = true;
    do {
      Settings chosen = settings_;
      fits.apply(chosen);
      fit_result fitted = fit_(chosen);
      compared_ = fit_count_ * per_fit;
      going = compare(fitted, chosen, fits.position(), per_fit);
      ++fit_count_;
      keep_if_better(std::move(fitted));
    } while (going && fits.advance());
    return finish();
  }

 private:
  /// Compares all candidates that need no other fit. \returns false where the observer asks to stop
  bool compare(fit_result& fitted, const Settings& chosen, index position, index per_fit) {
    if constexpr (studied) {
      if (!plan_.prediction.empty() || plan_.swept.axis != nullptr) return compare_studied(fitted.model, chosen, position, per_fit);
    }
    odometer loop(axes_without_sweep());
    do {
      Settings each = chosen;
      loop.apply(each);
      if constexpr (retunable) fitted.model.retune(each.adapter);
      hits_[static_cast<std::size_t>(position + loop.position())] = metrics::accuracy(fitted.logits(rows_.features()), rows_).hits;
      if (!report_progress(++compared_)) return false;
    } while (loop.advance());
    return true;
  }

  std::vector<planned_axis> axes_without_sweep() const {
    std::vector<planned_axis> out = plan_.prediction;
    if (plan_.swept.axis != nullptr) out.push_back(plan_.swept);
    return out;
  }

  /// Slices of rows outside, settings inside: what a slice's settings share is made once and stays near the processor.
  bool compare_studied(const model_type& model, const Settings& chosen, index position, index per_fit) {
    using study_type = decltype(model.study(rows_.features()));
    const index all = rows_.features().rows();
    const index budget = (index{16} << 20) / static_cast<index>(sizeof(typename B::scalar));
    const index slice = needs_all_rows<study_type> ? all : std::clamp<index>(budget / std::max<index>(1, model.study_width()), 1, all);
    std::vector<index> counted(hits_.size(), 0);
    for (index begin = 0; begin < all; begin += slice) {
      const index count = std::min(slice, all - begin);
      auto study = model.study(rows_.features().rows_slice(begin, count));
      const auto labels = labels_.rows_slice(begin, count);
      odometer loop(plan_.prediction);
      index group = 0;
      do {
        Settings each = chosen;
        loop.apply(each);
        add_hits(study, each, labels, position + loop.position(), counted);
        ++group;
        const double share = (static_cast<double>(begin) + static_cast<double>(count * group) / static_cast<double>(loop.combinations())) /
                             static_cast<double>(all);
        const bool last = begin + count == all && group == loop.combinations();
        if (!report_progress(compared_ + static_cast<index>(share * static_cast<double>(per_fit))) && !last) return false;
      } while (loop.advance());
    }
    compared_ += per_fit;
    odometer loop(axes_without_sweep());
    do {
      const auto at = static_cast<std::size_t>(position + loop.position());
      hits_[at] = counted[at];
    } while (loop.advance());
    return !stopped_;
  }

  /// Counts the hits of one combination of the other axes, for all values of the swept one.
  template <class Study>
  void add_hits(Study& study, Settings& each, const label_tensor<B>& labels, index position, std::vector<index>& counted) {
    const std::string name = plan_.swept.axis != nullptr ? plan_.swept.axis->name : std::string();
    const swept_scores<B> scores = scores_of<B>(study, each.adapter, name);
    require_classes(scores.others.columns());
    if (plan_.swept.axis != nullptr && scores.term.empty()) {
      throw value_error(expected_got("fewclip::selectors::grid", "study of the model", "a term named '" + name + "'", "none"));
    }
    const bool swept = plan_.swept.axis != nullptr;
    const std::vector<double> none{0};
    const std::vector<index> hits =
        linear_hits<B>(scores.others, swept ? scores.term : scores.others, labels, swept ? plan_.swept.axis->values : none);
    for (std::size_t k = 0; k < hits.size(); ++k) {
      counted[static_cast<std::size_t>(position + static_cast<index>(k) * plan_.swept.stride)] += hits[k];
    }
  }

  void require_classes(index columns) const {
    if (columns == rows_.labels().classes()) return;
    throw shape_error(expected_got("fewclip::selectors::grid", "classes of the validation set", std::to_string(columns),
                                   std::to_string(rows_.labels().classes())));
  }

  bool report_progress(index done) {
    if (!report(observer_, {.stage = "search", .done = done, .total = plan_.candidates})) stopped_ = true;
    return !stopped_;
  }

  /// The first of the candidates with most hits, in loop order; -1 where none was compared.
  index best() const {
    const auto at = std::max_element(hits_.begin(), hits_.end());
    return *at < 0 ? -1 : static_cast<index>(at - hits_.begin());
  }

  void keep_if_better(fit_result fitted) {
    const index now = best();
    if (!kept_ || now != kept_position_) {
      kept_.emplace(std::move(fitted));
      kept_position_ = now;
    }
  }

  std::pair<fit_result, selection<Settings>> finish() {
    selection<Settings> out{settings_, {}};
    out.search = {.candidates = plan_.candidates, .fits = fit_count_, .best_hits = 0, .rows = rows_.labels().size(), .ties = 0, .note = {}};
    if (kept_position_ >= 0) {
      for (const planned_axis& axis : plan_.all) {
        set_setting(out.settings, axis.axis->name, grid_plan::value_at(axis, kept_position_), "fewclip::selectors::grid");
      }
      out.search.best_hits = hits_[static_cast<std::size_t>(kept_position_)];
      out.search.ties = std::count(hits_.begin(), hits_.end(), out.search.best_hits) - 1;
    } else {
      first_values(out.settings);
    }
    if constexpr (retunable) kept_->model.retune(out.settings.adapter);
    const index compared = plan_.candidates - std::count(hits_.begin(), hits_.end(), index{-1});
    if (compared < plan_.candidates) {
      out.search.note =
          "the search was stopped after " + std::to_string(compared) + " of " + std::to_string(plan_.candidates) + " candidates";
    }
    note_training(out);
    return {std::move(*kept_), std::move(out)};
  }

  /// Nothing was compared: the settings of the one fit that was made.
  void first_values(Settings& settings) const { odometer(plan_.fits).apply(settings); }

  /// Prediction settings of a trained model are chosen after training, which saw those that were given.
  void note_training(selection<Settings>& out) const {
    if constexpr (requires { kept_->report.trained_parameters; }) {
      if (kept_->report.trained_parameters == 0 || plan_.fits.size() == plan_.all.size()) return;
      std::string used;
      for (const setting_value& each : list_settings(settings_)) {
        const auto is_it = [&each](const planned_axis& axis) { return !axis.refits && axis.axis->name == each.about.name; };
        if (std::none_of(plan_.all.begin(), plan_.all.end(), is_it)) continue;
        used += (used.empty() ? "" : ", ") + std::string(each.about.name) + " " + fewclip::detail::short_number(each.value);
      }
      out.search.note += (out.search.note.empty() ? "" : "; ") + ("chosen after training, which used " + used);
    }
  }

  const Fit& fit_;
  const Settings& settings_;
  grid_plan plan_;
  const validation_set<B>& rows_;
  label_tensor<B> labels_;
  const progress_observer& observer_;
  std::vector<index> hits_;
  std::optional<fit_result> kept_;
  index kept_position_ = -1;
  index fit_count_ = 0;
  index compared_ = 0;
  bool stopped_ = false;
};

}  // namespace fewclip::selectors::detail
