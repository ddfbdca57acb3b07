#include "fewclip/compiled/methods.hpp"
#include "fewclip/runtime/clip_methods.hpp"

template void fewclip::runtime::add_pooling_methods(registry<compiled::backend>& to);
