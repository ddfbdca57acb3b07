#include <fewclip/runtime/clip_methods.hpp>

#include "backend.hpp"

namespace program {

void add_pooling(fewclip::runtime::registry<backend>& to) { fewclip::runtime::add_pooling_methods(to); }

}  // namespace program
