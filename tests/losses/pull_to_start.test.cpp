#include "fewclip/losses/pull_to_start.hpp"

#include <boost/test/unit_test.hpp>

#include "../autograd/finite_differences.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/losses/contrastive.hpp"
#include "fewclip/losses/cross_entropy.hpp"

using namespace fewclip;
using namespace fewclip::tests;
using pulled = losses::pull_to_start<losses::cross_entropy>;

using pulled_pairs = losses::pull_to_start<losses::contrastive>;

static_assert(loss<pulled, real>);
static_assert(pair_loss<losses::contrastive, real>);
static_assert(pair_loss<pulled_pairs, real>);
static_assert(!pair_loss<losses::cross_entropy, real>);
static_assert(!pair_loss<pulled, real>);

namespace {

/// x W^T, W having started at zero.
struct model {
  parameter<real> weight;
  template <class X>
  auto logits(const X& x) const {
    return ops::product_transposed(x, weight);
  }
  template <class Visitor>
  void visit_starts(Visitor&& visit) {
    visit(std::string_view("weight"), weight, tensor<real>(weight.value().extents()));
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_penalty_is_the_pull_times_the_squared_distance) {
  model made{parameter<real>(host_tensor({1, 2, 0, -3}, {2, 2}))};
  const auto x = random_tensor({3, 2}, 1);
  const auto labels = host_labels({0, 1, 1});
  pulled::params settings;
  const double plain = pulled{settings}(made, made.logits(x), labels).to_host()[0];
  BOOST_TEST(plain == losses::cross_entropy{}(made, made.logits(x), labels).to_host()[0]);
  settings.pull = 0.25;
  BOOST_TEST(std::abs(pulled{settings}(made, made.logits(x), labels).to_host()[0] - plain - 0.25 * 14) < 1e-12);
}

BOOST_AUTO_TEST_CASE(its_gradient_agrees_with_central_differences) {
  const auto x = random_tensor({3, 2}, 1);
  const auto labels = host_labels({0, 1, 1});
  pulled::params settings;
  settings.pull = 0.7;
  require_gradients(
      [&]<class V>(const std::vector<V>& in) {
        model made{parameter<real>(value_of(in[0]))};
        if constexpr (is_variable<V>::value) {
          made.weight.bind(in[0]);
          return pulled{settings}(made, made.logits(in[0].owner()->constant(x)), labels);
        } else {
          return pulled{settings}(made, made.logits(x), labels);
        }
      },
      {random_tensor({2, 2}, 2)});
}

BOOST_AUTO_TEST_CASE(pairs_get_the_same_penalty_and_its_gradient) {
  const auto x = random_tensor({2, 2}, 3);
  model made{parameter<real>(host_tensor({1, 2, 0, -3}, {2, 2}))};
  pulled_pairs::params settings;
  const double plain = pulled_pairs{settings}(made, made.logits(x)).to_host()[0];
  BOOST_TEST(plain == losses::contrastive{}(made.logits(x)).to_host()[0]);
  settings.pull = 0.25;
  BOOST_TEST(std::abs(pulled_pairs{settings}(made, made.logits(x)).to_host()[0] - plain - 0.25 * 14) < 1e-12);
  require_gradients(
      [&]<class V>(const std::vector<V>& in) {
        model each{parameter<real>(value_of(in[0]))};
        if constexpr (is_variable<V>::value) {
          each.weight.bind(in[0]);
          return pulled_pairs{settings}(each, each.logits(in[0].owner()->constant(x)));
        } else {
          return pulled_pairs{settings}(each, each.logits(x));
        }
      },
      {random_tensor({2, 2}, 4)});
}
