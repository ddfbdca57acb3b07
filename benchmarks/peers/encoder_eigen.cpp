#include "encoder_on.hpp"
#include "fewclip/backend/cpu.hpp"

namespace peers {

encoder_side encoder_on_eigen(const std::string& model, const std::string& tower) {
  return encoder_on<fewclip::backend::cpu<float>>(model, tower);
}

}  // namespace peers
