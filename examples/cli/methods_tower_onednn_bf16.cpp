#include <fewclip/runtime/tower_methods.hpp>

#include "backends.hpp"

#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
namespace program {

template <>
void add_tower(fewclip::runtime::registry<on_onednn_bf16>& to) {
  fewclip::runtime::add_tower_methods(to);
}

}  // namespace program
#endif
