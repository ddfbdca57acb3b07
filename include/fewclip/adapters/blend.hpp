#pragma once
/// \file
/// The sum of several score terms.

#include <tuple>
#include <type_traits>
#include <utility>

#include "fewclip/adapters/detail/inner_study.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/blend_part.hpp"

namespace fewclip::adapters {

namespace detail {

/// Whether no type occurs twice.
template <class... Types>
inline constexpr bool all_differ = true;
template <class First, class... Rest>
inline constexpr bool all_differ<First, Rest...> = (!std::is_same_v<First, Rest> && ...) && all_differ<Rest...>;

/// Role, const where Self is.
template <class Self, class Role>
using like = std::conditional_t<std::is_const_v<Self>, const Role, Role>;

}  // namespace detail

/// Adds the logits of its parts; each part carries its own weight (scale, alpha, gamma).
///
/// \models adapter
/// \tparam Parts a head first, then caches or relations
///
/// The params hold the parts' params under their role names: `params.head.scale`, `params.cache.alpha`, `params.divergence.gamma`. Several parts of one
/// kind stand under names of their own, see adapters::named.
template <class... Parts>
struct blend {
  static_assert(
      (blend_part<Parts> && ...),
      "fewclip::adapters::blend: Parts need 'role' and 'params_of(role)', a reference to their own params [concept blend_part], see "
      "docs/extend/adapter.md");
  static_assert(detail::all_differ<typename Parts::role...>,
                "fewclip::adapters::blend: expected Parts of different roles, got two of one role; give each a name, "
                "adapters::named<\"a\", Part>, see "
                "docs/extend/adapter.md");

  /// The parts' settings under their role names.
  struct params : Parts::role... {
    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      (Parts::role::visit_settings(static_cast<detail::like<Self, typename Parts::role>&>(self), visit), ...);
    }
  };

  static constexpr input_needs needs = (Parts::needs | ...);

  /// The fitted parts.
  template <compute_backend B>
  class fitted {
    static_assert((fewclip::adapter<Parts, B> && ...),
                  "fewclip::adapters::blend: Parts need 'fitted<B>::logits(x) const' [concept adapter], see docs/extend/adapter.md");
    static_assert((retunable<Parts, B> && ...),
                  "fewclip::adapters::blend: Parts need 'fitted<B>::retune(params)' [concept retunable], see docs/extend/adapter.md");

   public:
    /// \param text text rows [classes, dim]
    /// \param support support rows with labels
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings)
        : parts_(typename Parts::template fitted<B>(text, support, Parts::params_of(settings))...) {}

    /// \param x unit rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return std::apply([&x](const auto&... part) { return sum(part.logits(x)...); }, parts_);
    }

    /// The logits where every cosine with class c is shifted by shift[b, c].
    /// \param x unit rows [n, dim]
    /// \param shift [n, classes]
    template <operand X, operand Shift>
    requires(shiftable<Parts, B>&&...) auto logits(const X& x, const Shift& shift) const {
      return std::apply([&](const auto&... part) { return sum(part.logits(x, shift)...); }, parts_);
    }

    void retune(const params& settings) { (std::get<typename Parts::template fitted<B>>(parts_).retune(Parts::params_of(settings)), ...); }

    auto parts() {
      return std::apply([](auto&... part) { return std::tie(part...); }, parts_);
    }

    /// What is the same for all prediction settings, for a search: the studies of the parts.
    template <class... Studies>
    class studied_rows {
     public:
      static constexpr bool whole_batch = (detail::studies_whole_batch<Studies> || ...);

      explicit studied_rows(Studies... parts) : parts_(std::move(parts)...) {}

      /// Calls `visit(name, weight, term)` for every part: logits = sum of weight * term.
      template <class Visitor>
      void visit_terms(const params& settings, Visitor&& visit) {
        std::apply([&](Studies&... part) { (part.visit_terms(Parts::params_of(settings), visit), ...); }, parts_);
      }

     private:
      std::tuple<Studies...> parts_;
    };

    /// The studies of all parts; there is one where every part has one.
    /// \param x unit rows [n, dim]
    /// \param shift added to every cosine with class c, [n, classes]; left out for none
    template <class... Shift>
    requires(detail::can_be_studied<typename Parts::template fitted<B>, tensor<B>, Shift...>&&...) auto study(const tensor<B>& x,
                                                                                                              const Shift&... shift) const {
      return std::apply([&](const auto&... part) { return studied_rows<decltype(part.study(x, shift...))...>(part.study(x, shift...)...); },
                        parts_);
    }

    /// Numbers a study keeps per row.
    index study_width() const {
      return std::apply([](const auto&... part) { return (part.study_width() + ...); }, parts_);
    }

    /// The fitted form of one part.
    template <class Part>
    const typename Part::template fitted<B>& part() const {
      return std::get<typename Part::template fitted<B>>(parts_);
    }

   private:
    template <class Term>
    static Term sum(Term only) {
      return only;
    }
    template <class First, class Second, class... Rest>
    static auto sum(First&& first, Second&& second, Rest&&... rest) {
      return sum(ops::add(std::forward<First>(first), second), std::forward<Rest>(rest)...);
    }

    std::tuple<typename Parts::template fitted<B>...> parts_;
  };
};

}  // namespace fewclip::adapters
