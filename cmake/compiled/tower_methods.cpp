#include "fewclip/runtime/tower_methods.hpp"
#include "fewclip/compiled/methods.hpp"

template void fewclip::runtime::add_tower_methods(registry<compiled::backend>& to);
