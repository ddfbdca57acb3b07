#pragma once
/// \file
/// rtos_fixed_anchors: rtos without training.

#include "fewclip/methods/rtos.hpp"
#include "fewclip/relations/fixed_anchors.hpp"
#include "fewclip/trainers/closed_form.hpp"

namespace fewclip::methods {

/// RTOS (Yan et al. 2024, arXiv 2406.11252) in its training-free form: anchors are a fixed list of texts, class_text::anchors(); published with
/// class names of eleven data sets. Re-implemented from an abstract-level description: no code is public.
///
/// | axis | part | source |
/// |---|---|---|
/// | head | heads::text | abstract |
/// | relation | open_semantics<fixed_anchors> | abstract; temperatures, equal maps ours |
/// | blend | s f T^T + gamma Z | ours |
/// | trainer | none | abstract |
/// | selector | fixed; ours: recipes::rtos::clean_grid | ours |
///
/// Needs neither a support set nor a text tower. Where no anchors are given the classes stand in (ours); with relation_temperature near 0, Z is
/// then the softmax of the cosines and the prediction that of zero_shot. Figure: a summary has +0.5 points over zero_shot on average.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using rtos_fixed_anchors = classifier<B, rtos_adapter<relations::fixed_anchors>, trainers::closed_form, Selector>;

}  // namespace fewclip::methods
