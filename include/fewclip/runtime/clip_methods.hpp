#pragma once
/// \file
/// The methods that read more of a CLIP than its features, in a registry: learned prompts, anchors, spatial attention, pooling, whole towers.

#include <string>
#include <string_view>
#include <utility>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/methods/coop.hpp"
#include "fewclip/methods/rtos.hpp"
#include "fewclip/methods/rtos_feature_anchors.hpp"
#include "fewclip/methods/rtos_fixed_anchors.hpp"
#include "fewclip/methods/vt_clip.hpp"
#include "fewclip/poolers/attention.hpp"
#include "fewclip/poolers/last_block.hpp"
#include "fewclip/recipes/coop.hpp"
#include "fewclip/recipes/rtos.hpp"
#include "fewclip/recipes/vt_clip.hpp"
#include "fewclip/runtime/clip_parts.hpp"
#include "fewclip/runtime/detail/by_tower.hpp"
#include "fewclip/runtime/detail/safe_from_tokens.hpp"
#include "fewclip/runtime/make_method.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/runtime/registry.hpp"
#include "fewclip/runtime/row_kind.hpp"
#include "fewclip/selectors/grid.hpp"

namespace fewclip::runtime {

namespace detail {

/// What the rtos family searches.
inline method_recipes rtos_recipes() { return {recipes::rtos::clean_grid(), {}}; }

}  // namespace detail

/// Adds coop, rtos, rtos_feature_anchors and rtos_fixed_anchors. They read features; coop and rtos need a text with its source.
/// \param to where to add them
template <compute_backend B>
void add_prompt_methods(registry<B>& to) {
  to.add(make_method<methods::coop<B>>(
      "coop", "Zhou et al. 2022, arXiv 2109.01134",
      {{"head", "learned_context<end, shared>"},
       {"trainer", "minibatch<cross_entropy, sgd, cosine_per_epoch_with_constant_warmup, shuffled>"}},
      {{}, [](std::string_view data_set, index shots) { return recipes::coop::published(data_set, shots); }}));
  const std::string citation = "Yan et al. 2024, arXiv 2406.11252";
  to.add(make_method<methods::rtos<B>, selectors::grid>(
      "rtos", citation,
      {{"head", "text"},
       {"relation", "open_semantics<token_anchors>"},
       {"trainer", "minibatch<cross_entropy, sgd, cosine_per_epoch_with_constant_warmup, shuffled>"}},
      detail::rtos_recipes()));
  to.add(make_method<methods::rtos_feature_anchors<B>, selectors::grid>(
      "rtos_feature_anchors", citation + ", a variant of ours",
      {{"head", "text"},
       {"relation", "open_semantics<feature_anchors>"},
       {"trainer", "minibatch<cross_entropy, adamw, cosine_per_step, shuffled>"}},
      detail::rtos_recipes()));
  to.add(make_method<methods::rtos_fixed_anchors<B>, selectors::grid>("rtos_fixed_anchors", citation + ", without training",
                                                                      {{"head", "text"}, {"relation", "open_semantics<fixed_anchors>"}},
                                                                      detail::rtos_recipes()));
}

/// Adds vt_clip, which reads row_kind::spatial, and safe and safe_a, which read row_kind::tokens: of a ResNet with attention pooling that pooling is
/// tuned, of a vision transformer its last block.
/// \param to where to add them
template <compute_backend B>
void add_pooling_methods(registry<B>& to) {
  method<B> vt_clip =
      make_method<methods::vt_clip<B>, selectors::grid>("vt_clip", "Qiu et al. 2021, arXiv 2112.02399",
                                                        {{"rows", "the pooled feature and the tokens of the places"},
                                                         {"head", "visual_guided_text<gelu>"},
                                                         {"trainer", "minibatch<cross_entropy, adamw, cosine_per_step, shuffled>"}},
                                                        {recipes::vt_clip::clean_grid(), {}});
  vt_clip.reads(row_kind::spatial);
  to.add(std::move(vt_clip));
  method<B> safe = detail::by_tower(detail::safe_with<B, poolers::attention>("attention or last_block"),
                                    detail::safe_with<B, poolers::last_block>("last_block"));
  safe.reads(row_kind::tokens);
  to.add(std::move(safe));
  method<B> safe_a = detail::by_tower(detail::safe_a_with<B, poolers::attention>("attention or last_block"),
                                      detail::safe_a_with<B, poolers::last_block>("last_block"));
  safe_a.reads(row_kind::tokens);
  to.add(std::move(safe_a));
}

}  // namespace fewclip::runtime
