#pragma once
/// \file
/// CLIP's attention pooling with its single query absorbed into the weights: no key or value of a token is ever computed.

#include "fewclip/autograd/operations/detail/attention_pool_operation.hpp"

namespace fewclip::ops {

/// The parameters of an attention pool for width E, result D and L tokens; all of one kind: tensors, variables or parameters.
template <operand P>
struct attention_pool_weights {
  const P& position;  ///< [L + 1, E], row 0 for the mean
  const P& q_weight;  ///< [E, E]
  const P& q_bias;    ///< [E]
  const P& k_weight;  ///< [E, E]
  const P& k_bias;    ///< [E]; without influence, since the softmax ignores it
  const P& v_weight;  ///< [E, E]
  const P& v_bias;    ///< [E]
  const P& c_weight;  ///< [D, E]
  const P& c_bias;    ///< [D]
};

/// What an attention pool looks at: the mean of the tokens, then the tokens, each plus its position.
/// \param x [n, L, E]
/// \param position [L + 1, E]
/// \returns [n, L + 1, E]
/// \throws shape_error where extents do not fit
template <operand X, operand P>
auto attention_pool_rows(const X& x, const P& position) {
  return apply(detail::pool_rows_operation<typename backend_of<X>::type>{}, x, position);
}

/// Attention pooling (Radford et al. 2021, section 2.4; OpenAI's code): multi-head attention whose single query is the mean of the tokens.
///
/// z = [mean of x; x] + position; q from z_0 alone, keys and values from all rows; result = c_weight o + c_bias. With one query, the scores are
/// (Wk_h^T q_h) . z_j up to a constant, and the output is Wv_h (sum_j a_hj z_j) + bv_h, so that neither keys nor values are projected: exact,
/// and 20 times fewer operations for RN50 (6 E^2 + 4 heads (L + 1) E + 2 E D per image, twice as many backward). The gradient of k_bias is
/// zero. Memory: (L + 1 + 2 heads) E numbers per image. Deterministic.
/// \param x [n, L, E], in row-major order of places
/// \param weights all tensors, all variables or all parameters
/// \param heads groups of channels; a divisor of E
/// \returns [n, D], not normalised
/// \throws shape_error where extents do not fit; value_error where heads does not divide E
template <operand X, operand P>
auto attention_pool(const X& x, const attention_pool_weights<P>& weights, index heads) {
  return apply(detail::attention_pool_operation<typename backend_of<X>::type>{heads}, x, weights.position, weights.q_weight, weights.q_bias,
               weights.k_weight, weights.k_bias, weights.v_weight, weights.v_bias, weights.c_weight, weights.c_bias);
}

}  // namespace fewclip::ops
