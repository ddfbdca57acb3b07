#pragma once
// The cases of tests/golden/resnet.safetensors, by PyTorch and open_clip in double precision, and the inputs they were made from.

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/io/safetensors.hpp"

namespace fewclip::tests {

/// Numbers in [-0.5, 0.5), the same as `drawn` in tests/golden/resnet.py.
template <class B>
tensor<B> drawn(std::uint32_t seed, const shape& extents) {
  std::vector<typename B::scalar> values(static_cast<std::size_t>(extents.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint32_t x = (static_cast<std::uint32_t>(i) + seed * 7919U) * 2654435761U;
    x = (x ^ (x >> 16)) * 2246822519U;
    x = (x ^ (x >> 13)) * 3266489917U;
    x ^= x >> 16;
    values[i] = static_cast<typename B::scalar>(x / 4294967296.0 - 0.5);
  }
  return tensor<B>::from_host(values.data(), extents);
}

class golden_resnet {
 public:
  std::vector<double> values(const std::string& name) const { return file_.read<double>(name); }

  /// The factor that folds a norm into the weight of convolution `name`, and the folded bias.
  std::vector<double> factor(const std::string& name) const { return values(name + ".factor"); }
  std::vector<double> bias(const std::string& name) const { return values(name + ".bias"); }

  template <class B>
  void near(const tensor<B>& got, const std::string& name, double tolerance = 1e-10) const {
    near(got.to_host(), values(name), name, tolerance);
  }

  /// Compares a gradient with its digest: norm, inner product with drawn(99), first row.
  template <class B>
  void near_digest(const tensor<B>& gradient, const std::string& name) const {
    const auto all = gradient.to_host();
    const auto pattern = drawn<B>(99, gradient.extents()).to_host();
    double squares = 0;
    double along = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      squares += all[i] * all[i];
      along += all[i] * pattern[i];
    }
    near(std::vector<double>{std::sqrt(squares)}, values(name + ".norm"), name + ".norm", 1e-10);
    near(std::vector<double>{along}, values(name + ".along"), name + ".along", 1e-9);
    near(std::vector<double>(all.begin(), all.begin() + gradient.columns()), values(name + ".row"), name + ".row", 1e-10);
  }

 private:
  template <class Scalar>
  static void near(const std::vector<Scalar>& got, const std::vector<double>& expected, const std::string& name, double tolerance) {
    BOOST_TEST_REQUIRE(got.size() == expected.size(), name << " has " << got.size() << " elements, expected " << expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      BOOST_TEST(std::abs(static_cast<double>(got[i]) - expected[i]) <= tolerance * std::max(1.0, std::abs(expected[i])),
                 name << " " << i << ": " << got[i] << ", expected " << expected[i]);
    }
  }

  io::safetensors_file file_{std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/resnet.safetensors"};
};

}  // namespace fewclip::tests
