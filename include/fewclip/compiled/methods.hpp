#pragma once
/// \file
/// All methods on the backend of the component fewclip::compiled, which holds them.

#include "fewclip/compiled/backend.hpp"
#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/runtime/registry.hpp"

namespace fewclip {

namespace runtime {

// Defined in runtime/classic_methods.hpp, clip_methods.hpp and tower_methods.hpp.
template <compute_backend B>
void add_training_free_methods(registry<B>& to);
template <compute_backend B>
void add_trained_head_methods(registry<B>& to);
template <compute_backend B>
void add_trained_cache_methods(registry<B>& to);
template <compute_backend B>
void add_prompt_methods(registry<B>& to);
template <compute_backend B>
void add_pooling_methods(registry<B>& to);
template <compute_backend B>
void add_tower_methods(registry<B>& to);

extern template void add_training_free_methods(registry<compiled::backend>& to);
extern template void add_trained_head_methods(registry<compiled::backend>& to);
extern template void add_trained_cache_methods(registry<compiled::backend>& to);
extern template void add_prompt_methods(registry<compiled::backend>& to);
extern template void add_pooling_methods(registry<compiled::backend>& to);
extern template void add_tower_methods(registry<compiled::backend>& to);

}  // namespace runtime

namespace compiled {

using registry = runtime::registry<backend>;  ///< methods by name
using method = runtime::method<backend>;      ///< a method of the registry

/// Every method of fewclip by its name, to which a program adds its own.
/// \returns those of runtime/classic_methods.hpp, clip_methods.hpp and tower_methods.hpp
inline registry methods() {
  registry out;
  runtime::add_training_free_methods(out);
  runtime::add_trained_head_methods(out);
  runtime::add_trained_cache_methods(out);
  runtime::add_prompt_methods(out);
  runtime::add_pooling_methods(out);
  runtime::add_tower_methods(out);
  return out;
}

}  // namespace compiled

}  // namespace fewclip
