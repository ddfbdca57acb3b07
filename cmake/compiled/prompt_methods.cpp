#include "fewclip/compiled/methods.hpp"
#include "fewclip/runtime/clip_methods.hpp"

template void fewclip::runtime::add_prompt_methods(registry<compiled::backend>& to);
