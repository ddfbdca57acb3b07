#pragma once
/// \file
/// Names without definitions, for headers that only mention fewclip's types. The method aliases are in methods/, one header each.

#include "fewclip/concepts/compute_backend.hpp"

namespace fewclip {

class shape;
class error;
class shape_error;
class value_error;
class io_error;
class device_error;
class class_labels;
class random_stream;
struct setting;
struct setting_value;
struct no_settings;
struct training_report;
struct search_record;
struct input_needs;

template <class Scalar>
class matrix_view;
template <compute_backend B>
class support_set;
template <compute_backend B>
class validation_set;
template <compute_backend B>
class query_set;
template <compute_backend B>
class class_text;

template <compute_backend B>
class variable;
template <compute_backend B>
class tape;
template <compute_backend B>
class parameter;

template <compute_backend B>
struct trainer_state;
template <class Settings>
struct selection;

template <compute_backend B, class Adapter, class Trainer, class Selector>
class classifier;
template <class Part, class Defaults>
struct with_defaults;

namespace backend {
template <class Scalar, class Products>
struct cpu;
}  // namespace backend

namespace products {
struct eigen;
}  // namespace products

namespace heads {
enum class context_position;
enum class context_sharing;
enum class feed_forward;
struct text;
struct linear;
template <context_position Position, context_sharing Sharing>
struct learned_context;
template <feed_forward Then>
struct visual_guided_text;
}  // namespace heads

namespace prompts {
struct tokenised_prompts;
template <compute_backend B>
class text_source;
}  // namespace prompts

namespace relations {
enum class anchor_start;
struct fixed_anchors;
struct feature_anchors;
template <anchor_start Start>
struct token_anchors;
struct identity_query_key;
struct linear_query_key;
template <class Anchors, class QueryKey>
struct open_semantics;
template <class Relation>
struct weighted;
}  // namespace relations

namespace kernels {
struct exponential_affinity;
}  // namespace kernels

namespace refiners {
struct all_channels;
namespace prior {
struct text;
struct text_and_images;
}  // namespace prior
template <class Rows>
struct prior_channels;
}  // namespace refiners

namespace caches {
struct frozen_keys;
struct learnable_keys;
struct labels;
struct divergence_weights;
struct learnable_weights;
namespace rescaling {
struct frozen;
struct transductive;
}  // namespace rescaling
template <class Kernel, class Keys, class Values, class Refiner>
struct key_value;
template <class Rescaling>
struct signature_divergence;
}  // namespace caches

namespace layers {
struct bottleneck;
}  // namespace layers

namespace adapters {
template <class... Parts>
struct blend;
template <class Map, class Inner>
struct mapped;
template <class Refiner, class Inner>
struct class_residual;
}  // namespace adapters

namespace trainers {
struct closed_form;
struct early_stop;
template <class Loss, class Optimizer, class Schedule, class Sampler>
struct minibatch;
template <class Loss, class Optimizer>
struct full_batch;
}  // namespace trainers

namespace selectors {
struct fixed;
struct oracle;
}  // namespace selectors

}  // namespace fewclip
