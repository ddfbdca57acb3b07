#include "backends.hpp"
#include "engine_on.hpp"

namespace program {
namespace {

template <class B>
std::unique_ptr<engine> make() {
  fewclip::runtime::registry<B> methods;
  add_training_free(methods);
  add_trained_head(methods);
  add_trained_cache(methods);
  add_prompt(methods);
  add_pooling(methods);
  add_tower(methods);
  return std::make_unique<engine_on<B>>(std::move(methods));
}

}  // namespace

std::unique_ptr<engine> make_engine(const std::string& products) {
#if !defined(FEWCLIP_PROGRAM_ONLY_onednn)
  if (products == "eigen") return make<on_eigen>();
#endif
#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN) && !defined(FEWCLIP_PROGRAM_ONLY_eigen)
  if (products == "onednn") return make<on_onednn>();
#if !defined(FEWCLIP_PROGRAM_ONLY_onednn)
  if (products == "onednn-bf16") {
    require_bf16();
    return make<on_onednn_bf16>();
  }
#endif
#endif
  if (products == "onednn" || products == "onednn-bf16") {
    throw usage_error("--products: this program was built without oneDNN, so '" + products + "' is not available; expected eigen");
  }
  throw usage_error("--products: expected eigen, onednn or onednn-bf16, got '" + products + "'");
}

}  // namespace program
