#include "backend.hpp"

#include "model.hpp"
#include "task.hpp"

namespace program {

std::string chosen_products(const std::string& products) {
  if (!products.empty()) return products;
#if defined(FEWCLIP_COMPILED_WITH_ONEDNN)
  return "onednn";
#else
  return "eigen";
#endif
}

void choose_products(const std::string& name) {
  if (name != "eigen" && name != "onednn" && name != "onednn-bf16") {
    throw usage_error("--products: expected eigen, onednn or onednn-bf16, got '" + name + "'");
  }
#if defined(FEWCLIP_COMPILED_WITH_ONEDNN)
  if (name == "onednn-bf16" && !fewclip::products::onednn<fewclip::products::bf16>::available()) {
    throw usage_error("--products: onednn-bf16 needs a processor with AVX-512, which this one has not; expected eigen or onednn");
  }
  fewclip::compiled::products::choose(name == "onednn" ? "onednn-f32" : name);
#else
  if (name != "eigen") {
    throw usage_error("--products: this program was built without oneDNN, so '" + name + "' is not available; expected eigen");
  }
#endif
}

}  // namespace program
