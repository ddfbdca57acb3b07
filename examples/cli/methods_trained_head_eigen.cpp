#include <fewclip/runtime/classic_methods.hpp>

#include "backends.hpp"

namespace program {

template <>
void add_trained_head(fewclip::runtime::registry<on_eigen>& to) {
  fewclip::runtime::add_trained_head_methods(to);
}

}  // namespace program
