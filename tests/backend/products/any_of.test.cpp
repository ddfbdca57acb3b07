// With providers made here, so that machines without oneDNN try it as well.
#include "fewclip/backend/products/any_of.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/layers/activations.hpp"
#include "fewclip/layers/convolution.hpp"
#include "fewclip/layers/projection.hpp"
#include "fewclip/testing/matrix_product_suite.hpp"

namespace {

namespace layers = fewclip::layers;
namespace products = fewclip::products;
using fewclip::index;
using products::eigen;

/// Twice the packed products, and no general ones.
struct doubled {
  using packed = eigen::packed<float>;
  static const char* name() { return "doubled"; }
  static packed pack(const float* weights, index columns, index depth) { return eigen::pack(weights, columns, depth); }
  static void multiply_packed(const float* x, index rows, const packed& weights, index first, index last, float* out) {
    eigen::multiply_packed(x, rows, weights, first, last, out);
    for (index i = 0; i < rows * (last - first); ++i) out[i] *= 2;
  }
};

/// Convolutions of rounded maps that do nothing.
struct rounding : eigen {
  static const char* name() { return "rounding"; }
  struct convolution {
    using element = std::uint16_t;
    convolution(const float*, const float*, index, index, const fewclip::convolution_window&) {}
    struct finish {
      bool add, cut;
    };
    void run(const element*, index, index, index, const finish&, element*) const {}
  };
};

/// What no processor has.
struct absent : eigen {
  static const char* name() { return "absent"; }
  static bool available() { return false; }
};

using one_of = products::any_of<eigen, doubled, rounding, absent>;
using B = fewclip::backend::cpu<float, one_of>;

/// The first provider is chosen again at the end of a case.
struct restored_choice {
  ~restored_choice() { one_of::choose("eigen"); }
};

fewclip::tensor<B> ones(const fewclip::shape& extents) {
  const std::vector<float> values(static_cast<std::size_t>(extents.size()), 1.0F);
  return fewclip::tensor<B>::from_host(values.data(), extents);
}

std::size_t bytes_of_element(const layers::convolution<B>& layer) {
  std::size_t out = 0;
  layer.visit_element([&]<class Element>(std::type_identity<Element>) { out = sizeof(Element); });
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_packed_stays_with_its_provider_and_general_products_fall_back_to_eigen) {
  const restored_choice at_end;
  fewclip::testing::matrix_product_suite<one_of, float>();
  layers::projection<B> layer(4, 3);
  layer.weight().mutable_value() = ones({3, 4});
  one_of::choose("doubled");
  BOOST_TEST(B::name() == "cpu/doubled/f32");
  layer.prepare();
  BOOST_TEST(layer.forward(ones({2, 4})).to_host() == std::vector<float>(6, 8.0F), boost::test_tools::per_element());
  fewclip::tensor<B> gram({4, 4});
  B::product({.transpose_left = true}, ones({2, 4}), ones({2, 4}), gram);
  BOOST_TEST(gram.to_host() == std::vector<float>(16, 2.0F), boost::test_tools::per_element());
  one_of::choose("eigen");
  const auto copy = layer;
  BOOST_TEST(copy.forward(ones({2, 4})).to_host() == std::vector<float>(6, 8.0F), boost::test_tools::per_element());
  layer.weight().mutable_value() = ones({3, 4});
  layer.prepare();
  BOOST_TEST(layer.forward(ones({2, 4})).to_host() == std::vector<float>(6, 4.0F), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_convolution_takes_the_maps_that_its_provider_takes_while_it_is_prepared) {
  const restored_choice at_end;
  const layers::activations<B, std::uint16_t> rounded({1, 2, 2, 2});
  layers::convolution<B> layer(2, 3);
  layer.weight().mutable_value() = ones({3, 2});
  BOOST_TEST(bytes_of_element(layer) == sizeof(float));
  one_of::choose("rounding");
  layer.prepare();
  BOOST_TEST(bytes_of_element(layer) == sizeof(std::uint16_t));
  BOOST_CHECK_NO_THROW(layer(rounded));
  BOOST_TEST(layer(ones({1, 2, 2, 2})).to_host() == std::vector<float>(12, 2.0F), boost::test_tools::per_element());
  layer.weight().mutable_value().mutable_data()[0] = 1;
  BOOST_TEST(!layer.is_prepared());
  BOOST_CHECK_THROW(layer(rounded), fewclip::error);
  one_of::choose("eigen");
  layer.prepare();
  BOOST_TEST(bytes_of_element(layer) == sizeof(float));
  BOOST_CHECK_THROW(layer(rounded), fewclip::error);
}

BOOST_AUTO_TEST_CASE(a_provider_that_is_unknown_or_that_this_processor_lacks_is_refused_and_the_choice_stays) {
  const restored_choice at_end;
  one_of::choose("doubled");
  BOOST_CHECK_EXCEPTION(one_of::choose("absent"), fewclip::device_error, [](const fewclip::device_error& e) {
    return std::string(e.what()) == "fewclip::products::any_of: provider: expected one that this processor has, got 'absent'";
  });
  BOOST_CHECK_EXCEPTION(one_of::choose("blas"), fewclip::value_error, [](const fewclip::value_error& e) {
    return std::string(e.what()) == "fewclip::products::any_of: provider: expected eigen, doubled, rounding, absent, got 'blas'";
  });
  BOOST_TEST(one_of::chosen() == 1U);
}
