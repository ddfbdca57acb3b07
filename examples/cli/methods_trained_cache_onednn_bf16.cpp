#include <fewclip/runtime/classic_methods.hpp>

#include "backends.hpp"

#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
namespace program {

template <>
void add_trained_cache(fewclip::runtime::registry<on_onednn_bf16>& to) {
  fewclip::runtime::add_trained_cache_methods(to);
}

}  // namespace program
#endif
