// Every method that is one classifier models the concepts of its axes.
#include <fewclip/methods/ape.hpp>
#include <fewclip/methods/ape_t.hpp>
#include <fewclip/methods/clip_adapter.hpp>
#include <fewclip/methods/coop.hpp>
#include <fewclip/methods/cross_modal.hpp>
#include <fewclip/methods/linear_probe.hpp>
#include <fewclip/methods/rtos.hpp>
#include <fewclip/methods/rtos_feature_anchors.hpp>
#include <fewclip/methods/rtos_fixed_anchors.hpp>
#include <fewclip/methods/safe.hpp>
#include <fewclip/methods/tip_adapter_f.hpp>
#include <fewclip/methods/tip_x.hpp>
#include <fewclip/methods/vt_clip.hpp>
#include <fewclip/methods/zero_shot.hpp>

namespace methods = fewclip::methods;
using B = fewclip::backend::cpu<double>;

template <class Method>
concept well_composed = fewclip::adapter<typename Method::adapter_type, B> &&
    fewclip::trainer<typename Method::trainer_type, B, typename Method::fitted_adapter> &&
    fewclip::selector<typename Method::selector_type> && fewclip::has_settings<typename Method::params>;

static_assert(well_composed<methods::zero_shot<B>>);
static_assert(well_composed<methods::linear_probe<B>>);
static_assert(well_composed<methods::clip_adapter<B>>);
static_assert(well_composed<methods::tip_adapter<B>>);
static_assert(well_composed<methods::tip_adapter_f<B>>);
static_assert(well_composed<methods::tip_x<B>>);
static_assert(well_composed<methods::ape<B>>);
static_assert(well_composed<methods::ape_t<B>>);
static_assert(well_composed<methods::coop<B>>);
static_assert(well_composed<methods::rtos<B>>);
static_assert(well_composed<methods::rtos_feature_anchors<B>>);
static_assert(well_composed<methods::rtos_fixed_anchors<B>>);
static_assert(well_composed<methods::vt_clip<B>>);
static_assert(well_composed<methods::safe<B>>);
static_assert(well_composed<methods::cross_modal<B>>);

// A classifier asks for what its parts need, and for no more.
template <class Method>
constexpr fewclip::input_needs needs = Method::adapter_type::needs;
static_assert(needs<methods::zero_shot<B>>.text && !needs<methods::zero_shot<B>>.support);
static_assert(!needs<methods::linear_probe<B>>.text && needs<methods::linear_probe<B>>.support &&
              !needs<methods::linear_probe<B>>.unit_rows);
static_assert(needs<methods::ape_t<B>>.text && needs<methods::ape_t<B>>.support && needs<methods::ape_t<B>>.unit_rows);
static_assert(!needs<methods::tip_x<B>>.whole_batch);
static_assert(needs<methods::coop<B>>.text_source && needs<methods::rtos<B>>.text_source && !needs<methods::vt_clip<B>>.text_source &&
              !needs<methods::rtos_fixed_anchors<B>>.text_source);
static_assert(needs<methods::tip_x<B, fewclip::selectors::fixed, fewclip::caches::rescaling::transductive>>.whole_batch);

// Copies are cheap and safe.
static_assert(std::copyable<methods::tip_adapter_f<B>::fitted_adapter>);
static_assert(std::copy_constructible<methods::ape_t<B>>);
