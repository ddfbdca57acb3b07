#pragma once
/// \file
/// The role of a trunk: images to tokens.

#include <concepts>

#include "fewclip/autograd/variable.hpp"

namespace fewclip {

/// The part of an image encoder below its pooler.
///
/// Required of `Trunk`: `Trunk::params`, the sizes; a class template `Trunk::fitted<B>`, constructed from them, with `tokens(images) const`,
/// pixels [n, 3, side, side] to tokens [n, places, width], a template over `tensor<B>` and `variable<B>`, and `visit_parameters(visitor)`, the
/// names of a checkpoint without "visual.".
///
/// Optional members of `fitted`: `first_token(images)`, the first token alone [n, width], for poolers that read no other; `prepare()`, to pack
/// weights for inference.
///
/// Models: encoders::vision_transformer, encoders::modified_resnet.
template <class Trunk, class B>
concept trunk = requires {
  typename Trunk::params;
  requires std::constructible_from < typename Trunk::template fitted<B>,
  const typename Trunk::params& > ;
}
&&requires(const typename Trunk::template fitted<B>& fitted, const tensor<B>& images) {
  { value_of(fitted.tokens(images)) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
