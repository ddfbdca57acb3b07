#pragma once
/// \file
/// A method behind a name: the composition's type is erased, its settings are set by name. make_method.hpp makes one.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/concepts/selector.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/core/tensor.hpp"
#include "fewclip/recipes/recipe.hpp"
#include "fewclip/runtime/row_kind.hpp"
#include "fewclip/runtime/selection.hpp"
#include "fewclip/selectors/grid_axis.hpp"
#include "fewclip/trainers/trained_numbers.hpp"
#include "fewclip/trainers/trainer_state.hpp"
#include "fewclip/trainers/training_report.hpp"

namespace fewclip::runtime {

template <compute_backend B>
class clip_parts;

/// One axis of a composition and the part that stands there.
struct method_part {
  std::string axis;  ///< "head", "cache", "trainer", ...
  std::string part;  ///< the part's name and what it stands for
};

/// Values of hyper-parameters by name, as listed in method_description::settings.
using named_settings = std::map<std::string, double, std::less<>>;

/// The logit scale that defaults are for: that of the released checkpoints.
inline constexpr double released_scale = 100;

/// The logit scales among the settings of a method, `scale` and those that end in `.scale`, become that of a CLIP unless they are set:
/// the default of 100 is that of the released checkpoints, and another CLIP has its own. Temperatures of cosines, setting::over_scale, follow: their
/// defaults are for a scale of 100.
/// \param settings what is set so far
/// \param known method_description::settings
/// \param scale exp(logit_scale) of the checkpoint, above 0
inline void default_scales(named_settings& settings, const std::vector<setting_value>& known, double scale) {
  for (const setting_value& each : known) {
    const std::string name(each.about.name);
    if (name == "scale" || name.ends_with(".scale")) settings.try_emplace(name, scale);
    if (each.about.over_scale)
      settings.try_emplace(name, std::clamp(each.value * released_scale / scale, each.about.lowest, each.about.highest));
  }
}

/// The values that a search compares for such temperatures become those of a CLIP.
/// \param search the axes of a grid are changed, another search is not
/// \param known method_description::settings
/// \param scale exp(logit_scale) of the checkpoint, above 0
inline void scale_searches(search_plan& search, const std::vector<setting_value>& known, double scale) {
  auto* const grid = std::get_if<selectors::grid::params>(&search);
  if (grid == nullptr) return;
  for (selectors::grid_axis& axis : grid->axes) {
    for (const setting_value& each : known) {
      if (each.about.name != axis.name || !each.about.over_scale) continue;
      for (double& value : axis.values) value = std::clamp(value * released_scale / scale, each.about.lowest, each.about.highest);
    }
  }
}

/// Rules by which a method predicts and which its trained numbers do not show, such as what is blended. Those that were others in older versions:
/// a file of such a method records them among its facts, see require_rules().
using prediction_rules = std::map<std::string, std::string, std::less<>>;

/// Where a search looks: our one grid for all data sets, and what was published per data set.
struct method_recipes {
  std::vector<selectors::grid_axis> clean_grid;  ///< empty where there is nothing to search
  /// By data set, one of recipes::data_sets, and shots per class; empty where nothing was published.
  std::function<recipes::recipe(std::string_view, index)> published;
  bool published_bisects = false;      ///< whether selectors::coarse_then_bisect was used, and not a grid
  std::string published_difference{};  ///< what a run with published settings still does otherwise; often empty
};

/// All that is known of a method before it is fitted.
struct method_description {
  std::string name;                     ///< the alias in methods/
  std::string citation;                 ///< paper and number of its preprint
  std::vector<method_part> parts;       ///< the composition
  input_needs needs;                    ///< texts, support, unit rows
  bool trains = false;                  ///< whether there is a trainer
  std::vector<setting_value> settings;  ///< every hyper-parameter with its default, range, meaning and the source of its default
  method_recipes recipes;               ///< what to search
  row_kind rows = row_kind::features;   ///< what it reads of an image
  bool needs_clip = false;              ///< whether fit_inputs::clip has to be given
  prediction_rules rules{};             ///< how it predicts, where older versions did it otherwise

  /// Whether a fitted one needs its support set again to be made again from its trained numbers.
  bool keeps_support() const { return needs.support && rows == row_kind::features; }
};

/// A fitted method: immutable, and usable from many threads.
template <compute_backend B>
class fitted_method {
 public:
  virtual ~fitted_method() = default;

  /// Class scores.
  /// \param x feature rows [n, dim]
  /// \returns [n, classes]
  virtual tensor<B> logits(const tensor<B>& x) const = 0;

  /// The settings in use, after selection.
  virtual std::vector<setting_value> settings() const = 0;

  /// The trained numbers; with the settings() and the inputs of the fit, method::restore makes the fitted method from them again.
  virtual trained_numbers<B> trained() const = 0;

  /// How the training went; `trained_parameters` is the number of trained numbers.
  virtual const training_report& training() const = 0;

  /// How the selection went.
  virtual const search_record& search() const = 0;
};

namespace detail {

/// The settings of a composition, changed by name.
template <class Settings>
Settings changed(const named_settings& by_name, const std::string& method) {
  Settings out;
  for (const auto& [name, value] : by_name) set_setting(out, name, value, method);
  return out;
}

}  // namespace detail

/// The training states of a fit, one for each of its stages; for most methods one.
template <compute_backend B>
struct training_states {
  std::vector<trainer_state<B>> of_stage{1};  ///< in the order in which they are trained

  /// That of a stage.
  trainer_state<B>* at(std::size_t stage) {
    if (of_stage.size() <= stage) of_stage.resize(stage + 1);
    return &of_stage[stage];
  }
};

/// A method that can be fitted, its type erased.
template <compute_backend B>
class method {
 public:
  /// What fit() takes, with the settings changed by name.
  struct fit_inputs {
    using backend = B;
    class_text<B> text;                    ///< empty where there is none
    support_set<B> support;                ///< empty for zero_shot
    named_settings settings;               ///< those that differ from the defaults
    selection_request<B> request;          ///< how hyper-parameters are chosen
    validation_set<B> validation;          ///< what a selector may see
    progress_observer observer;            ///< may be empty
    bool as_published = false;             ///< the paper's own composition, where that is another (tip_x)
    training_states<B>* resume = nullptr;  ///< where given: gone on from where it has begun, and saved to
    const clip_parts<B>* clip = nullptr;   ///< the CLIP of the rows, for methods that need it (runtime/clip_parts.hpp)
  };

  /// Makes the fitted method.
  using fit_function = std::function<std::unique_ptr<fitted_method<B>>(const fit_inputs&)>;
  /// Makes the fitted method from trained numbers.
  using restore_function = std::function<std::unique_ptr<fitted_method<B>>(const fit_inputs&, const trained_numbers<B>&)>;
  /// Throws for settings that are wrong.
  using check_function = std::function<void(const named_settings&)>;

  /// \param about the description
  /// \param fit makes the fitted method
  /// \param restore makes it from trained numbers
  /// \param check throws value_error for settings that do not exist or are out of range
  method(method_description about, fit_function fit, restore_function restore, check_function check)
      : about_(std::move(about)), fit_(std::move(fit)), restore_(std::move(restore)), check_(std::move(check)) {}

  /// Where a fit is asked for `as_published`, the composition of `form` is fitted instead.
  /// \param form the composition that the paper has, under the same settings
  void published_as(const method& form) {
    fit_ = [own = fit_, other = form.fit_](const fit_inputs& inputs) { return inputs.as_published ? other(inputs) : own(inputs); };
    restore_ = [own = restore_, other = form.restore_](const fit_inputs& inputs, const trained_numbers<B>& trained) {
      return inputs.as_published ? other(inputs, trained) : own(inputs, trained);
    };
  }

  /// Says what it reads of an image; other rows than features come from a CLIP, which then has to be given.
  void reads(row_kind kind) {
    about_.rows = kind;
    about_.needs_clip = about_.needs_clip || kind != row_kind::features;
  }

  /// Says a rule by which it predicts, see prediction_rules.
  void predicts_by(std::string name, std::string rule) { about_.rules.insert_or_assign(std::move(name), std::move(rule)); }

  /// What is known of the method before it is fitted.
  const method_description& about() const { return about_; }

  /// Fits.
  /// \param inputs rows that were not taken over are borrowed on a host backend: the caller keeps them alive as long as the fitted method
  /// \returns the fitted method; nothing where inputs.resume is given and the observer ended a stage that is not the last, since the next one
  ///          has nothing to build on: the same inputs go on from there
  /// \throws value_error for unknown settings (with the nearest name) or values out of range, and as fewclip::classifier
  std::unique_ptr<fitted_method<B>> fit(const fit_inputs& inputs) const { return fit_(inputs); }

  /// Makes a fitted method again, without training or selection.
  /// \param inputs those of the fit, with its settings after selection; the support may be empty unless about().keeps_support()
  /// \param trained what fitted_method::trained gave
  /// \throws what fit() throws, and value_error, shape_error where the numbers are of another method or other inputs
  std::unique_ptr<fitted_method<B>> restore(const fit_inputs& inputs, const trained_numbers<B>& trained) const {
    return restore_(inputs, trained);
  }

  /// Checks settings without fitting.
  /// \throws value_error for unknown settings (with the nearest name) or values out of range
  void check(const named_settings& settings) const { check_(settings); }

 private:
  method_description about_;
  fit_function fit_;
  restore_function restore_;
  check_function check_;
};

namespace detail {

/// Passes reports of a stage on, and notes whether the stage was ended before it was done.
class stage_observer {
 public:
  explicit stage_observer(const progress_observer& inner) : inner_(inner) {}

  progress_observer observer() {
    return [this](const progress& at) {
      const bool on = !inner_ || inner_(at);
      ended_ = ended_ || (!on && at.done < at.total);
      return on;
    };
  }
  bool ended() const { return ended_; }

 private:
  const progress_observer& inner_;
  bool ended_ = false;
};

}  // namespace detail

}  // namespace fewclip::runtime
