// exp, erf and the square root keep their accuracy and a row that is not a number is refused, whatever flags this was compiled with.
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/sets.hpp"

namespace {

using backend = fewclip::backend::cpu<float>;

int failures = 0;

void require(bool holds, const char* what, double got) {
  if (!holds) std::printf("%s: got %g\n", what, got);
  failures += holds ? 0 : 1;
}

bool refused(float value) {
  const std::vector<float> rows{1.0F, 0.0F, value, 0.0F};
  try {
    fewclip::require_rows<backend>(fewclip::tensor<backend>::from_host(rows.data(), {2, 2}), "test", "rows", false);
  } catch (const fewclip::value_error&) {
    return true;
  }
  return false;
}

}  // namespace

int main(int count, char**) {
  std::vector<float> x(4096), exponentials(x.size()), errors(x.size()), roots(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = -20.0F + 40.0F * static_cast<float>(i) / 4095.0F;
  for (std::size_t i = 0; i < x.size(); ++i) exponentials[i] = fewclip::math::exp(x[i]);
  for (std::size_t i = 0; i < x.size(); ++i) errors[i] = fewclip::math::erf(x[i]);
  for (std::size_t i = 0; i < x.size(); ++i) roots[i] = fewclip::math::sqrt(x[i] * x[i] + 1e-3F);
  double of_exp = 0, of_erf = 0, of_sqrt = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double at = x[i];
    of_exp = std::fmax(of_exp, std::fabs(exponentials[i] / std::exp(at) - 1));
    of_erf = std::fmax(of_erf, std::fabs(errors[i] - std::erf(at)));
    of_sqrt = std::fmax(of_sqrt, std::fabs(roots[i] / std::sqrt(double{x[i] * x[i] + 1e-3F}) - 1));
  }
  require(of_exp < 2e-7, "relative error of exp", of_exp);
  require(of_erf < 2e-7, "error of erf", of_erf);
  require(of_sqrt < 2e-7, "relative error of sqrt", of_sqrt);
  const auto zero = static_cast<std::uint32_t>(count - 1);  // known at run time only
  require(refused(std::bit_cast<float>(0x7FC00000U + zero)), "a row with NaN: expected to be refused", 0);
  require(refused(std::bit_cast<float>(0x7F800000U + zero)), "a row with infinity: expected to be refused", 0);
  require(!refused(1.0F), "a row of numbers: expected to be taken", 0);
  return failures == 0 ? 0 : 1;
}
