#pragma once

// The towers of a checkpoint on a backend B. Included by one unit per product provider.

#include <memory>

#include "encoder_sides.hpp"
#include "fewclip/runtime/clip.hpp"

namespace peers {

template <class B>
encoder_side encoder_on(const std::string& model, const std::string& tower) {
  const bool image = tower == "image";
  fewclip::runtime::clip_options options;
  options.image = image;
  options.text = !image;
  const auto clip = std::make_shared<const fewclip::runtime::clip<B>>(model, options);
  return [clip, image](const encoder_inputs& given) {
    if (image) return clip->embed_images(fewclip::tensor<B>::borrow(given.pixels.data(), given.extents)).to_host();
    return clip->embed_tokens({given.ids.data(), given.extents.rows(), given.extents.columns()}).to_host();
  };
}

}  // namespace peers
