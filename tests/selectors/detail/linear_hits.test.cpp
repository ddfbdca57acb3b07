#include "fewclip/selectors/detail/linear_hits.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "fewclip/backend/cpu.hpp"

using fewclip::label;
using fewclip::selectors::detail::linear_hits;

namespace {

const unsigned seed = std::random_device{}();

template <class B>
std::vector<fewclip::index> by_argmax(const std::vector<typename B::scalar>& z, const std::vector<typename B::scalar>& r,
                                      const std::vector<label>& y, fewclip::index classes, const std::vector<double>& factors) {
  const auto width = static_cast<std::size_t>(classes);
  std::vector<fewclip::index> out;
  for (const double factor : factors) {
    fewclip::index hits = 0;
    for (std::size_t b = 0; b < y.size(); ++b) {
      std::vector<typename B::scalar> row(width);
      for (std::size_t c = 0; c < width; ++c) row[c] = z[b * width + c] + static_cast<typename B::scalar>(factor) * r[b * width + c];
      hits += std::max_element(row.begin(), row.end()) - row.begin() == y[b] ? 1 : 0;
    }
    out.push_back(hits);
  }
  return out;
}

template <class B, class Draw>
void compare(Draw&& draw, fewclip::index rows, fewclip::index classes, const std::vector<double>& factors) {
  BOOST_TEST_MESSAGE("seed " << seed);
  std::vector<typename B::scalar> z(static_cast<std::size_t>(rows * classes));
  std::vector<typename B::scalar> r(z.size());
  std::vector<label> y(static_cast<std::size_t>(rows));
  for (auto& each : z) each = static_cast<typename B::scalar>(draw());
  for (auto& each : r) each = static_cast<typename B::scalar>(draw());
  for (std::size_t b = 0; b < y.size(); ++b) y[b] = static_cast<label>(b % static_cast<std::size_t>(classes));
  const auto got =
      linear_hits<B>(fewclip::tensor<B>::from_host(z.data(), {rows, classes}), fewclip::tensor<B>::from_host(r.data(), {rows, classes}),
                     fewclip::label_tensor<B>::from_host(y.data(), fewclip::shape{rows}), factors);
  BOOST_TEST(got == by_argmax<B>(z, r, y, classes, factors), boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_factor_has_the_hits_of_an_argmax) {
  using B = fewclip::backend::cpu<float>;
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> factors;
  for (int i = 0; i < 101; ++i) factors.push_back(-3 + 0.06 * ((i * 37) % 101));
  compare<B>([&] { return normal(random); }, 1000, 5, factors);
  compare<B>([&] { return 100 * normal(random); }, 300, 70, factors);
}

BOOST_AUTO_TEST_CASE(among_exact_ties_the_first_maximum_wins) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> few(-2, 2);
  // Whole numbers times halves: margins are 0 very often, and every sum is exact.
  compare<fewclip::backend::cpu<float>>([&] { return few(random); }, 2000, 4, {-1, 0, 0.5, 1, 1.5, 2, 4});
  compare<fewclip::backend::cpu<double>>([&] { return few(random); }, 2000, 4, {2, 0.5, 0, 1});
}

BOOST_AUTO_TEST_CASE(near_ties_are_decided_by_the_same_rounding_as_an_argmax) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> few(0, 2);
  // 100 plus a few units in the last place; products with these factors are exact.
  compare<fewclip::backend::cpu<float>>([&] { return 100 + few(random) * 7.6e-6; }, 2000, 6, {0, 0.25, 0.5, 1, 2});
}

BOOST_AUTO_TEST_CASE(one_row_by_hand) {
  using B = fewclip::backend::cpu<double>;
  const std::vector<double> z{0, 1, 2};
  const std::vector<double> r{0, 1, 0};
  const std::vector<label> y{1};
  // Class 1 scores 1 + v: it beats class 0 for v > -1 and class 2 for v >= 1, the tie with the later class counting for it.
  const auto got = linear_hits<B>(fewclip::tensor<B>::from_host(z.data(), {1, 3}), fewclip::tensor<B>::from_host(r.data(), {1, 3}),
                                  fewclip::label_tensor<B>::from_host(y.data(), fewclip::shape{1}), {0.999, 1, 1.001, -5});
  const std::vector<fewclip::index> expected{0, 1, 1, 0};
  BOOST_TEST(got == expected, boost::test_tools::per_element());
}
