#pragma once
/// \file
/// What a tuned CLIP hands over to the next stage.

#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/half.hpp"

namespace fewclip::tuners {

/// The tuned image tower with the original text tower (TSF-CLIP, authors' code).
struct transfer_visual_only {
  static constexpr bool text = false;
};

/// Both tuned towers (TSF-CLIP, the paper's wording).
struct transfer_both {
  static constexpr bool text = true;
};

/// Rounds to half precision what a conversion of CLIP to half precision rounds: all but embeddings, layer norms and the logit scale, by name. Of a
/// ResNet it rounds more: batch norms, which the conversion leaves, are folded into the convolutions (encoders::modified_resnet), so that the
/// products and the biases are rounded in place of the convolutions alone. The values stay in the precision of the backend. Steps of less than
/// half a unit in the last place of a half are lost: 600 steps of 5e-8 at 0.05.
template <compute_backend B, class Model>
void round_to_half(Model& model) {
  fewclip::visit_parameters(model, [](std::string_view name, parameter<B>& each) {
    for (const std::string_view kept : {"ln_", "embedding", "logit_scale"}) {
      if (name.find(kept) != std::string_view::npos) return;
    }
    std::vector<typename B::scalar> values = each.value().to_host();
    for (auto& value : values) value = static_cast<typename B::scalar>(f16_to_f32(f32_to_f16(static_cast<float>(value))));
    each.mutable_value() = tensor<B>::from_host(values.data(), each.value().extents());
  });
}

}  // namespace fewclip::tuners
