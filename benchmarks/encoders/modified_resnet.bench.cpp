#include "resnet_tokens.hpp"

namespace {

[[maybe_unused]] const bool added = bench::add_resnet_tokens<fewclip::backend::cpu<float>>();

}  // namespace
