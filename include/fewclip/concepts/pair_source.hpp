#pragma once
/// \file
/// The role of a source of image-text pairs.

#include <concepts>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/pairs.hpp"

namespace fewclip {

/// Batches of pairs, epoch by epoch, without memory: what an epoch holds is a function of its number, so that training can be resumed.
///
/// Required of `Source`: `source.batches(epoch) const`, how many batches an epoch has, counted from 0; and `source.batch(epoch, i) const`, a
/// `pair_batch<B>`.
///
/// Models: fixed_pairs, data::tangram::tangram_pairs, data::tangram::context_pairs.
template <class Source, class B>
concept pair_source = requires(const Source& source, index n) {
  { source.batches(n) } -> std::convertible_to<index>;
  { source.batch(n, n) } -> std::convertible_to<pair_batch<B>>;
};

/// What trainers::contrastive_pairs trains.
///
/// Required of `Model`: `model.similarities(tape, images, ids)`, a variable [n, n] on the tape, and `model.similarities(images, ids)`, a tensor;
/// `visit_parameters(visitor)`. Optional: `decays(name)`, as of trainable_model, `bind_derived(tape)` and `refresh()`, see tuners::tuned_model.
///
/// Models: encoders::dual_encoder, tuners::tuned_model of one.
template <class Model, class B>
concept pair_model = requires(Model& model, tape<B>& record, const tensor<B>& images, const matrix_view<std::int32_t>& ids) {
  { model.similarities(record, images, ids) } -> std::convertible_to<variable<B>>;
  { model.similarities(images, ids) } -> std::convertible_to<tensor<B>>;
};

}  // namespace fewclip
