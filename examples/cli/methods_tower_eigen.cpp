#include <fewclip/runtime/tower_methods.hpp>

#include "backends.hpp"

namespace program {

template <>
void add_tower(fewclip::runtime::registry<on_eigen>& to) {
  fewclip::runtime::add_tower_methods(to);
}

}  // namespace program
