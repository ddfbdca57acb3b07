#include "fewclip/backend/products/onednn.hpp"

#include "fewclip/backend/cpu.hpp"
#include "step_on.hpp"

namespace peers {

job step_on_onednn_bf16(const std::string& name, const fewclip::io::safetensors_file& file) {
  return step_on<fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::bf16>>>(name, file);
}

}  // namespace peers
