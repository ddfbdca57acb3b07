#include "attention_pool.hpp"

namespace {

[[maybe_unused]] const bool added = bench::add_attention_pool<fewclip::backend::cpu<float>>();

}  // namespace
