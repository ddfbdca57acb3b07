#include "fewclip/backend/products/onednn.hpp"

#include "encoder_on.hpp"
#include "fewclip/backend/cpu.hpp"

namespace peers {

encoder_side encoder_on_onednn(const std::string& model, const std::string& tower) {
  return encoder_on<fewclip::backend::cpu<float, fewclip::products::onednn<fewclip::products::f32>>>(model, tower);
}

}  // namespace peers
