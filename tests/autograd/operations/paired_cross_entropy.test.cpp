#include "fewclip/autograd/operations/paired_cross_entropy.hpp"

#include <boost/test/unit_test.hpp>

#include "../../methods/toy.hpp"
#include "../finite_differences.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/testing/backends.hpp"

using namespace fewclip;
using namespace fewclip::tests;

namespace {

/// Cosines of the toy queries (rows) with text rows 0, 1, 2 and support row 0 (columns), before the scale.
template <class B>
tensor<B> toy_cosines() {
  std::vector<double> columns = toy::unit(toy::raw_text());
  const auto support = toy::unit(toy::raw_support());
  columns.insert(columns.end(), support.begin(), support.begin() + 8);
  return ops::product_transposed(toy::queries<B>(), toy::rows<B>(columns));
}

const double scale = 14.285714285714286;

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(the_toy_problem_gives_the_loss_and_the_gradients_of_the_specification, B, testing::cpu_backends) {
  tape<B> record;
  const auto cosines = record.leaf(toy_cosines<B>());
  const auto log_scale = record.leaf(tensor<B>({1}, static_cast<typename B::scalar>(std::log(scale))));
  const auto s = ops::scale_by_exponential(cosines, log_scale);
  const auto loss = ops::paired_cross_entropy(s);
  BOOST_TEST(toy::worst<B>(loss.value(), {1.311536002907}) <= 0);
  record.backward(loss);
  BOOST_TEST(toy::worst<B>(record.gradient(log_scale), {1.055158321032}) <= 0);
  // dS = gradient of the cosines / scale
  const tensor<B> ds = ops::scale(record.gradient(cosines), 1 / scale);
  BOOST_TEST(toy::worst<B>(ds.rows_slice(0, 1), {-2.1707675638e-1, 1.5097795311e-2, 1.2896693913e-5, 2.4446487278e-1}) <= 0);
  BOOST_TEST(toy::worst<B>(ds.rows_slice(3, 1), {1.7984238845e-1, 1.5353919252e-6, 6.1038174543e-7, -2.0748134589e-1}) <= 0);
}

BOOST_AUTO_TEST_CASE(it_is_the_mean_of_the_losses_of_rows_and_columns) {
  const auto s = ops::scale(toy_cosines<real>(), scale);
  const auto own = host_labels({0, 1, 2, 3});
  BOOST_TEST(std::abs(ops::cross_entropy(s, own, 0.25).to_host()[0] - 1.313479572194) < 1e-11);
  std::vector<double> turned(16);
  for (std::size_t r = 0; r < 4; ++r) {
    for (std::size_t c = 0; c < 4; ++c) turned[c * 4 + r] = s.to_host()[r * 4 + c];
  }
  BOOST_TEST(std::abs(ops::cross_entropy(host_tensor(turned, {4, 4}), own, 0.25).to_host()[0] - 1.309592433620) < 1e-11);
  BOOST_TEST(std::abs(ops::paired_cross_entropy(host_tensor(turned, {4, 4})).to_host()[0] - ops::paired_cross_entropy(s).to_host()[0]) <
             1e-14);
}

BOOST_AUTO_TEST_CASE(equal_similarities_give_the_logarithm_of_their_number) {
  BOOST_TEST(std::abs(ops::paired_cross_entropy(tensor<real>({10, 10}, 3.0)).to_host()[0] - std::log(10.0)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(pairs_in_another_order_give_the_same_loss) {
  BOOST_TEST_CONTEXT("seed " << fresh_seed()) {
    const auto s = random_tensor({6, 6}, 1);
    const auto order = random_stream(fresh_seed(), 9).permutation(6);
    std::vector<double> moved(36);
    for (std::size_t r = 0; r < 6; ++r) {
      for (std::size_t c = 0; c < 6; ++c) moved[r * 6 + c] = s.to_host()[static_cast<std::size_t>(order[r] * 6 + order[c])];
    }
    BOOST_TEST(std::abs(ops::paired_cross_entropy(host_tensor(moved, {6, 6})).to_host()[0] - ops::paired_cross_entropy(s).to_host()[0]) <
               1e-14);
  }
}

BOOST_AUTO_TEST_CASE(gradients_agree_with_central_differences) {
  require_gradients([](const auto& in) { return ops::paired_cross_entropy(in[0]); }, {random_tensor({5, 5}, 1)});
  const auto weights = random_tensor({3, 4}, 3);
  require_gradients([&](const auto& in) { return apply(weighted_sum_operation{weights}, ops::scale_by_exponential(in[0], in[1])); },
                    {random_tensor({3, 4}, 1), random_tensor({1}, 2)});
}

BOOST_AUTO_TEST_CASE(what_is_not_square_is_refused) {
  BOOST_CHECK_THROW(ops::paired_cross_entropy(tensor<real>({2, 3})), shape_error);
  BOOST_CHECK_THROW(ops::paired_cross_entropy(tensor<real>({0, 0})), shape_error);
  BOOST_CHECK_THROW(ops::scale_by_exponential(tensor<real>({2, 3}), tensor<real>({2})), shape_error);
}
