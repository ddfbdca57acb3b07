#include <fewclip/compiled/methods.hpp>

#include "backend.hpp"
#include "engine_on.hpp"

namespace program {

std::unique_ptr<engine> make_engine(const std::string& products) {
  choose_products(products);
  return std::make_unique<engine_on<backend>>(fewclip::compiled::methods());
}

}  // namespace program
