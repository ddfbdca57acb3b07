#pragma once

#include <optional>
#include <utility>

#include "fewclip/config.hpp"

namespace fewclip::adapters::detail {

template <class Fitted, class... Arguments>
concept can_be_studied = requires(const Fitted& fitted, const Arguments&... arguments) {
  fitted.study(arguments...);
};

/// Whether a study depends on which rows it was made of, so that they must not be cut into slices.
template <class Study>
inline constexpr bool studies_whole_batch = false;

template <class Study>
requires(Study::whole_batch) inline constexpr bool studies_whole_batch<Study> = true;

/// The study of an adapter inside another, whose params hold the inner ones as `inner`.
template <class Study>
class inner_study {
 public:
  static constexpr bool whole_batch = studies_whole_batch<Study>;

  explicit inner_study(Study study) : study_(std::move(study)) {}

  template <class Params, class Visitor>
  void visit_terms(const Params& settings, Visitor&& visit) {
    study_.visit_terms(settings.inner, visit);
  }

 private:
  Study study_;
};

/// The study of an adapter behind a map that has a study: `rows(settings)` gives the mapped rows, `same(settings)` says whether the rows last
/// asked for still hold.
template <class MapStudy, class Inner>
class mapped_study {
 public:
  mapped_study(MapStudy map, const Inner& inner) : map_(std::move(map)), inner_(&inner) {}

  template <class Params, class Visitor>
  void visit_terms(const Params& settings, Visitor&& visit) {
    if (!study_ || !map_.same(settings.map)) study_.emplace(inner_->study(map_.rows(settings.map)));
    study_->visit_terms(settings.inner, visit);
  }

 private:
  using study_type = decltype(std::declval<const Inner&>().study(std::declval<const typename MapStudy::tensor_type&>()));

 public:
  static constexpr bool whole_batch = studies_whole_batch<study_type>;

 private:
  MapStudy map_;
  const Inner* inner_;
  std::optional<study_type> study_;
};

}  // namespace fewclip::adapters::detail
