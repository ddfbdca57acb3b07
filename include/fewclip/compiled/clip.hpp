#pragma once
/// \file
/// CLIP on the backend of the component fewclip::compiled, which holds both towers.

#include "fewclip/compiled/backend.hpp"
#include "fewclip/runtime/clip.hpp"
#include "fewclip/runtime/clip_parts.hpp"

namespace fewclip {

namespace compiled {

using clip = runtime::clip<backend>;              ///< both towers for inference
using clip_parts = runtime::clip_parts<backend>;  ///< what methods read of them

}  // namespace compiled

extern template class runtime::clip<compiled::backend>;
extern template class runtime::clip_parts<compiled::backend>;

}  // namespace fewclip
