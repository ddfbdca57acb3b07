#pragma once
/// \file
/// A part of a blend under a name of its own.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "fewclip/adapters/detail/inner_study.hpp"
#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/blend_part.hpp"
#include "fewclip/core/prefixed_settings.hpp"

namespace fewclip::adapters {
namespace detail {

/// A text as a template argument.
template <std::size_t Size>
struct literal {
  char text[Size]{};
  // NOLINTNEXTLINE(google-explicit-constructor): so that "a text" is one
  consteval literal(const char (&from)[Size]) { std::copy_n(from, Size, text); }
  consteval literal(const literal<Size - 1>& before, char last) {
    std::copy_n(before.text, Size - 2, text);
    text[Size - 2] = last;
  }
  constexpr std::string_view view() const { return {text, Size - 1}; }
};

}  // namespace detail

/// Part under a name: what its settings and parameters are called begins with the name and a point, so that a blend may have several parts of
/// one kind, such as a cache of images and a cache of texts.
///
/// \models adapter, blend_part
/// \tparam Name such as "texts"
/// \tparam Part a part of a blend, or any adapter, which needs no role then
///
/// `blend<heads::text, named<"images", key_value<>>, named<"texts", key_value<>>>` has the settings scale, images.alpha, images.beta, texts.alpha and
/// texts.beta. Nothing else changes.
template <detail::literal Name, class Part>
struct named {
  using params = typename Part::params;

  /// The name with its point.
  static constexpr detail::literal<sizeof(Name.text) + 1> prefix{Name, '.'};

  /// The member a blend gives these params; settings_in() finds it.
  struct role {
    params part;
    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      fewclip::detail::visit_prefixed<params>(self.part, prefix.view(), visit);
    }
  };
  static const params& params_of(const role& all) { return all.part; }

  /// The params of the part among those of a blend.
  static params& settings_in(role& all) { return all.part; }

  static constexpr input_needs needs = Part::needs;

  /// The fitted part.
  template <compute_backend B>
  class fitted {
    using inner_type = typename Part::template fitted<B>;

   public:
    static constexpr std::string_view parameter_prefix = prefix.view();

    /// \param text text rows [classes, dim]
    /// \param support support rows with labels
    /// \param settings those of the part
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings) : inner_(text, support, settings) {}

    /// \param x rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return inner_.logits(x);
    }

    /// The logits where every cosine with class c is shifted by shift[b, c].
    /// \param x unit rows [n, dim]
    /// \param shift [n, classes]
    template <operand X, operand Shift>
    requires shiftable<Part, B>
    auto logits(const X& x, const Shift& shift) const { return inner_.logits(x, shift); }

    void retune(const params& settings) requires retunable<Part, B> { inner_.retune(settings); }

    auto parts() { return std::tie(inner_); }

    /// The study of the part, its settings under their full names.
    template <class Study>
    class studied_rows {
     public:
      static constexpr bool whole_batch = detail::studies_whole_batch<Study>;

      explicit studied_rows(Study study) : study_(std::move(study)) {}

      /// Calls `visit(name, weight, term)` as the part's study does.
      template <class Visitor>
      void visit_terms(const params& settings, Visitor&& visit) {
        study_.visit_terms(settings, [&](const std::string& name, double weight, const auto& term) {
          visit(std::string(prefix.view()) + name, weight, term);
        });
      }

     private:
      Study study_;
    };

    /// \param x unit rows [n, dim]
    /// \param shift as of the part; left out for none
    template <class... Shift>
    requires detail::can_be_studied<inner_type, tensor<B>, Shift...>
    auto study(const tensor<B>& x, const Shift&... shift) const {
      return studied_rows<decltype(inner_.study(x, shift...))>(inner_.study(x, shift...));
    }

    /// Numbers a study keeps per row.
    index study_width() const requires requires(const inner_type& inner) { inner.study_width(); }
    { return inner_.study_width(); }

    /// The fitted part, for looking inside.
    const inner_type& part() const { return inner_; }

   private:
    inner_type inner_;
  };
};

}  // namespace fewclip::adapters
