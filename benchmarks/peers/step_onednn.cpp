#include "fewclip/backend/products/onednn.hpp"

#include "fewclip/backend/cpu.hpp"
#include "step_on.hpp"

namespace peers {

job step_on_onednn(const std::string& name, const fewclip::io::safetensors_file& file) {
  return step_on<fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>>(name, file);
}

}  // namespace peers
