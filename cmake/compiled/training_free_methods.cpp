#include "fewclip/compiled/methods.hpp"
#include "fewclip/runtime/classic_methods.hpp"

template void fewclip::runtime::add_training_free_methods(registry<compiled::backend>& to);
