#pragma once
/// \file
/// cross_modal behind its name, from pixels.

#include <cstdint>
#include <memory>
#include <utility>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/methods/cross_modal.hpp"
#include "fewclip/runtime/clip.hpp"
#include "fewclip/runtime/clip_parts.hpp"
#include "fewclip/runtime/detail/by_tower.hpp"
#include "fewclip/runtime/detail/second_stage_on_pixels.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/stages.hpp"
#include "fewclip/trainers/trained_numbers.hpp"

namespace fewclip::runtime::detail {

/// The first stage of cross_modal: CLIP as it is.
template <compute_backend B>
struct untuned_clip {
  std::shared_ptr<const clip<B>> model;

  tensor<B> features(const tensor<B>& images) const { return model->embed_images(images); }
  tensor<B> text_features(const matrix_view<std::int32_t>& ids) const { return model->embed_tokens(ids); }
};

/// cross_modal from pixels.
template <compute_backend B>
method<B> cross_modal_from_pixels() {
  using head = methods::cross_modal<B>;
  using params = typename head::params;
  using first = untuned_clip<B>;
  using fit_inputs = typename method<B>::fit_inputs;
  using result = std::unique_ptr<fitted_method<B>>;
  method_description about{"cross_modal",
                           "Lin et al. 2023, arXiv 2301.06267",
                           {{"rows", "raw features of each image and its mirror image; class texts as samples"},
                            {"head", "linear_from_text"},
                            {"trainer", "minibatch<cross_entropy, adamw, linear_warmup_cosine, samplers::cross_modal>"}},
                           head::adapter_type::needs,
                           true,
                           list_settings(params{}),
                           {}};
  const auto settings_of = [](const fit_inputs& inputs) {
    params out = changed<params>(inputs.settings, "cross_modal");
    fit_batches(out, inputs, "");
    return out;
  };
  const auto fit = [settings_of](const fit_inputs& inputs) -> result {
    const auto& clip = clip_of<B>(inputs, "cross_modal");
    const auto below = std::make_shared<const first>(first{clip.shared_model()});
    const params settings = settings_of(inputs);
    require_batches(settings.trainer.sampler, inputs, "cross_modal", "");
    head above = second_stage<B>(*below, inputs, settings, inputs.resume == nullptr ? nullptr : inputs.resume->at(0));
    auto listed = list_settings(above.settings());
    return std::make_unique<fitted_on_pixels<B, first>>(below, std::move(above), std::move(listed), trained_numbers<B>{},
                                                        clip.model().preprocessing().size);
  };
  const auto restore = [settings_of](const fit_inputs& inputs, const trained_numbers<B>& trained) -> result {
    const auto& clip = clip_of<B>(inputs, "cross_modal");
    const auto below = std::make_shared<const first>(first{clip.shared_model()});
    head above(stage_of<B>(trained, "second.", inputs.text.rows().columns()), inputs.text, {}, settings_of(inputs));
    auto listed = list_settings(above.settings());
    return std::make_unique<fitted_on_pixels<B, first>>(below, std::move(above), std::move(listed), trained_numbers<B>{},
                                                        clip.model().preprocessing().size);
  };
  return method<B>(std::move(about), fit, restore, [](const named_settings& settings) { changed<params>(settings, "cross_modal"); });
}

}  // namespace fewclip::runtime::detail
