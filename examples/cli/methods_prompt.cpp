#include <fewclip/runtime/clip_methods.hpp>

#include "backend.hpp"

namespace program {

void add_prompt(fewclip::runtime::registry<backend>& to) { fewclip::runtime::add_prompt_methods(to); }

}  // namespace program
