#include <fewclip/runtime/classic_methods.hpp>

#include "backends.hpp"

namespace program {

template <>
void add_training_free(fewclip::runtime::registry<on_eigen>& to) {
  fewclip::runtime::add_training_free_methods(to);
}

}  // namespace program
