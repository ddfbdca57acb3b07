#pragma once

// The backend of the program, whose products are chosen when it runs, and its groups of methods. Each group is compiled in a unit of its own,
// methods_<group>.cpp.

#include <fewclip/backend/cpu.hpp>
#include <fewclip/backend/products/any_of.hpp>
#include <fewclip/backend/products/eigen_instances.hpp>
#include <fewclip/runtime/registry.hpp>
#include <string>
#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
#include <fewclip/backend/products/onednn.hpp>
#endif

namespace program {

#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
using any_products = fewclip::products::any_of<fewclip::products::eigen, fewclip::products::onednn<fewclip::products::f32>,
                                               fewclip::products::onednn<fewclip::products::bf16>>;
#else
using any_products = fewclip::products::any_of<fewclip::products::eigen>;
#endif

using backend = fewclip::backend::cpu<float, any_products>;

/// Makes `--products NAME` the provider of all that is prepared and computed from now on.
/// Throws usage_error for a name that is unknown, that was left out when the program was built, or that this processor does not have.
void choose_products(const std::string& name);

/// zero_shot, tip_adapter, tip_x, ape.
void add_training_free(fewclip::runtime::registry<backend>& to);

/// linear_probe, clip_adapter.
void add_trained_head(fewclip::runtime::registry<backend>& to);

/// tip_adapter_f, ape_t.
void add_trained_cache(fewclip::runtime::registry<backend>& to);

/// coop, rtos, rtos_feature_anchors, rtos_fixed_anchors.
void add_prompt(fewclip::runtime::registry<backend>& to);

/// vt_clip, safe, safe_a.
void add_pooling(fewclip::runtime::registry<backend>& to);

/// cross_modal, tsf_clip.
void add_tower(fewclip::runtime::registry<backend>& to);

}  // namespace program
