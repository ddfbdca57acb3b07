#include "backend.hpp"
#include "engine_on.hpp"

namespace program {

std::unique_ptr<engine> make_engine(const std::string& products) {
  choose_products(products);
  fewclip::runtime::registry<backend> methods;
  add_training_free(methods);
  add_trained_head(methods);
  add_trained_cache(methods);
  add_prompt(methods);
  add_pooling(methods);
  add_tower(methods);
  return std::make_unique<engine_on<backend>>(std::move(methods));
}

}  // namespace program
