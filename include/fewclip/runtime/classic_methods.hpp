#pragma once
/// \file
/// The eight methods of the classic line in a registry.

#include <string>
#include <string_view>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/methods/ape.hpp"
#include "fewclip/methods/ape_t.hpp"
#include "fewclip/methods/clip_adapter.hpp"
#include "fewclip/methods/linear_probe.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/methods/tip_x.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/recipes/ape.hpp"
#include "fewclip/recipes/clip_adapter.hpp"
#include "fewclip/recipes/linear_probe.hpp"
#include "fewclip/recipes/tip_adapter.hpp"
#include "fewclip/recipes/tip_x.hpp"
#include "fewclip/recipes/zero_shot.hpp"
#include "fewclip/runtime/make_method.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/runtime/registry.hpp"
#include "fewclip/selectors/coarse_then_bisect.hpp"
#include "fewclip/selectors/fixed.hpp"
#include "fewclip/selectors/grid.hpp"

namespace fewclip::runtime {

namespace detail {

/// tip_x; its published form takes the range of the rescaling from all queries of a call.
template <compute_backend B>
method<B> tip_x_and_its_published_form() {
  const method_recipes searched{recipes::tip_x::clean_grid(),
                                [](std::string_view data_set, index) { return recipes::tip_x::published(data_set); }};
  std::vector<method_part> parts{{"head", "text"},
                                 {"kernel", "exponential_affinity"},
                                 {"keys", "frozen_keys"},
                                 {"values", "labels"},
                                 {"divergence", "signature_divergence<rescaling::frozen>, as published <rescaling::transductive>"}};
  const std::string citation = "Udandarao et al. 2023, arXiv 2211.16198";
  auto out = make_method<methods::tip_x<B>, selectors::grid>("tip_x", citation, parts, searched);
  using published = methods::tip_x<B, selectors::fixed, caches::rescaling::transductive>;
  out.published_as(make_method<published, selectors::grid>("tip_x", citation, parts, searched));
  return out;
}

}  // namespace detail

/// Adds the methods that are not trained: zero_shot, tip_adapter, tip_x and ape.
/// \param to where to add them
template <compute_backend B>
void add_training_free_methods(registry<B>& to) {
  to.add(make_method<methods::zero_shot<B>>(
      "zero_shot", "Radford et al. 2021, arXiv 2103.00020", {{"head", "text: cosine with one text row per class"}},
      method_recipes{recipes::zero_shot::clean_grid(),
                     [](std::string_view data_set, index) { return recipes::zero_shot::published(data_set); }}));
  to.add(make_method<methods::tip_adapter<B>, selectors::grid>(
      "tip_adapter", "Zhang et al. 2022, arXiv 2207.09519",
      {{"head", "text"}, {"kernel", "exponential_affinity"}, {"keys", "frozen_keys"}, {"values", "labels"}},
      method_recipes{recipes::tip_adapter::clean_grid(),
                     [](std::string_view data_set, index) { return recipes::tip_adapter::published(data_set); }}));
  to.add(detail::tip_x_and_its_published_form<B>());
  to.add(make_method<methods::ape<B>, selectors::grid>(
      "ape", "Zhu et al. 2023, arXiv 2304.01195",
      {{"head", "text"},
       {"refiner", "prior_channels<prior::text_and_images>"},
       {"kernel", "exponential_affinity"},
       {"keys", "frozen_keys"},
       {"values", "divergence_weights"}},
      method_recipes{recipes::ape::clean_grid(), [](std::string_view data_set, index) { return recipes::ape::published(data_set); }}));
}

/// Adds the methods that are trained on the map or the head: linear_probe and clip_adapter.
/// \param to where to add them
template <compute_backend B>
void add_trained_head_methods(registry<B>& to) {
  to.add(make_method<methods::linear_probe<B>, selectors::grid, selectors::coarse_then_bisect>(
      "linear_probe", "Radford et al. 2021, arXiv 2103.00020; few-shot form of Zhou et al. 2021, arXiv 2109.01134",
      {{"head", "linear"}, {"trainer", "full_batch<ridge_cross_entropy, lbfgs>"}},
      method_recipes{recipes::linear_probe::clean_grid(),
                     [](std::string_view data_set, index) { return recipes::linear_probe::published(data_set); }, true,
                     "features are unit rows here and were raw there"}));
  to.add(make_method<methods::clip_adapter<B>, selectors::grid>(
      "clip_adapter", "Gao et al. 2021, arXiv 2110.04544",
      {{"map", "bottleneck"},
       {"head", "text"},
       {"trainer", "minibatch<cross_entropy, sgd, cosine_per_epoch_with_constant_warmup, shuffled>"}},
      method_recipes{recipes::clip_adapter::clean_grid(),
                     [](std::string_view data_set, index) { return recipes::clip_adapter::published(data_set); }}));
}

/// Adds the methods whose cache is trained: tip_adapter_f and ape_t.
/// \param to where to add them
template <compute_backend B>
void add_trained_cache_methods(registry<B>& to) {
  to.add(make_method<methods::tip_adapter_f<B>, selectors::grid>(
      "tip_adapter_f", "Zhang et al. 2022, arXiv 2207.09519",
      {{"head", "text"},
       {"kernel", "exponential_affinity"},
       {"keys", "learnable_keys"},
       {"values", "labels"},
       {"trainer", "minibatch<cross_entropy, adamw, cosine_per_step, shuffled>"}},
      method_recipes{recipes::tip_adapter_f::clean_grid(),
                     [](std::string_view data_set, index) { return recipes::tip_adapter_f::published(data_set); }}));
  to.add(make_method<methods::ape_t<B>, selectors::grid>(
      "ape_t", "Zhu et al. 2023, arXiv 2304.01195",
      {{"refiner", "class_residual over prior_channels<prior::text>"},
       {"head", "text"},
       {"kernel", "exponential_affinity"},
       {"keys", "frozen_keys"},
       {"values", "learnable_weights"},
       {"trainer", "minibatch<cross_entropy, adamw, cosine_per_step, shuffled>"}},
      method_recipes{recipes::ape_t::clean_grid(), [](std::string_view data_set, index) { return recipes::ape_t::published(data_set); },
                     false, "the decay of row weights takes effect here and was rounded away in half precision there"}));
}

/// All eight. A program that compiles them for several backends calls the three functions above in translation units of their own instead.
template <compute_backend B>
registry<B> classic_methods() {
  registry<B> out;
  add_training_free_methods(out);
  add_trained_head_methods(out);
  add_trained_cache_methods(out);
  return out;
}

}  // namespace fewclip::runtime
