#include "fewclip/prompts/raw_ensemble.hpp"

#include <boost/test/unit_test.hpp>

#include "../methods/toy.hpp"
#include "fewclip/prompts/ensemble.hpp"

namespace {

/// The second prompt of each class of the toy problem; see zero_shot's specification.
std::vector<double> two_prompts() {
  std::vector<double> out;
  for (int c = 0; c < 3; ++c) {
    for (int j = 1; j <= 8; ++j) out.push_back(toy::prototype(c, j) + 0.3 * std::cos(1.1 * (c + 2) * j));
    for (int j = 1; j <= 8; ++j) out.push_back(toy::prototype(c, j) + 0.4 * std::sin(0.5 * (c + 1) * j * j));
  }
  return out;
}

const std::vector<fewclip::index> twos(3, 2);

}  // namespace

BOOST_AUTO_TEST_CASE(a_long_embedding_counts_more) {
  const std::vector<double> embeddings{3, 0, 0, 1};
  const std::vector<fewclip::index> counts{2};
  const auto row = fewclip::prompts::class_rows_of_raw_means<double>(std::span<const double>(embeddings), 2, counts);
  BOOST_TEST(std::abs(row[0] - 3 / std::sqrt(10.0)) < 1e-15);
  BOOST_TEST(std::abs(row[1] - 1 / std::sqrt(10.0)) < 1e-15);
}

BOOST_AUTO_TEST_CASE(the_toy_problem_gives_the_row_of_the_specification) {
  const auto embeddings = two_prompts();
  const auto rows = fewclip::prompts::class_rows_of_raw_means<double>(std::span<const double>(embeddings), 8, twos);
  const std::vector<double> expected{0.2852362102,  0.4906350603,  0.3545558257,  0.1799370573,
                                     -0.1590147457, -0.3942248193, -0.5442219123, -0.2072534112};
  for (std::size_t j = 0; j < 8; ++j) BOOST_TEST(std::abs(rows[j] - expected[j]) < 1e-10);
}

BOOST_AUTO_TEST_CASE(one_prompt_per_class_gives_the_usual_rows) {
  const auto text = toy::raw_text();
  const std::vector<fewclip::index> ones(3, 1);
  const auto raw = fewclip::prompts::class_rows_of_raw_means<double>(std::span<const double>(text), 8, ones);
  const auto usual = fewclip::prompts::class_rows<double>(std::span<const double>(text), 8, ones);
  for (std::size_t i = 0; i < raw.size(); ++i) BOOST_TEST(std::abs(raw[i] - usual[i]) < 1e-15);
}

BOOST_AUTO_TEST_CASE(embeddings_that_do_not_fit_or_cancel_out_are_refused) {
  const std::vector<double> embeddings{1, 0, -1, 0};
  const auto rows = [&](fewclip::index dim, const std::vector<fewclip::index>& counts) {
    return fewclip::prompts::class_rows_of_raw_means<double>(std::span<const double>(embeddings), dim, counts);
  };
  BOOST_CHECK_THROW(rows(2, {2}), fewclip::value_error);
  BOOST_CHECK_THROW(rows(2, {2, 0}), fewclip::value_error);
  BOOST_CHECK_THROW(rows(3, {2}), fewclip::shape_error);
}
