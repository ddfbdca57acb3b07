#include <fewclip/runtime/clip_methods.hpp>

#include "backends.hpp"

namespace program {

template <>
void add_pooling(fewclip::runtime::registry<on_eigen>& to) {
  fewclip::runtime::add_pooling_methods(to);
}

}  // namespace program
