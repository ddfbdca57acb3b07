#pragma once
/// \file
/// zero_shot: CLIP without adaptation.

#include "fewclip/backend/cpu.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/heads/text.hpp"

namespace fewclip::methods {

/// Zero-shot CLIP (Radford et al. 2021, arXiv 2103.00020): the cosine between the image and one text feature per class.
///
/// logits = s x T^T, s = 100.
///
/// | axis | part | source |
/// |---|---|---|
/// | adapter | heads::text | section 3.1 |
/// | trainer, selector | none, fixed | |
///
/// Inputs: text [classes, dim] and queries [n, dim], unit rows; no support set is needed. Settings: `scale`; no search, in either protocol.
/// Every other method with a text head equals it when its own terms are switched off. Number to reproduce: RN50 on ImageNet, seven templates,
/// 60.3 % top-1. Cost: n * classes * dim multiply-adds, nothing trained.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using zero_shot = classifier<B, heads::text, trainers::closed_form, Selector>;

}  // namespace fewclip::methods
