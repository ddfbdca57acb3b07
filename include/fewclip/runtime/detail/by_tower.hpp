#pragma once
/// \file
/// Methods that need the CLIP of their rows.

#include <string>
#include <utility>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/runtime/clip_parts.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/trainers/trained_numbers.hpp"

namespace fewclip::runtime::detail {

/// The CLIP of a fit.
/// \throws value_error where none was given
template <compute_backend B, class Inputs>
const clip_parts<B>& clip_of(const Inputs& inputs, const std::string& method) {
  if (inputs.clip != nullptr) return *inputs.clip;
  throw value_error(expected_got("fewclip::runtime", method, "a CLIP, fit_inputs::clip", "none"));
}

/// A method that is another composition on a ResNet and on a vision transformer; their settings have the same names.
template <compute_backend B>
method<B> by_tower(const method<B>& resnet, const method<B>& vit) {
  using fit_inputs = typename method<B>::fit_inputs;
  method_description about = resnet.about();
  const auto chosen = [resnet, vit, name = about.name](const fit_inputs& inputs) -> const method<B>& {
    return clip_of<B>(inputs, name).is_resnet() ? resnet : vit;
  };
  return method<B>(
      std::move(about), [chosen](const fit_inputs& inputs) { return chosen(inputs).fit(inputs); },
      [chosen](const fit_inputs& inputs, const trained_numbers<B>& trained) { return chosen(inputs).restore(inputs, trained); },
      [resnet](const named_settings& settings) { resnet.check(settings); });
}

}  // namespace fewclip::runtime::detail
