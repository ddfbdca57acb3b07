#include "model_on.hpp"

namespace program {

template <>
std::unique_ptr<clip_model> open_model_on<on_eigen>(const model_options& options, const wanted_towers& wanted) {
  return make_model<on_eigen>(options, wanted);
}

}  // namespace program
