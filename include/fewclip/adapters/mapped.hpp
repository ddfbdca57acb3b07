#pragma once
/// \file
/// A map of the features in front of another adapter.

#include <tuple>

#include "fewclip/adapters/detail/inner_study.hpp"
#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/map.hpp"

namespace fewclip::adapters {

/// logits(x) = inner.logits(map(x)).
///
/// \models adapter
/// \tparam Map a component with `map(x)`, such as layers::bottleneck
/// \tparam Inner the adapter behind it
template <class Map, class Inner>
struct mapped {
  /// The settings of both parts.
  struct params {
    typename Map::params map;
    typename Inner::params inner;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      Map::params::visit_settings(self.map, visit);
      Inner::params::visit_settings(self.inner, visit);
    }
  };

  /// The inner adapter sees what the map makes of a row, so only the map's own needs of feature rows count.
  static constexpr input_needs needs{.text = Map::needs.text || Inner::needs.text,
                                     .support = true,
                                     .unit_rows = Map::needs.unit_rows,
                                     .whole_batch = Map::needs.whole_batch || Inner::needs.whole_batch,
                                     .text_source = Map::needs.text_source || Inner::needs.text_source,
                                     .own_width = Map::needs.own_width};

  /// The fitted parts.
  template <compute_backend B>
  class fitted {
    static_assert(fewclip::map<Map, B>, "fewclip::adapters::mapped: Map needs 'map(x) const' [concept map], see docs/extend/map.md");
    static_assert(fewclip::adapter<Inner, B>,
                  "fewclip::adapters::mapped: Inner needs 'fitted<B>::logits(x) const' [concept adapter], see docs/extend/adapter.md");

   public:
    /// \param text text rows [classes, dim]
    /// \param support support rows with labels
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings)
        : map_(text, support, settings.map), inner_(text, support, settings.inner) {}

    /// \param x rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return inner_.logits(map_.map(x));
    }

    /// What the inner adapter sees of rows.
    /// \param x rows [n, dim]
    template <operand X>
    auto map(const X& x) const {
      return map_.map(x);
    }

    void retune(const params& settings) {
      if constexpr (requires { map_.retune(settings.map); }) map_.retune(settings.map);
      if constexpr (requires { inner_.retune(settings.inner); }) inner_.retune(settings.inner);
    }

    /// What is the same for all prediction settings, for a search: that of the inner adapter on the mapped rows; where the map has a study
    /// of its own, it is mapped again for each of its settings.
    /// \param x rows [n, dim]
    auto study(const tensor<B>& x) const requires detail::can_be_studied<typename Inner::template fitted<B>, tensor<B>> {
      if constexpr (requires { map_.study(x); }) {
        return detail::mapped_study(map_.study(x), inner_);
      } else {
        return detail::inner_study(inner_.study(map_.map(x)));
      }
    }

    /// Numbers a study keeps per row.
    index study_width() const {
      if constexpr (requires { map_.study_width(); }) return map_.study_width() + inner_.study_width();
      return inner_.study_width();
    }

    auto parts() { return std::tie(map_, inner_); }

   private:
    typename Map::template fitted<B> map_;
    typename Inner::template fitted<B> inner_;
  };
};

}  // namespace fewclip::adapters
