#include <fewclip/runtime/classic_methods.hpp>

#include "backend.hpp"

namespace program {

void add_trained_head(fewclip::runtime::registry<backend>& to) { fewclip::runtime::add_trained_head_methods(to); }

}  // namespace program
