#include "model.hpp"

#include <fewclip/core/parallel.hpp>

#include "backends.hpp"
#include "task.hpp"

namespace program {

template <>
std::unique_ptr<clip_model> open_model_on<on_eigen>(const model_options& options, const wanted_towers& wanted);
#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
template <>
std::unique_ptr<clip_model> open_model_on<on_onednn>(const model_options& options, const wanted_towers& wanted);
template <>
std::unique_ptr<clip_model> open_model_on<on_onednn_bf16>(const model_options& options, const wanted_towers& wanted);
#endif

std::string chosen_products(const std::string& products) {
  if (!products.empty()) return products;
#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN)
  return "onednn";
#else
  return "eigen";
#endif
}

std::unique_ptr<clip_model> open_model(const model_options& options, const wanted_towers& wanted) {
  const std::string products = chosen_products(options.products);
  if (options.threads > 0) fewclip::set_threads(options.threads);
#if !defined(FEWCLIP_PROGRAM_ONLY_onednn)
  if (products == "eigen") return open_model_on<on_eigen>(options, wanted);
#endif
#if defined(FEWCLIP_PROGRAM_HAS_ONEDNN) && !defined(FEWCLIP_PROGRAM_ONLY_eigen)
  if (products == "onednn") return open_model_on<on_onednn>(options, wanted);
#if !defined(FEWCLIP_PROGRAM_ONLY_onednn)
  if (products == "onednn-bf16") {
    require_bf16();
    return open_model_on<on_onednn_bf16>(options, wanted);
  }
#endif
#endif
  if (products == "onednn" || products == "onednn-bf16") {
    throw usage_error("--products: this program was built without oneDNN, so '" + products + "' is not available; expected eigen");
  }
  throw usage_error("--products: expected eigen, onednn or onednn-bf16, got '" + products + "'");
}

}  // namespace program
