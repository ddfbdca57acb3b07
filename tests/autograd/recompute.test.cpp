// test options: alone
#include "fewclip/autograd/recompute.hpp"

#include <malloc.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <new>

#include "../layers/random_layer.hpp"
#include "../tuners/tiny_pairs.hpp"
#include "fewclip/autograd/operations/norm.hpp"
#include "fewclip/layers/transformer.hpp"
#include "fewclip/methods/tsf_clip.hpp"

// Tensors of the host come from here.
namespace {
std::size_t held = 0;
std::size_t peak = 0;
}  // namespace

void* operator new(std::size_t size) {
  void* const block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  held += malloc_usable_size(block);
  peak = std::max(peak, held);
  return block;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {  // a sanitizer's own would not come from the one above
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* block) noexcept {
  if (block != nullptr) held -= malloc_usable_size(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

using namespace fewclip;
using namespace fewclip::tests;

namespace {

struct outcome {
  std::vector<std::vector<real::scalar>> gradients{};
  double loss = 0;
  std::size_t most = 0;
};

outcome differentiate(bool recomputed, bool few, bool weights) {
  layers::transformer<real> blocks({.width = 32, .layers = 8, .heads = 4, .mlp_width = 128, .causal = true});
  blocks.recompute_blocks(recomputed);
  std::uint64_t stream = 10;
  blocks.visit_parameters([&](std::string_view, parameter<real>& each) {
    each.mutable_value() = random_tensor(each.value().extents(), stream++);
    for (fewclip::index i = 0; i < each.value().size(); ++i) each.mutable_value().mutable_data()[i] *= 0.2;
  });
  outcome out;
  const std::size_t before = held;
  peak = held;
  tape<real> record;
  if (weights) blocks.visit_parameters([&](std::string_view, parameter<real>& each) { each.bind(record); });
  const auto x = record.leaf(random_tensor({6 * 10, 32}, 1));
  const auto y = few ? blocks.forward_few(x, 10, {9, 0, 3, 4, 9, 2}) : blocks.forward(x, 10);
  const auto loss = ops::half_squared_norm(y);
  out.loss = loss.value().to_host()[0];
  record.backward(loss);
  out.most = peak - before;
  out.gradients.push_back(record.gradient(x).to_host());
  if (weights) {
    blocks.visit_parameters([&](std::string_view, parameter<real>& each) {
      out.gradients.push_back(record.gradient(each.leaf()).to_host());
      each.release();
    });
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(recomputed_blocks_give_the_same_gradients_bit_for_bit_in_less_memory) {
  for (const bool few : {false, true}) {
    for (const bool weights : {false, true}) {
      const outcome plain = differentiate(false, few, weights);
      const outcome again = differentiate(true, few, weights);
      BOOST_TEST(again.loss == plain.loss);
      BOOST_TEST((again.gradients == plain.gradients));
      const auto& start = plain.gradients[0];
      BOOST_TEST(std::any_of(start.begin(), start.end(), [](double g) { return g != 0; }));
      BOOST_TEST_MESSAGE("peak " << plain.most << " and " << again.most << " bytes");
      BOOST_TEST(again.most < (weights ? plain.most * 3 / 4 : plain.most / 2));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_tensor_just_goes_through_the_function) {
  const auto x = random_tensor({2, 3}, 1);
  BOOST_TEST(recompute([](const tensor<real>& in) { return ops::scale(in, 2); }, x).to_host() == ops::scale(x, 2).to_host());
}

BOOST_AUTO_TEST_CASE(a_clip_tuned_with_recomputed_blocks_is_the_same_bit_for_bit) {
  using stage = methods::tsf_clip<real, tuners::transfer_visual_only, selectors::fixed, clip>::first_type;
  stage::params settings;
  settings.trainer.epochs = 2;
  settings.trainer.optimizer.learning_rate = 1e-3;
  const stage plain(tiny_clip<real>(), tiny_source<real>(), settings);
  settings.recompute_blocks = true;
  const stage again(tiny_clip<real>(), tiny_source<real>(), settings);
  BOOST_TEST((again.training().losses == plain.training().losses));
  auto a = again.tuned();
  auto b = plain.tuned();
  BOOST_TEST((values_of<real>(a) == values_of<real>(b)));
}
