#include <fewclip/runtime/tower_methods.hpp>

#include "backend.hpp"

namespace program {

void add_tower(fewclip::runtime::registry<backend>& to) { fewclip::runtime::add_tower_methods(to); }

}  // namespace program
