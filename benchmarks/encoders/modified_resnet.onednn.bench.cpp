#include "fewclip/backend/products/onednn.hpp"
#include "resnet_tokens.hpp"

namespace {

namespace products = fewclip::products;
[[maybe_unused]] const bool added_f32 = bench::add_resnet_tokens<fewclip::backend::cpu<float, products::onednn<products::f32>>>();
[[maybe_unused]] const bool added_bf16 = bench::add_resnet_tokens<fewclip::backend::cpu<float, products::onednn<products::bf16>>>();

}  // namespace
