#include <fewclip/runtime/classic_methods.hpp>

#include "backends.hpp"

namespace program {

template <>
void add_trained_cache(fewclip::runtime::registry<on_eigen>& to) {
  fewclip::runtime::add_trained_cache_methods(to);
}

}  // namespace program
