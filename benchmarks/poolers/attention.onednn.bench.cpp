#include "attention_pool.hpp"
#include "fewclip/backend/products/onednn.hpp"

namespace {

namespace products = fewclip::products;
[[maybe_unused]] const bool added = bench::add_attention_pool<fewclip::backend::cpu<float, products::onednn<products::f32>>>();

}  // namespace
