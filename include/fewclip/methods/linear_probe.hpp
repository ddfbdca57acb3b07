#pragma once
/// \file
/// linear_probe: logistic regression on frozen features.

#include "fewclip/backend/cpu.hpp"
#include "fewclip/classifier.hpp"
#include "fewclip/heads/linear.hpp"
#include "fewclip/losses/ridge_cross_entropy.hpp"
#include "fewclip/optimizers/lbfgs.hpp"
#include "fewclip/trainers/full_batch.hpp"

namespace fewclip::methods {

/// The linear probe of CLIP (Radford et al. 2021, arXiv 2103.00020; few-shot form of Zhou et al., arXiv 2109.01134).
///
/// Minimises C sum_i CE(W x_i + b, y_i) + ||W||^2 / 2 over W [classes, dim] and b [classes], from zero, by L-BFGS; b is not penalised.
///
/// | axis | part | source |
/// |---|---|---|
/// | adapter | heads::linear | arXiv 2103.00020, appendix A.3 |
/// | trainer | full_batch<ridge_cross_entropy, lbfgs> | at most 1000 iterations, largest gradient entry below 1e-4 min(1, C) |
/// | selector | fixed; published: coarse_then_bisect over `inverse_regularisation` on min(K, 4) validation images per class | CoOp's code |
///
/// Inputs: support and queries [n, dim], raw or unit rows (the best C differs by the square of the norm); text is not used.
/// Default: `inverse_regularisation` 31.6, which is the 0.316 of CLIP's own example for raw features of length about 10, carried over to unit
/// rows. Trained: classes * (dim + 1) numbers. Number to reproduce: RN50, ImageNet, 16 shots, 56.13 %. Weak below 8 shots: it ignores the texts.
/// In single precision the offsets are not resolved for C below about 1e-3 (as by scikit-learn's default), and a training may end at the precision
/// of the numbers before its tolerance: its report has `converged` false and `stalled` true then.
/// Cost: one evaluation is two products of rows * dim * classes; 50 to 500 evaluations.
template <compute_backend B = backend::cpu<>, class Selector = selectors::fixed>
using linear_probe = classifier<B, heads::linear, trainers::full_batch<losses::ridge_cross_entropy, optimizers::lbfgs>, Selector>;

}  // namespace fewclip::methods
