// What each method is made of, and which of them differ in one part only.
#include <fewclip/fwd.hpp>
#include <fewclip/methods/ape.hpp>
#include <fewclip/methods/ape_t.hpp>
#include <fewclip/methods/clip_adapter.hpp>
#include <fewclip/methods/coop.hpp>
#include <fewclip/methods/linear_probe.hpp>
#include <fewclip/methods/rtos_feature_anchors.hpp>
#include <fewclip/methods/rtos_fixed_anchors.hpp>
#include <fewclip/methods/safe.hpp>
#include <fewclip/methods/tip_adapter.hpp>
#include <fewclip/methods/tip_adapter_f.hpp>
#include <fewclip/methods/tip_x.hpp>
#include <fewclip/methods/vt_clip.hpp>
#include <fewclip/methods/zero_shot.hpp>

namespace methods = fewclip::methods;
namespace adapters = fewclip::adapters;
namespace caches = fewclip::caches;
namespace heads = fewclip::heads;
namespace refiners = fewclip::refiners;
namespace trainers = fewclip::trainers;
using affinity = fewclip::kernels::exponential_affinity;
using B = fewclip::backend::cpu<double>;
using std::same_as;

// Every method stands on the float processor backend and uses its settings as given, unless told otherwise.
static_assert(same_as<methods::zero_shot<>, methods::zero_shot<fewclip::backend::cpu<float>, fewclip::selectors::fixed>>);
static_assert(same_as<methods::ape<B>::backend, B>);
static_assert(same_as<methods::ape_t<>::selector_type, fewclip::selectors::fixed>);

// zero_shot is the text head, and every other method with texts has that head in it.
static_assert(same_as<methods::zero_shot<B>::adapter_type, heads::text>);
static_assert(same_as<methods::linear_probe<B>::adapter_type, heads::linear>);
static_assert(same_as<methods::clip_adapter<B>::adapter_type, adapters::mapped<fewclip::layers::bottleneck, heads::text>>);

// tip_adapter: frozen keys; tip_adapter_f differs in that one argument.
template <class Keys>
using tip_adapter_with = adapters::blend<heads::text, caches::key_value<affinity, Keys>>;
static_assert(same_as<methods::tip_adapter<B>::adapter_type, tip_adapter_with<caches::frozen_keys>>);
static_assert(same_as<methods::tip_adapter_f<B>::adapter_type, tip_adapter_with<caches::learnable_keys>>);
static_assert(same_as<methods::tip_adapter<B>::adapter_type, adapters::blend<heads::text, caches::key_value<>>>);

// tip_x is tip_adapter and one more part.
template <class... More>
using tip_adapter_and = adapters::blend<heads::text, caches::key_value<>, More...>;
static_assert(same_as<methods::tip_adapter<B>::adapter_type, tip_adapter_and<>>);
static_assert(same_as<methods::tip_x<B>::adapter_type, tip_adapter_and<caches::signature_divergence<>>>);

// ape is tip_adapter with other values on refined channels, under its own defaults.
using ape_adapter = adapters::blend<heads::text, caches::key_value<affinity, caches::frozen_keys, caches::divergence_weights,
                                                                   refiners::prior_channels<refiners::prior::text_and_images>>>;
static_assert(same_as<methods::ape<B>::adapter_type, fewclip::with_defaults<ape_adapter, methods::ape_defaults>>);
static_assert(same_as<refiners::prior_channels<>, refiners::prior_channels<refiners::prior::text_and_images>>);

// ape_t is tip_adapter with trained row weights, behind a class residual.
static_assert(same_as<methods::ape_t<B>::adapter_type,
                      adapters::class_residual<
                          refiners::prior_channels<refiners::prior::text>,
                          adapters::blend<heads::text, caches::key_value<affinity, caches::frozen_keys, caches::learnable_weights>>>>);

// What needs no training has no trainer; trained caches share one trainer but for its defaults.
static_assert(same_as<methods::zero_shot<B>::trainer_type, trainers::closed_form>);
static_assert(same_as<methods::tip_adapter<B>::trainer_type, trainers::closed_form>);
static_assert(same_as<methods::tip_x<B>::trainer_type, trainers::closed_form>);
static_assert(same_as<methods::ape<B>::trainer_type, trainers::closed_form>);
template <class Defaults>
using cache_trainer = fewclip::with_defaults<trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::adamw,
                                                                 fewclip::schedules::cosine_per_step, fewclip::samplers::shuffled>,
                                             Defaults>;
static_assert(same_as<methods::tip_adapter_f<B>::trainer_type, cache_trainer<methods::tip_adapter_f_training>>);
static_assert(same_as<methods::ape_t<B>::trainer_type, cache_trainer<methods::ape_t_training>>);

// coop differs from zero_shot in the head, and is trained as clip_adapter is, but for its defaults.
static_assert(
    same_as<methods::coop<B>::adapter_type, heads::learned_context<heads::context_position::end, heads::context_sharing::shared>>);
template <class Defaults>
using prompt_trainer =
    fewclip::with_defaults<trainers::minibatch<fewclip::losses::cross_entropy, fewclip::optimizers::sgd,
                                               fewclip::schedules::cosine_per_epoch_with_constant_warmup, fewclip::samplers::shuffled>,
                           Defaults>;
static_assert(same_as<methods::coop<B>::trainer_type, prompt_trainer<methods::coop_training>>);
static_assert(same_as<methods::rtos<B>::trainer_type, prompt_trainer<methods::rtos_training>>);

// The rtos family is the text head and one relation; its members differ in the anchors alone.
namespace relations = fewclip::relations;
template <class Anchors>
using rtos_with = adapters::blend<heads::text, relations::weighted<relations::open_semantics<Anchors, relations::identity_query_key>>>;
using rtos_from_words = rtos_with<relations::token_anchors<relations::anchor_start::words>>;
static_assert(same_as<methods::rtos<B>::adapter_type, fewclip::with_defaults<rtos_from_words, methods::rtos_learned>>);
static_assert(same_as<methods::rtos_fixed_anchors<B>::adapter_type,
                      fewclip::with_defaults<rtos_with<relations::fixed_anchors>, methods::rtos_fixed>>);
static_assert(same_as<methods::rtos_feature_anchors<B>::adapter_type,
                      fewclip::with_defaults<rtos_with<relations::feature_anchors>, methods::rtos_learned>>);
static_assert(same_as<methods::rtos_fixed_anchors<B>::trainer_type, trainers::closed_form>);
static_assert(same_as<methods::rtos_feature_anchors<B>::trainer_type, cache_trainer<methods::rtos_feature_anchors_training>>);

// safe tunes a pooler and blends unit features.
static_assert(
    same_as<methods::safe<B>::adapter_type,
            adapters::mapped<fewclip::poolers::tuned<fewclip::poolers::attention, fewclip::poolers::blend_unit_features>, heads::text>>);

// vt_clip is one head.
static_assert(same_as<methods::vt_clip<B>::adapter_type, heads::visual_guided_text<heads::feed_forward::gelu>>);
static_assert(same_as<methods::vt_clip<B>::trainer_type, cache_trainer<methods::vt_clip_training>>);
static_assert(methods::coop<B>::adapter_type::needs.text_source && methods::rtos<B>::adapter_type::needs.text_source);
static_assert(!methods::rtos_feature_anchors<B>::adapter_type::needs.text_source &&
              methods::vt_clip<B>::adapter_type::needs.spatial_tokens);
