// The archetypes model their concepts and no other one; near misses model none.
#include <fewclip/adapters/blend.hpp>
#include <fewclip/adapters/class_residual.hpp>
#include <fewclip/adapters/mapped.hpp>
#include <fewclip/caches/key_value.hpp>
#include <fewclip/caches/signature_divergence.hpp>
#include <fewclip/classifier.hpp>
#include <fewclip/encoders/image_encoder.hpp>
#include <fewclip/encoders/vision_transformer.hpp>
#include <fewclip/heads/linear.hpp>
#include <fewclip/heads/text.hpp>
#include <fewclip/layers/bottleneck.hpp>
#include <fewclip/methods/safe.hpp>
#include <fewclip/methods/zero_shot.hpp>
#include <fewclip/poolers/class_token.hpp>
#include <fewclip/poolers/key_sources.hpp>
#include <fewclip/refiners/prior_channels.hpp>
#include <fewclip/relations/feature_anchors.hpp>
#include <fewclip/relations/open_semantics.hpp>
#include <fewclip/relations/token_anchors.hpp>
#include <fewclip/relations/weighted.hpp>
#include <fewclip/testing/archetypes.hpp>
#include <fewclip/testing/backends.hpp>

namespace t = fewclip::testing;
namespace caches = fewclip::caches;
using B = fewclip::backend::cpu<double, t::minimal_products>;

static_assert(fewclip::compute_backend<B> && fewclip::matrix_product<t::minimal_products, double>);
static_assert(fewclip::refiner<t::minimal_refiner, B> && !fewclip::channel_refiner<t::minimal_refiner, B>);
static_assert(fewclip::kernel<t::minimal_kernel, B> && !fewclip::shiftable_kernel<t::minimal_kernel, B>);
static_assert(fewclip::keys<t::minimal_keys, B>);
static_assert(fewclip::values<t::minimal_values, B>);
static_assert(fewclip::map<t::minimal_map, B>);
static_assert(fewclip::anchors<t::minimal_anchors, B> && fewclip::query_key<t::minimal_query_key, B>);
static_assert(fewclip::relation<t::minimal_relation, B>);
static_assert(fewclip::key_source<t::minimal_key_source, int, B> && !fewclip::key_source<t::minimal_keys, int, B>);
static_assert(fewclip::adapter<t::minimal_adapter, B> && !fewclip::blend_part<t::minimal_adapter>);
static_assert(fewclip::adapter<t::minimal_part, B> && fewclip::blend_part<t::minimal_part> && fewclip::retunable<t::minimal_part, B>);
static_assert(!fewclip::shiftable<t::minimal_part, B>);
static_assert(fewclip::trainer<t::minimal_trainer, B>);
static_assert(fewclip::selector<t::minimal_selector>);
static_assert(fewclip::trunk<t::minimal_trunk, B> && fewclip::pooler<t::minimal_pooler, B>);

// The parts of the library.
using refined = fewclip::refiners::prior_channels<>;
static_assert(fewclip::refiner<fewclip::refiners::all_channels, B> && fewclip::channel_refiner<refined, B>);
static_assert(fewclip::shiftable_kernel<fewclip::kernels::exponential_affinity, B>);
static_assert(fewclip::map<fewclip::layers::bottleneck, B>);
static_assert(fewclip::adapter<fewclip::heads::linear, B> && !fewclip::blend_part<fewclip::heads::linear>);
static_assert(fewclip::blend_part<fewclip::heads::text> && fewclip::shiftable<fewclip::heads::text, B>);
static_assert(fewclip::blend_part<caches::key_value<>> && fewclip::shiftable<caches::key_value<>, B>);
static_assert(fewclip::blend_part<caches::signature_divergence<>> && !fewclip::shiftable<caches::signature_divergence<>, B>);
static_assert(fewclip::shiftable<fewclip::adapters::blend<fewclip::heads::text, caches::key_value<>>, B>);
static_assert(fewclip::trunk<fewclip::encoders::vision_transformer, B> && fewclip::pooler<fewclip::poolers::class_token, B>);

namespace relations = fewclip::relations;
static_assert(fewclip::anchors<relations::fixed_anchors, B> && fewclip::anchors<relations::feature_anchors, B>);
static_assert(fewclip::anchors<relations::token_anchors<>, B> &&
              fewclip::anchors<relations::token_anchors<relations::anchor_start::random>, B>);
static_assert(fewclip::query_key<relations::identity_query_key, B> && fewclip::query_key<relations::linear_query_key, B>);
static_assert(fewclip::relation<relations::open_semantics<>, B>);
using minimal_semantics = relations::open_semantics<t::minimal_anchors, t::minimal_query_key>;
static_assert(fewclip::relation<minimal_semantics, B> && fewclip::adapter<relations::weighted<minimal_semantics>, B>);
static_assert(fewclip::blend_part<relations::weighted<t::minimal_relation>> &&
              fewclip::retunable<relations::weighted<t::minimal_relation>, B>);

using plain_clip = fewclip::methods::zero_shot<B>;
using safe = fewclip::methods::safe<B>;
static_assert(fewclip::key_source<fewclip::keys_like_queries, safe, B> && fewclip::key_source<fewclip::poolers::keys_of_tuned, safe, B>);
static_assert(!fewclip::key_source<fewclip::keys_like_queries, int, B> &&
              !fewclip::key_source<fewclip::poolers::keys_of_original, plain_clip, B>);

// No role is mistaken for another.
static_assert(!fewclip::trunk<t::minimal_pooler, B> && !fewclip::pooler<t::minimal_trunk, B> && !fewclip::trunk<int, B> &&
              !fewclip::pooler<int, B>);
static_assert(!fewclip::anchors<t::minimal_map, B> && !fewclip::query_key<t::minimal_anchors, B> && !fewclip::relation<t::minimal_part, B>);
static_assert(!fewclip::anchors<int, B> && !fewclip::query_key<int, B> && !fewclip::relation<int, B>);
static_assert(!fewclip::refiner<t::minimal_map, B> && !fewclip::map<t::minimal_refiner, B> && !fewclip::adapter<t::minimal_refiner, B>);
static_assert(!fewclip::keys<t::minimal_values, B> && !fewclip::values<t::minimal_keys, B> && !fewclip::kernel<t::minimal_refiner, B>);
static_assert(!fewclip::trainer<t::minimal_selector, B> && !fewclip::selector<t::minimal_trainer>);
static_assert(!fewclip::refiner<int, B> && !fewclip::kernel<int, B> && !fewclip::keys<int, B> && !fewclip::values<int, B> &&
              !fewclip::map<int, B> && !fewclip::adapter<int, B> && !fewclip::blend_part<int> && !fewclip::selector<int>);

// A cache of a kernel that cannot be shifted is a cache, but not one for a class residual.
using unshifted = caches::key_value<t::minimal_kernel>;
static_assert(fewclip::adapter<unshifted, B> && !fewclip::shiftable<unshifted, B>);
static_assert(!fewclip::shiftable<fewclip::adapters::blend<fewclip::heads::text, unshifted>, B>);

// Every composite of the library compiles on archetypes alone.
using cache = caches::key_value<t::minimal_kernel, t::minimal_keys, t::minimal_values, t::minimal_refiner>;
using adapter = fewclip::adapters::mapped<t::minimal_map, fewclip::adapters::blend<t::minimal_part, cache>>;
template class fewclip::classifier<B, adapter, t::minimal_trainer, t::minimal_selector>;
template class fewclip::encoders::image_encoder<t::minimal_trunk, t::minimal_pooler>::fitted<B>;
