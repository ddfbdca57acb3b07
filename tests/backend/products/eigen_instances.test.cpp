#include "fewclip/backend/products/eigen_instances.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

// Linking is the test: this unit must not need to compile the products.

BOOST_AUTO_TEST_CASE(products_compiled_elsewhere_give_the_same_numbers) {
  const std::vector<double> a{1, 2, 3, 4};
  const std::vector<double> b{5, 6, 7, 8};
  std::vector<double> c(4, 0);
  fewclip::products::eigen::multiply({}, {2, 2, 2}, 1.0, a.data(), 2, b.data(), 2, 0.0, c.data(), 2);
  BOOST_TEST(c == (std::vector<double>{19, 22, 43, 50}), boost::test_tools::per_element());
  const auto packed = fewclip::products::eigen::pack(b.data(), 2, 2);
  fewclip::products::eigen::multiply_packed(a.data(), 2, packed, 0, 2, c.data());
  BOOST_TEST(c == (std::vector<double>{17, 23, 39, 53}), boost::test_tools::per_element());
}
