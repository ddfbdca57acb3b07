#include "fewclip/io/npy.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "scratch.hpp"
#include "shared_data.hpp"

namespace {

std::string golden(const std::string& name) { return shared_data::folder() + "/golden/npclip_vitb32/" + name; }

double cosine(const double* a, const double* b, std::size_t dim) {
  const double product = std::inner_product(a, a + dim, b, 0.0);
  return product / std::sqrt(std::inner_product(a, a + dim, a, 0.0) * std::inner_product(b, b + dim, b, 0.0));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(with_data, *boost::unit_test::precondition(shared_data::is_there))

BOOST_AUTO_TEST_CASE(the_golden_features_give_the_published_logits) {
  const auto image = fewclip::io::read_npy<double>(golden("image_features.npy"));
  const auto text = fewclip::io::read_npy<double>(golden("text_features.npy"));
  BOOST_TEST((image.shape == std::vector<std::size_t>{1, 512}));
  BOOST_TEST((text.shape == std::vector<std::size_t>{3, 512}));
  const std::vector<double> logits{25.5528, 20.0899, 19.7495};
  for (std::size_t row = 0; row < 3; ++row) {
    BOOST_TEST(100 * cosine(image.values.data(), text.values.data() + 512 * row, 512) == logits[row], boost::test_tools::tolerance(1e-5));
  }
}

BOOST_AUTO_TEST_CASE(a_file_of_numpy_is_rewritten_with_the_same_values) {
  const scratch::directory here;
  const auto text = fewclip::io::read_npy<float>(golden("text_features.npy"));
  fewclip::io::write_npy(here.file("a"), text.shape, text.values);
  BOOST_TEST((scratch::read_text(here.file("a")) == scratch::read_text(golden("text_features.npy"))));
}

BOOST_AUTO_TEST_SUITE_END()
