#pragma once
// Values of tests/golden/tuned_methods.safetensors, by PyTorch and open_clip.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/sets.hpp"
#include "fewclip/io/safetensors.hpp"

namespace tuned_golden {

using B = fewclip::backend::cpu<double>;

inline const fewclip::io::safetensors_file& file() {
  static const fewclip::io::safetensors_file opened(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/tuned_methods.safetensors");
  return opened;
}

inline std::vector<double> values(const std::string& name) { return file().read<double>(name); }

inline fewclip::tensor<B> rows(const std::string& name) {
  fewclip::shape extents;
  for (const auto extent : file().info(name).shape) extents.append(static_cast<fewclip::index>(extent));
  return fewclip::tensor<B>::from_host(values(name).data(), extents);
}

/// The largest difference relative to max(1, |expected|) is at most `tolerance`; what it is goes to the log.
inline void near(const std::vector<double>& got, const std::string& name, double tolerance = 1e-9) {
  const auto expected = values(name);
  BOOST_TEST_REQUIRE(got.size() == expected.size(), name << ": " << got.size() << " values, expected " << expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < got.size(); ++i)
    worst = std::max(worst, std::abs(got[i] - expected[i]) / std::max(1.0, std::abs(expected[i])));
  BOOST_TEST_MESSAGE(name << " differs by " << worst);
  BOOST_TEST(worst <= tolerance, name << " differs by " << worst);
}
inline void near(const fewclip::tensor<B>& got, const std::string& name, double tolerance = 1e-9) { near(got.to_host(), name, tolerance); }

}  // namespace tuned_golden
