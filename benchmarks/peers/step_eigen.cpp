#include "fewclip/backend/cpu.hpp"
#include "step_on.hpp"

namespace peers {

job step_on_eigen(const std::string& name, const fewclip::io::safetensors_file& file) {
  return step_on<fewclip::backend::cpu<float>>(name, file);
}

}  // namespace peers
