#include "fewclip/autograd/operations/packed_product.hpp"

#include <boost/test/unit_test.hpp>

#include "../finite_differences.hpp"
#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/autograd/operations/product.hpp"

using namespace fewclip;
using namespace fewclip::tests;
namespace tt = boost::test_tools;

BOOST_AUTO_TEST_CASE(a_packed_product_is_the_product_times_its_factor) {
  for (const fewclip::index rows : {1, 7, 8, 33, 200}) {
    const auto x = random_tensor({rows, 37}, 1);
    const auto w = random_tensor({70, 37}, 2);
    const auto plain = ops::scale(ops::product_transposed(x, w), 100).to_host();
    const auto packed = ops::packed_product(x, real::pack(w), 100).to_host();
    BOOST_TEST_CONTEXT("seed " << fresh_seed() << ", " << rows << " rows") {
      for (std::size_t i = 0; i < plain.size(); ++i) BOOST_TEST(std::abs(plain[i] - packed[i]) < 1e-10 * std::max(1.0, std::abs(plain[i])));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_gradient_of_the_rows_agrees_with_central_differences) {
  const auto w = real::pack(random_tensor({3, 4}, 2));
  for (const fewclip::index rows : {2, 9}) {
    require_gradients([&](const auto& in) { return ops::packed_product(in[0], w, 1.5); }, {random_tensor({rows, 4}, 1)});
  }
}
