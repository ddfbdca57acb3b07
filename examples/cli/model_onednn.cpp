#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
#include "model_on.hpp"

namespace program {

template <>
std::unique_ptr<clip_model> open_model_on<on_onednn>(const model_options& options, const wanted_towers& wanted) {
  return make_model<on_onednn>(options, wanted);
}

}  // namespace program
#endif
