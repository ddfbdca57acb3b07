#include <fewclip/runtime/clip_methods.hpp>

#include "backends.hpp"

#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
namespace program {

template <>
void add_pooling(fewclip::runtime::registry<on_onednn>& to) {
  fewclip::runtime::add_pooling_methods(to);
}

}  // namespace program
#endif
