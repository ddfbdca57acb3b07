#pragma once
/// \file
/// The composition point for methods in two stages.

#include <concepts>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/concepts/key_source.hpp"
#include "fewclip/core/prefixed_settings.hpp"
#include "fewclip/core/progress.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/trainers/trained_numbers.hpp"

namespace fewclip {
namespace detail {

/// The mean of every `group` rows that follow each other, at unit length.
template <compute_backend B>
tensor<B> unit_group_means(const tensor<B>& rows, index group) {
  tensor<B> out = tensor<B>::uninitialised({rows.rows() / group, rows.columns()});
  const auto* in = rows.data();
  auto* mean = out.mutable_data();
  const index columns = rows.columns();
  const auto share = typename B::scalar(1) / static_cast<typename B::scalar>(group);
  B::for_each_row(out.rows(), group * columns, [=] FEWCLIP_HOST_DEVICE(index r) {
    for (index c = 0; c < columns; ++c) {
      typename B::scalar sum = 0;
      for (index k = 0; k < group; ++k) sum += in[(r * group + k) * columns + c];
      mean[r * columns + c] = sum * share;
    }
  });
  return ops::normalise_rows(out);
}

}  // namespace detail

/// Which features of the support rows the second stage remembers: those that a query has.
///
/// \models key_source
struct keys_like_queries {
  /// \param first the fitted first stage
  /// \param x support rows of the first stage
  template <class First, compute_backend B>
  requires requires(const First& first, const tensor<B>& x) { first.features(x); }
  static tensor<B> of(const First& first, const tensor<B>& x) { return first.features(x); }
};

/// A first stage, which makes features, and a classifier on them. The first stage does not change while the second is fitted.
///
/// \tparam First what has `features(x) const`, rows of any kind to feature rows: a classifier whose adapter maps (safe), or an encoder tuned on
///   other data (tuners::contrastive)
/// \tparam Second a classifier
/// \tparam KeySource what Second is made from [concept key_source]: keys_like_queries, poolers::keys_of_original, keys_of_tuned; with another
///   than the first, Second is still trained and searched on first.features
///
/// logits(x) = second.logits(first.features(x)).
template <class First, class Second, class KeySource = keys_like_queries>
class stages {
 public:
  using backend = typename Second::backend;
  using first_type = First;
  using second_type = Second;
  static_assert(key_source<KeySource, First, backend>,
                "fewclip::stages: KeySource needs static 'of(first, x)' [concept key_source], see docs/extend/key_source.md");

  /// The settings of both stages; by name they are "first.NAME" and "second.NAME".
  struct params {
    typename First::params first;
    typename Second::params second;
    index views = 1;  ///< support rows of one image, which follow each other

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      detail::visit_prefixed<typename First::params>(self.first, "first.", visit);
      detail::visit_prefixed<typename Second::params>(self.second, "second.", visit);
      visit(setting{.name = "views",
                    .meaning = "support rows of one image, whose features the second stage gets as one unit mean; 1: as they are",
                    .origin = "one view per image (ours)",
                    .lowest = 1,
                    .highest = 1e6},
            self.views);
    }
  };

  /// Fits both stages on one support set.
  /// \param text one text row per class [classes, dim]
  /// \param support labelled rows of the first stage
  /// \param settings of both stages
  /// \param validation rows of the first stage that selectors may choose on; may be empty
  /// \param observer hears of progress of both
  /// \throws what the stages throw; shape_error unless `views` divides the support rows and views of one image have one label
  stages(const class_text<backend>& text, const support_set<backend>& support, const params& settings = {},
         const validation_set<backend>& validation = {}, const progress_observer& observer = {}) requires std::constructible_from < First,
      const class_text<backend>
  &, const support_set<backend>&, const typename First::params&, const validation_set<backend>&,
      const progress_observer& >
      : stages(First(text, support, settings.first, validation, observer), text, support, settings, validation, observer) {}

  /// Fits the second stage on a first one that is there already, for example one that was trained on other data.
  /// \param first the fitted first stage
  /// \param settings those of the first stage are kept for reference only
  /// \throws what the second stage throws; shape_error unless `views` divides the support rows and views of one image have one label
  stages(First first, const class_text<backend>& text, const support_set<backend>& support, const params& settings = {},
         const validation_set<backend>& validation = {}, const progress_observer& observer = {})
      : first_(std::move(first)), settings_(settings), second_(fitted_second(text, support, second_validation(validation), observer)) {}

  /// From stages that are both there already: where the second was fitted on more than features of the first, such as texts (tsf_clip).
  stages(First first, Second second) : first_(std::move(first)), second_(std::move(second)) {}

  /// Class scores.
  /// \param x rows of the first stage
  /// \returns [n, classes]
  tensor<backend> logits(const tensor<backend>& x) const { return second_.logits(first_.features(x)); }

  /// The class of the highest score of each row, the first where several are highest.
  /// \param x rows of the first stage
  std::vector<label> predict(const tensor<backend>& x) const { return second_.predict(first_.features(x)); }

  /// The trained numbers of both stages, their names after "first." and "second."; dim is that of the second stage where the first has no trained().
  /// With each stage made again from its own, the constructor that takes both puts them together.
  trained_numbers<backend> trained() const {
    trained_numbers<backend> out = second_.trained();
    std::map<std::string, tensor<backend>, std::less<>> named;
    for (auto& [name, value] : out.values) named.emplace("second." + name, std::move(value));
    if constexpr (requires { first_.trained(); }) {
      const trained_numbers<backend> below = first_.trained();
      for (const auto& [name, value] : below.values) named.emplace("first." + name, value);
      if (below.dim > 0) out.dim = below.dim;
    }
    out.values = std::move(named);
    return out;
  }

  const First& first() const { return first_; }
  const Second& second() const { return second_; }

 private:
  Second fitted_second(const class_text<backend>& text, const support_set<backend>& support, const validation_set<backend>& validation,
                       const progress_observer& observer) const {
    const support_set<backend> rows = second_support<keys_like_queries>(support);
    if constexpr (std::same_as<KeySource, keys_like_queries>) {
      return Second(text, rows, settings_.second, validation, observer);
    } else {
      return Second(text, second_support<KeySource>(support), settings_.second, validation, observer, nullptr, &rows);
    }
  }

  template <class Source>
  support_set<backend> second_support(const support_set<backend>& support) const {
    require_valid_settings(settings_, "fewclip::stages");
    if (support.labels().empty()) return {};
    const tensor<backend> rows = Source::of(first_, support.features());
    const index views = settings_.views;
    if (views == 1) return {rows, support.labels()};
    const auto& labels = support.labels().values();
    std::vector<label> kept;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (static_cast<index>(i) % views == 0) kept.push_back(labels[i]);
      if (rows.rows() % views != 0 || labels[i] != kept.back()) {
        throw shape_error(expected_got("fewclip::stages", "support", std::to_string(views) + " rows of one label for every image",
                                       std::to_string(rows.rows()) + " rows, the label changes at row " + std::to_string(i)));
      }
    }
    return {detail::unit_group_means<backend>(rows, views), class_labels(std::move(kept), support.labels().classes())};
  }

  validation_set<backend> second_validation(const validation_set<backend>& validation) const {
    if (validation.labels().empty()) return {};
    return {first_.features(validation.features()), validation.labels()};
  }

  First first_;
  params settings_;
  Second second_;
};

/// The numbers of one stage out of those of both.
/// \param all what stages::trained gave
/// \param prefix "first." or "second."
/// \param dim width of the rows of that stage
template <compute_backend B>
trained_numbers<B> stage_of(const trained_numbers<B>& all, std::string_view prefix, index dim) {
  trained_numbers<B> out;
  out.dim = dim;
  for (const auto& [name, value] : all.values) {
    if (std::string_view(name).starts_with(prefix)) out.values.emplace(name.substr(prefix.size()), value);
  }
  return out;
}

}  // namespace fewclip
