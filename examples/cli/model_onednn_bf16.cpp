#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
#include "model_on.hpp"

namespace program {

template <>
std::unique_ptr<clip_model> open_model_on<on_onednn_bf16>(const model_options& options, const wanted_towers& wanted) {
  return make_model<on_onednn_bf16>(options, wanted);
}

}  // namespace program
#endif
