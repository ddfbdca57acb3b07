#pragma once

// The backends of the program and its groups of methods. Each pair is instantiated in one translation unit, methods_<group>_<products>.cpp,
// so that none takes long to compile.

#include <fewclip/backend/cpu.hpp>
#include <fewclip/backend/products/eigen_instances.hpp>
#include <fewclip/runtime/registry.hpp>
#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
#include <fewclip/backend/products/onednn.hpp>
#endif

#include "task.hpp"

namespace program {

using on_eigen = fewclip::backend::cpu<>;
#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
using on_onednn = fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>;
using on_onednn_bf16 = fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::bf16>>;

/// \throws usage_error where this processor has no products in bfloat16
inline void require_bf16() {
  if (on_onednn_bf16::product_provider::available()) return;
  throw usage_error("--products: onednn-bf16 needs a processor with AVX-512, which this one has not; expected eigen or onednn");
}
#endif

/// zero_shot, tip_adapter, tip_x, ape.
template <class B>
void add_training_free(fewclip::runtime::registry<B>& to);

/// linear_probe, clip_adapter.
template <class B>
void add_trained_head(fewclip::runtime::registry<B>& to);

/// tip_adapter_f, ape_t.
template <class B>
void add_trained_cache(fewclip::runtime::registry<B>& to);

/// coop, rtos, rtos_feature_anchors, rtos_fixed_anchors.
template <class B>
void add_prompt(fewclip::runtime::registry<B>& to);

/// vt_clip, safe, safe_a.
template <class B>
void add_pooling(fewclip::runtime::registry<B>& to);

/// cross_modal, tsf_clip.
template <class B>
void add_tower(fewclip::runtime::registry<B>& to);

template <>
void add_training_free(fewclip::runtime::registry<on_eigen>& to);
template <>
void add_trained_head(fewclip::runtime::registry<on_eigen>& to);
template <>
void add_trained_cache(fewclip::runtime::registry<on_eigen>& to);
template <>
void add_prompt(fewclip::runtime::registry<on_eigen>& to);
template <>
void add_pooling(fewclip::runtime::registry<on_eigen>& to);
template <>
void add_tower(fewclip::runtime::registry<on_eigen>& to);
#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
template <>
void add_training_free(fewclip::runtime::registry<on_onednn>& to);
template <>
void add_trained_head(fewclip::runtime::registry<on_onednn>& to);
template <>
void add_trained_cache(fewclip::runtime::registry<on_onednn>& to);
template <>
void add_prompt(fewclip::runtime::registry<on_onednn>& to);
template <>
void add_pooling(fewclip::runtime::registry<on_onednn>& to);
template <>
void add_tower(fewclip::runtime::registry<on_onednn>& to);
template <>
void add_training_free(fewclip::runtime::registry<on_onednn_bf16>& to);
template <>
void add_trained_head(fewclip::runtime::registry<on_onednn_bf16>& to);
template <>
void add_trained_cache(fewclip::runtime::registry<on_onednn_bf16>& to);
template <>
void add_prompt(fewclip::runtime::registry<on_onednn_bf16>& to);
template <>
void add_pooling(fewclip::runtime::registry<on_onednn_bf16>& to);
template <>
void add_tower(fewclip::runtime::registry<on_onednn_bf16>& to);
#endif

}  // namespace program
