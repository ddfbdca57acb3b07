#include <fewclip/runtime/clip_methods.hpp>

#include "backends.hpp"

namespace program {

template <>
void add_prompt(fewclip::runtime::registry<on_eigen>& to) {
  fewclip::runtime::add_prompt_methods(to);
}

}  // namespace program
