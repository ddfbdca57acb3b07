#pragma once
/// \file
/// The methods that read pixels, in a registry: cross_modal, and tsf_clip, which tunes both towers first.

#include <utility>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/runtime/clip_parts.hpp"
#include "fewclip/runtime/detail/by_tower.hpp"
#include "fewclip/runtime/detail/cross_modal_from_pixels.hpp"
#include "fewclip/runtime/detail/tsf_clip_from_pixels.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/runtime/registry.hpp"
#include "fewclip/runtime/row_kind.hpp"

namespace fewclip::runtime {

/// Adds cross_modal and tsf_clip, which read row_kind::pixels and need a text with its source.
/// \param to where to add them
template <compute_backend B>
void add_tower_methods(registry<B>& to) {
  method<B> cross_modal = detail::cross_modal_from_pixels<B>();
  cross_modal.reads(row_kind::pixels);
  to.add(std::move(cross_modal));
  method<B> tsf_clip = detail::by_tower(detail::tsf_clip_on<B, typename clip_parts<B>::resnet_clip>::make(),
                                        detail::tsf_clip_on<B, typename clip_parts<B>::vit_clip>::make());
  tsf_clip.reads(row_kind::pixels);
  to.add(std::move(tsf_clip));
}

}  // namespace fewclip::runtime
