#pragma once
/// \file
/// The composition point for everything that works on features.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/selector.hpp"
#include "fewclip/concepts/trainer.hpp"
#include "fewclip/core/spatial_rows.hpp"
#include "fewclip/metrics/accuracy.hpp"
#include "fewclip/selectors/fixed.hpp"
#include "fewclip/trainers/closed_form.hpp"
#include "fewclip/trainers/trained_numbers.hpp"

namespace fewclip {

/// A few-shot classifier on feature rows, composed from an adapter, a trainer and a selector. Constructing it is fitting it; afterwards it
/// is immutable, and may be used from many threads.
///
/// \tparam B the backend, named once: backend::cpu<float> by default in the method aliases
/// \tparam Adapter turns features into class scores (concept adapter, docs/extend/adapter.md)
/// \tparam Trainer fits the adapter's parameters; trainers::closed_form where there are none
/// \tparam Selector chooses hyper-parameters; selectors::fixed uses them as given
template <compute_backend B, class Adapter, class Trainer = trainers::closed_form, class Selector = selectors::fixed>
class classifier {
  static_assert(
      has_settings<typename Adapter::params>,
      "fewclip::classifier: Adapter needs an aggregate 'params' with 'visit_settings' [concept has_settings], see docs/extend/adapter.md");
  static_assert(component<Adapter, B>,
                "fewclip::classifier: Adapter needs 'needs' and 'fitted<B>(class_text, support_set, params)' [concept component], see "
                "docs/extend/adapter.md");
  static_assert(adapter<Adapter, B>,
                "fewclip::classifier: Adapter needs 'fitted<B>::logits(x)' [concept adapter], see docs/extend/adapter.md");
  static_assert(
      trainer<Trainer, B, typename Adapter::template fitted<B>>,
      "fewclip::classifier: Trainer needs 'params' and 'train(model, features, labels, params, observer, resume, watched)' [concept "
      "trainer], see docs/extend/trainer.md");
  static_assert(selector<Selector>,
                "fewclip::classifier: Selector needs 'params', 'protocol' and 'select' [concept selector], see docs/extend/selector.md");

 public:
  using backend = B;
  using adapter_type = Adapter;
  using trainer_type = Trainer;
  using selector_type = Selector;
  using fitted_adapter = typename Adapter::template fitted<B>;

  /// All settings: the adapter's, the trainer's and the selector's.
  struct params {
    typename Adapter::params adapter;
    typename Trainer::params trainer;
    typename Selector::params selector;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      Adapter::params::visit_settings(self.adapter, visit);
      Trainer::params::visit_settings(self.trainer, visit);
      Selector::params::visit_settings(self.selector, visit);
    }
  };

  /// Fits on a support set.
  /// \param text one text row per class, [classes, dim]; may be empty for adapters that do not need it
  /// \param support labelled feature rows [rows, dim]
  /// \param settings defaults need no validation set and are the same for all data sets
  /// \param validation rows a selector may choose on, and on which a trainer may stop early; empty where neither is asked for
  /// \param observer hears of progress, and may stop the training
  /// \param resume where given: the training goes on from it where it has begun, bit for bit, and saves to it; for searches of one fit
  /// \param training where given: what the trainer sees in place of the support rows, which the adapter is made from as ever
  /// \throws shape_error or value_error where inputs do not fit together or settings are out of range; value_error where the trainer's
  /// settings ask for watched rows (`patience`) and `validation` is empty, or where `resume` is given and the search fits a second time
  classifier(const class_text<B>& text, const support_set<B>& support, const params& settings = {},
             const validation_set<B>& validation = {}, const progress_observer& observer = {}, trainer_state<B>* resume = nullptr,
             const support_set<B>* training = nullptr)
      : result_(fit(text, support, settings, {validation, observer, resume, training == nullptr ? support : *training})) {}

  /// Makes a fitted classifier again, without training and selection.
  /// \param trained what trained() of it gave
  /// \param text the rows it was fitted with
  /// \param support the rows it was fitted with; may be empty where the adapter keeps nothing of them, see trained(). Their length is not
  /// checked,
  ///   as they may be trained keys
  /// \param settings those after selection
  /// \throws value_error, shape_error where text, support and trained.dim do not fit together; what the adapter throws
  classifier(const trained_numbers<B>& trained, const class_text<B>& text, const support_set<B>& support, const params& settings)
      : result_(restore(trained, text, support, settings)) {}

  /// Class scores.
  /// \param x feature rows [n, dim]; unit rows where the adapter needs them (checked)
  /// \returns [n, classes]
  /// \throws shape_error for another width, value_error for rows that are not finite or not of length 1
  tensor<B> logits(const tensor<B>& x) const {
    require_width(x, "fewclip::classifier::logits");
    require_rows<B>(x, "fewclip::classifier::logits", "x", Adapter::needs.unit_rows);
    return result_.first.logits(x);
  }

  /// Class scores of rows of the host.
  /// \param x feature rows [n, dim]
  /// \returns [n, classes]
  tensor<B> logits(matrix_view<typename B::scalar> x) const { return logits(to_backend<B>(x)); }

  /// The class of the highest score of each row, the first where several are highest.
  /// \param x feature rows [n, dim]
  /// \returns [n] labels
  template <class Rows>
  std::vector<label> predict(const Rows& x) const {
    const tensor<B> scores = logits(x);
    const std::vector<typename B::scalar> values = scores.to_host();
    std::vector<label> out(static_cast<std::size_t>(scores.rows()));
    const auto columns = static_cast<std::size_t>(scores.columns());
    for (std::size_t row = 0; row < out.size(); ++row) {
      const auto* first = values.data() + row * columns;
      out[row] = static_cast<label>(std::max_element(first, first + columns) - first);
    }
    return out;
  }

  /// What the adapter's map makes of rows, for adapters::mapped: the input of a second stage.
  /// \param x rows as of logits()
  /// \throws what logits() throws
  template <class Fitted = fitted_adapter>
  requires requires(const Fitted& fitted, const tensor<B>& rows) { fitted.map(rows); }
  tensor<B> features(const tensor<B>& x) const {
    require_width(x, "fewclip::classifier::features");
    require_rows<B>(x, "fewclip::classifier::features", "x", Adapter::needs.unit_rows);
    return result_.first.model.map(x);
  }

  /// The fitted adapter, for looking inside.
  const fitted_adapter& adapter() const { return result_.first.model; }

  /// The trained numbers, to make the classifier again elsewhere. Parts made from the support set are not among them (the keys of a cache
  /// that is not trained, chosen channels): these are made again from the same support.
  trained_numbers<B> trained() const { return {trainers::copy_parameters<B>(result_.first.model), dim_}; }

  /// How the training went.
  const training_report& training() const { return result_.first.report; }

  /// The settings in use, after selection.
  const params& settings() const { return result_.second.settings; }

  /// How the selection went.
  const search_record& search() const { return result_.second.search; }

  index classes() const { return classes_; }
  index dim() const { return dim_; }

 private:
  void require_width(const tensor<B>& x, const char* where) const {
    if (x.columns() != dim_) throw shape_error(expected_got(where, "columns of x", std::to_string(dim_), std::to_string(x.columns())));
  }

  /// What one fit gives.
  struct fit_result {
    fitted_adapter model;
    training_report report;
    index classes = 0;

    /// Scores of many rows, in slices that bound temporaries to a few megabytes.
    tensor<B> logits(const tensor<B>& x) const { return logits_of(model, x, classes); }
  };

  /// What a fit is given beside its data and settings.
  struct fit_session {
    const validation_set<B>& validation;
    const progress_observer& observer;
    trainer_state<B>* resume;
    const support_set<B>& training;
  };

  static tensor<B> logits_of(const fitted_adapter& model, const tensor<B>& x, index classes) {
    const index width = std::max<index>(1, std::max(x.columns(), classes)) * static_cast<index>(sizeof(typename B::scalar));
    const index slice = std::max<index>(64, 4'000'000 / width);
    if (x.rows() <= slice || Adapter::needs.whole_batch) return model.logits(x);
    tensor<B> out;
    typename B::scalar* to = nullptr;
    for (index begin = 0; begin < x.rows(); begin += slice) {
      const index count = std::min(slice, x.rows() - begin);
      const tensor<B> part = model.logits(x.rows_slice(begin, count));
      if (to == nullptr) {
        out = tensor<B>::uninitialised({x.rows(), part.columns()});
        to = out.mutable_data();
      }
      B::memory::copy(to + begin * part.columns(), part.data(), part.size());
    }
    return out;
  }

  auto fit(const class_text<B>& text, const support_set<B>& support, const params& settings, const fit_session& session) {
    check(text, support, settings);
    check_validation(session.validation, settings);
    if (&session.training != &support) check_set(session.training, "training", "width of support", Adapter::needs.unit_rows);
    const label_tensor<B> labels = to_backend<B>(session.training.labels());
    index fits = 0;
    const auto fit_with = [&](const params& chosen) {
      if (session.resume != nullptr && ++fits > 1) {
        throw value_error(expected_got("fewclip::classifier", "resume", "a search that fits once", "one that fits again"));
      }
      fit_result out{fitted_adapter(text, support, chosen.adapter), {}, classes_};
      const watched_value watched = watches(chosen) ? watch(out, session.validation) : watched_value();
      out.report = Trainer::template train<B>(out.model, session.training.features(), labels, chosen.trainer, session.observer,
                                              session.resume, watched);
      seal(out.model);
      return out;
    };
    return Selector::template select<B>(fit_with, settings, settings.selector, session.validation, session.observer);
  }

  /// The result of a fit from its parts.
  auto restore(const trained_numbers<B>& trained, const class_text<B>& text, const support_set<B>& support, const params& settings) {
    const std::string where = "fewclip::classifier";
    require_valid_settings(settings, where);
    require_text(text, where);
    if (trained.dim < 1) throw value_error(expected_got(where, "trained.dim", "the width of a row", std::to_string(trained.dim)));
    classes_ = text.empty() ? support.labels().classes() : text.classes();
    dim_ = trained.dim;
    if (!text.empty() && Adapter::needs.spatial_tokens) {
      spatial_rows::of(dim_, text.rows().columns(), where);
    } else if (!text.empty() && !Adapter::needs.own_width && text.rows().columns() != dim_) {
      throw shape_error(
          expected_got(where, "width of text", std::to_string(dim_) + " (trained.dim)", std::to_string(text.rows().columns())));
    }
    check_rows(text, support, "trained.dim", false);
    fit_result out{fitted_adapter(text, support, settings.adapter), {}, classes_};
    trainers::set_parameters<B>(out.model, trained.values);
    for (const auto& [name, value] : trained.values) out.report.trained_parameters += value.size();
    seal(out.model);
    return fit_function_result(std::move(out), selection<params>{settings, {}});
  }

  /// Whether the trainer is to look at held-out rows.
  static bool watches([[maybe_unused]] const params& settings) {
    if constexpr (requires { Trainer::watches(settings.trainer); }) return Trainer::watches(settings.trainer);
    return false;
  }

  /// The share of correct predictions on the validation rows.
  static watched_value watch(const fit_result& fitted, const validation_set<B>& rows) {
    return [&fitted, &rows] { return metrics::accuracy(fitted.logits(rows.features()), rows).share(); };
  }

  void check_validation(const validation_set<B>& validation, const params& settings) const {
    const std::string where = "fewclip::classifier";
    if (validation.labels().empty()) {
      if (!watches(settings)) return;
      throw value_error(expected_got(where, "validation", "rows for the trainer to watch, which its early stop asks for", "none"));
    }
    require_same(where, "classes of the validation set", classes_, validation.labels().classes());
    require_same(where, "width of the validation rows", dim_, validation.features().columns());
    require_rows<B>(validation.features(), where, "validation", Adapter::needs.unit_rows);
  }

  static void require_same(const std::string& where, const char* what, index expected, index got) {
    if (got != expected) throw shape_error(expected_got(where, what, std::to_string(expected), std::to_string(got)));
  }

  void check(const class_text<B>& text, const support_set<B>& support, const params& settings) {
    constexpr input_needs needs = Adapter::needs;
    const std::string where = "fewclip::classifier";
    require_valid_settings(settings, where);
    require_text(text, where);
    if (needs.support && support.labels().empty()) throw value_error(expected_got(where, "support", "at least one labelled row", "none"));
    classes_ = text.empty() ? support.labels().classes() : text.classes();
    dim_ = text.empty() || needs.own_width ? support.features().columns() : text.rows().columns();
    if (needs.spatial_tokens) dim_ = spatial_rows::of(support.features().columns(), dim_, where).columns();
    check_rows(text, support, "width of text", needs.unit_rows);
  }

  static void require_text(const class_text<B>& text, const std::string& where) {
    constexpr input_needs needs = Adapter::needs;
    if (needs.text && text.empty()) throw value_error(expected_got(where, "text", "one row per class", "none"));
    if (needs.text_source && !text.source()) {
      throw value_error(expected_got(where, "text", "a text tower with the tokens of the prompts (prompts::text_source)", "rows only"));
    }
  }

  /// Checks rows against classes_ and dim_.
  /// \param width what dim_ is, for the message
  /// \param unit_rows whether rows of the support set must have length 1
  void check_rows(const class_text<B>& text, const support_set<B>& support, const std::string& width, bool unit_rows) const {
    const std::string where = "fewclip::classifier";
    if (!support.labels().empty()) check_set(support, "support", width, unit_rows);
    if (!text.empty()) require_rows<B>(text.rows(), where, "text", Adapter::needs.text);
    if (!text.anchors().empty()) check_anchors(text, where);
  }

  /// Checks labelled rows against classes_ and dim_.
  /// \param name "support" or "training"
  void check_set(const support_set<B>& rows, const std::string& name, const std::string& width, bool unit_rows) const {
    const std::string where = "fewclip::classifier";
    if (rows.labels().classes() != classes_) {
      throw shape_error(expected_got(where, "classes of the " + name + " set", std::to_string(classes_) + " (rows of text)",
                                     std::to_string(rows.labels().classes())));
    }
    if (rows.features().columns() != dim_) {
      throw shape_error(expected_got(where, "width of the " + name + " rows", std::to_string(dim_) + " (" + width + ")",
                                     std::to_string(rows.features().columns())));
    }
    require_rows<B>(rows.features(), where, name, unit_rows);
  }

  static void check_anchors(const class_text<B>& text, const std::string& where) {
    if (!text.empty() && text.anchors().columns() != text.rows().columns()) {
      throw shape_error(expected_got(where, "width of the anchors", std::to_string(text.rows().columns()) + " (width of text)",
                                     std::to_string(text.anchors().columns())));
    }
    require_rows<B>(text.anchors(), where, "anchors", true);
  }

  using fit_function_result = std::pair<fit_result, selection<params>>;

  index classes_ = 0;
  index dim_ = 0;
  fit_function_result result_;
};

}  // namespace fewclip
