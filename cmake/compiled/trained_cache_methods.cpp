#include "fewclip/compiled/methods.hpp"
#include "fewclip/runtime/classic_methods.hpp"

template void fewclip::runtime::add_trained_cache_methods(registry<compiled::backend>& to);
