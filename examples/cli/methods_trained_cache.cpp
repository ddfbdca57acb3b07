#include <fewclip/runtime/classic_methods.hpp>

#include "backend.hpp"

namespace program {

void add_trained_cache(fewclip::runtime::registry<backend>& to) { fewclip::runtime::add_trained_cache_methods(to); }

}  // namespace program
