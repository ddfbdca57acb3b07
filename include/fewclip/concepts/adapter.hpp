#pragma once
/// \file
/// The role of an adapter: anything that turns feature rows into class scores.

#include <concepts>

#include "fewclip/core/sets.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip {

/// What a component asks of its inputs.
struct input_needs {
  bool text = false;            ///< one text row per class, of length 1
  bool support = false;         ///< labelled feature rows
  bool unit_rows = false;       ///< feature rows of length 1
  bool whole_batch = false;     ///< scores depend on which queries come together, so a batch must not be cut into slices
  bool text_source = false;     ///< the text tower and the tokens of the prompts: class_text::source()
  bool spatial_tokens = false;  ///< rows of core/spatial_rows.hpp: the pooled feature, then the tokens of the places
  bool anchors = false;         ///< texts other than the classes: class_text::anchors(), or names of them with the source
  bool own_width = false;       ///< rows may have another width than the text rows: tokens that a pooler is still to see
};

/// What several parts ask together.
constexpr input_needs operator|(const input_needs& a, const input_needs& b) {
  return {a.text || b.text,
          a.support || b.support,
          a.unit_rows || b.unit_rows,
          a.whole_batch || b.whole_batch,
          a.text_source || b.text_source,
          a.spatial_tokens || b.spatial_tokens,
          a.anchors || b.anchors,
          a.own_width || b.own_width};
}

/// A component has settings, says what it needs, and is fitted from text rows and a support set.
///
/// Required of `Part`: an aggregate `Part::params` with `visit_settings`; a constant `Part::needs`; a class template
/// `Part::fitted<B>`, constructed from (`class_text<B>`, `support_set<B>`, params).
template <class Part, class B>
concept component = has_settings<typename Part::params> && requires {
  { Part::needs } -> std::convertible_to<input_needs>;
  requires std::constructible_from < typename Part::template fitted<B>,
  const class_text<B>&, const support_set<B>&, const typename Part::params& > ;
};

/// A component whose fitted form has `logits(x)`: feature rows x [n, dim] to class scores [n, classes], for tensors and for variables.
///
/// Optional members of `fitted`: `logits(x, shift)` where the part can stand inside adapters::class_residual; `visit_parameters(visitor)`
/// where something can be trained, with `decays(name)` and `rate_factor(name)` for its updates and `visit_starts(visitor)`; `parts()` where it is
/// made of others, see core/part_tree.hpp; `retune(params)` where settings take effect at prediction; `seal()`, called after training.
///
/// Models: heads::text, heads::linear, heads::learned_context, heads::visual_guided_text, adapters::blend, adapters::mapped,
/// adapters::class_residual; inside a blend also caches::key_value, caches::signature_divergence and relations::weighted.
template <class Part, class B>
concept adapter = component<Part, B> && requires(const typename Part::template fitted<B>& fitted, const tensor<B>& x) {
  { fitted.logits(x) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
