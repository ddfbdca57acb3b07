#pragma once
// The operations of transformers, forward and backward, on a backend B against a backend R.

#include "fewclip/autograd/operations/activation.hpp"
#include "fewclip/autograd/operations/attention.hpp"
#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/operations/layer_norm.hpp"
#include "fewclip/autograd/operations/linear.hpp"
#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/autograd/operations/tokens.hpp"
#include "thrust_operations.hpp"

namespace fewclip::thrust_checks {

template <class B, class R>
void check_token_operations() {
  drawn_values draw;
  check_operation<B, R>("quick_gelu", draw, {33, 57}, {1},
                        [](auto) { return [](const auto& x, const auto&) { return ops::quick_gelu(x); }; });
  check_operation<B, R>("gelu", draw, {33, 57}, {1}, [](auto) { return [](const auto& x, const auto&) { return ops::gelu(x); }; });
  check_operation<B, R>("reshape", draw, {33, 57}, {1}, [](auto) {
    return [](const auto& x, const auto&) { return ops::reshape(x, {57, 33}); };
  });
  check_operation<B, R>("layer_norm", draw, {33, 57}, {57},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::layer_norm(x, y, y); }; });
  check_operation<B, R>("linear", draw, {33, 57}, {57, 57}, [](auto) {
    return [](const auto& x, const auto& y) {
      return ops::linear(x, y, ops::gather_rows(y, labels_of<typename backend_of<std::remove_cvref_t<decltype(x)>>::type>({3})));
    };
  });
  check_operation<B, R>("gather_rows", draw, {33, 57}, {1}, [](auto which) {
    using backend = typename decltype(which)::type;
    return [](const auto& x, const auto&) { return ops::gather_rows(x, labels_of<backend>({32, 0, 5, 5, 5, 0, 17})); };
  });
  check_operation<B, R>("patches", draw, {5, 3 * 36}, {1},
                        [](auto) { return [](const auto& x, const auto&) { return ops::patches(x, 6, 3); }; });
  check_operation<B, R>("prepend_token", draw, {33, 57}, {57},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::prepend_token(x, y, 11); }; });
  check_operation<B, R>("add_positions", draw, {33, 57}, {12, 57},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::add_positions(x, y, 11); }; });
}

template <class B, class R>
void check_attention() {
  drawn_values draw;
  for (const bool causal : {false, true}) {
    check_operation<B, R>("attention", draw, {3 * 11, 48}, {3 * 37, 48}, [causal](auto) {
      return [causal](const auto& x, const auto& y) {
        return ops::attention(x, y, y, {.heads = 3, .queries = 11, .keys = 37, .causal = causal});
      };
    });
    check_operation<B, R>("self_attention", draw, {3 * 37, 36}, {1}, [causal](auto) {
      return [causal](const auto& x, const auto&) { return ops::self_attention(x, 2, 37, causal); };
    });
  }
  check_operation<B, R>("attention up to a key", draw, {3, 48}, {3 * 37, 48}, [](auto which) {
    using backend = typename decltype(which)::type;
    return [](const auto& x, const auto& y) {
      return ops::attention(x, y, y, {.heads = 3, .queries = 1, .keys = 37}, labels_of<backend>({0, 36, 20}));
    };
  });
}

}  // namespace fewclip::thrust_checks
