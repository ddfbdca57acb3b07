#include <fewclip/runtime/classic_methods.hpp>

#include "backend.hpp"

namespace program {

void add_training_free(fewclip::runtime::registry<backend>& to) { fewclip::runtime::add_training_free_methods(to); }

}  // namespace program
