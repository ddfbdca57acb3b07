#pragma once
// The operations of convolutional networks and attention pooling, forward and backward, on a backend B against a backend R.

#include "fewclip/autograd/operations/attention_pool.hpp"
#include "fewclip/autograd/operations/convolution.hpp"
#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/operations/layout.hpp"
#include "fewclip/autograd/operations/pooling.hpp"
#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/encoders/modified_resnet.hpp"
#include "thrust_operations.hpp"

namespace fewclip::thrust_checks {

template <class B, class R>
void check_map_operations() {
  drawn_values draw;
  for (const convolution_window window : {convolution_window{1, 1, 0}, {3, 1, 1}, {3, 2, 1}, {2, 2, 0}}) {
    check_operation<B, R>("convolution", draw, {3, 9, 8, 5}, {7, window.kernel * window.kernel * 5}, [window](auto which) {
      using backend = typename decltype(which)::type;
      return [window](const auto& x, const auto& y) { return ops::convolution(x, y, tensor<backend>({7}, 0.5F), window); };
    });
  }
  check_operation<B, R>("bias of a convolution", draw, {3, 9, 8, 5}, {5}, [](auto which) {
    using backend = typename decltype(which)::type;
    return [](const auto& x, const auto& y) { return ops::convolution(x, tensor<backend>({5, 45}, 0.25F), y, {3, 1, 1}); };
  });
  check_operation<B, R>("average_pool", draw, {3, 6, 8, 5}, {1},
                        [](auto) { return [](const auto& x, const auto&) { return ops::average_pool(x, 2); }; });
  check_operation<B, R>("channels_last", draw, {3, 6, 8, 5}, {1},
                        [](auto) { return [](const auto& x, const auto&) { return ops::channels_last(x); }; });
}

/// All weights of the pool are drawn from the second operand.
template <class B, class R>
void check_attention_pool() {
  drawn_values draw;
  check_operation<B, R>("attention_pool_rows", draw, {3, 11, 36}, {12, 36},
                        [](auto) { return [](const auto& x, const auto& y) { return ops::attention_pool_rows(x, y); }; });
  check_operation<B, R>("attention_pool", draw, {3, 35, 36}, {36, 36}, [](auto which) {
    using backend = typename decltype(which)::type;
    return [](const auto& x, const auto& y) {
      const auto small = ops::scale(y, 0.1);
      const auto row = ops::reshape(ops::gather_rows(y, labels_of<backend>({3})), {36});
      using operand_type = std::remove_cvref_t<decltype(y)>;
      return ops::attention_pool(x, ops::attention_pool_weights<operand_type>{y, small, row, small, row, y, row, y, row}, 4);
    };
  });
}

/// A small tower, drawn at random: tokens with and without preparation.
template <class B, class R>
void check_modified_resnet() {
  const encoders::resnet_architecture sizes{.blocks = {1, 2, 1, 1}, .width = 4, .resolution = 32, .heads = 2, .embed = 8};
  drawn_values draw;
  std::vector<std::vector<typename B::scalar>> weights;
  encoders::modified_resnet::fitted<R> known(sizes);
  known.visit_parameters([&](std::string_view, parameter<R>& value) {
    auto numbers = draw.next<typename B::scalar>(value.value().size());
    const auto scale = 1 / std::sqrt(static_cast<typename B::scalar>(value.value().columns()));
    for (auto& number : numbers) number *= scale;
    value.mutable_value() = tensor_of<R>(numbers, value.value().extents());
    weights.push_back(std::move(numbers));
  });
  encoders::modified_resnet::fitted<B> tower(sizes);
  std::size_t next = 0;
  tower.visit_parameters(
      [&](std::string_view, parameter<B>& value) { value.mutable_value() = tensor_of<B>(weights[next++], value.value().extents()); });
  const auto images = draw.next<typename B::scalar>(3 * 3 * 32 * 32);
  const auto expected = known.tokens(tensor_of<R>(images, {3, 3, 32, 32})).to_host();
  BOOST_TEST_CONTEXT("seed " << draw.seed()) {
    for (const bool prepared : {false, true}) {
      if (prepared) tower.prepare();
      BOOST_TEST(largest_difference(tower.tokens(tensor_of<B>(images, {3, 3, 32, 32})).to_host(), expected) <=
                 10 * tolerance<typename B::scalar>);
    }
  }
}

}  // namespace fewclip::thrust_checks
