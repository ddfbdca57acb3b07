#include "fewclip/refiners/prior_channels.hpp"

#include <boost/test/unit_test.hpp>

#include "../methods/toy.hpp"
#include "fewclip/testing/refiner_suite.hpp"

namespace {

using fewclip::index;
using fewclip::label;
using fewclip::refiners::prior_channels;
namespace prior = fewclip::refiners::prior;
using with_images = prior_channels<prior::text_and_images>;
using text_only = prior_channels<prior::text>;
using real = fewclip::testing::exact_backend;

std::vector<label> kept(const auto& refiner) { return refiner.channels().to_host(); }

/// Weights that leave one ingredient of J alone.
template <class Refiner>
std::vector<double> similarity(const fewclip::class_text<real>& text, const fewclip::support_set<real>& support) {
  auto scores =
      typename Refiner::template fitted<real>(text, support, {.channels = 1, .similarity_weight = 1, .variance_weight = 0}).scores();
  for (double& each : scores) each = -each;
  return scores;
}
std::vector<double> variance(const fewclip::class_text<real>& text) {
  return text_only::fitted<real>(text, {}, {.channels = 1, .similarity_weight = 0, .variance_weight = 1}).scores();
}

void check_near(const std::vector<double>& got, const std::vector<double>& expected, double tolerance) {
  BOOST_TEST_REQUIRE(got.size() == expected.size());
  for (std::size_t d = 0; d < got.size(); ++d) BOOST_TEST(std::abs(got[d] - expected[d]) < tolerance);
}

std::string message(const auto& action) {
  try {
    action();
  } catch (const fewclip::value_error& error) {
    return error.what();
  }
  return "no value_error";
}

BOOST_AUTO_TEST_CASE_TEMPLATE(it_behaves_as_a_refiner, B, fewclip::testing::cpu_backends) {
  fewclip::testing::refiner_suite<with_images, B>();
  fewclip::testing::refiner_suite<text_only, B>();
}

BOOST_AUTO_TEST_CASE(the_closed_form_of_the_similarity_equals_the_quadruple_loop_with_unequal_shots) {
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << fewclip::testing::seed()) {
    const fewclip::testing::random_problem<real> problem;
    std::vector<std::vector<const double*>> groups;
    for (index c = 0; c < problem.classes; ++c) groups.push_back({problem.text_rows.data() + c * problem.dim});
    for (std::size_t i = 0; i < problem.labels.size(); ++i) {
      groups[static_cast<std::size_t>(problem.labels[i])].push_back(problem.support_rows.data() + static_cast<index>(i) * problem.dim);
    }
    std::vector<double> direct(static_cast<std::size_t>(problem.dim), 0);
    for (std::size_t d = 0; d < direct.size(); ++d) {
      double pairs = 0;
      for (std::size_t i = 0; i < groups.size(); ++i) {
        for (std::size_t j = 0; j < groups.size(); ++j) {
          if (i == j) continue;
          for (const double* a : groups[i]) {
            for (const double* b : groups[j]) {
              direct[d] += a[d] * b[d];
              pairs += 1;
            }
          }
        }
      }
      direct[d] /= pairs;
    }
    check_near(similarity<with_images>(problem.text(), problem.support()), direct, 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(over_texts_alone_the_similarity_is_the_squared_mean_less_the_variance_per_class) {
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << fewclip::testing::seed()) {
    const fewclip::testing::random_problem<real> problem;
    const auto spread = variance(problem.text());
    std::vector<double> expected;
    for (index d = 0; d < problem.dim; ++d) {
      double mean = 0;
      for (index c = 0; c < problem.classes; ++c) mean += problem.text_rows.data()[c * problem.dim + d] / problem.classes;
      expected.push_back(mean * mean - spread[static_cast<std::size_t>(d)] / problem.classes);
    }
    check_near(similarity<text_only>(problem.text(), {}), expected, 1e-15);
  }
}

BOOST_AUTO_TEST_CASE(the_ingredients_of_the_toy_problem_are_the_golden_ones) {
  const auto text = toy::text<real>();
  const auto support = toy::support<real>();
  check_near(similarity<with_images>(text, support),
             {0.1288286553, -0.0454519554, -0.0707078182, -0.0282878270, -0.0361705349, -0.0299553575, -0.0561670767, 0.1328129775}, 1e-9);
  check_near(similarity<text_only>(text, support),
             {0.0762214152, -0.0610340302, -0.0931935651, -0.0196249285, -0.0183692770, -0.0431047753, -0.0694483985, 0.1300767821}, 1e-9);
  check_near(variance(text),
             {0.0031626564, 0.2068289736, 0.2826582132, 0.0762050989, 0.1108442411, 0.1482684087, 0.2596416904, 0.0108674951}, 1e-9);
  check_near(with_images::fitted<real>(text, support, {}).scores(),
             {-0.0892312618, 0.0938650608, 0.1342929367, 0.0426630086, 0.0585726468, 0.0654492728, 0.1172094608, -0.0897088357}, 1e-9);
  check_near(text_only::fitted<real>(text, support, {}).scores(),
             {-0.0127141579, 0.1776699849, 0.2447652835, 0.0648890648, 0.0923492483, 0.1272356820, 0.2216030320, -0.0173213603}, 1e-9);
}

/// What the APE authors' code computed until August 2023 in place of S: products within a class instead of between classes.
std::vector<double> similarity_before_the_repair(const fewclip::class_text<real>& text, const fewclip::support_set<real>& support) {
  const auto sums = fewclip::refiners::detail::class_sums<real>(text.rows(), &support);
  std::vector<double> out(static_cast<std::size_t>(sums.columns()), 0);
  double pairs = 0;
  for (const index rows : support.labels().counts()) pairs += static_cast<double>((rows + 1) * (rows + 1));
  for (index c = 0; c < sums.rows(); ++c) {
    for (index d = 0; d < sums.columns(); ++d) {
      const double sum = sums.data()[c * sums.columns() + d];
      out[static_cast<std::size_t>(d)] += sum * sum / pairs;
    }
  }
  return out;
}

BOOST_AUTO_TEST_CASE(the_similarity_within_classes_of_the_first_public_version_is_another_one) {
  const auto text = toy::text<real>();
  const auto support = toy::support<real>();
  const auto before = similarity_before_the_repair(text, support);
  check_near(before, {0.1366186201, 0.1093002360, 0.1415876569, 0.0738079431, 0.0725659010, 0.0672519144, 0.1459558395, 0.1431997989},
             1e-9);
  const auto after = similarity<with_images>(text, support);
  for (std::size_t d = 0; d < before.size(); ++d) BOOST_TEST(std::abs(before[d] - after[d]) > 5e-3);
}

BOOST_AUTO_TEST_CASE(with_and_without_images_other_channels_are_kept) {
  const auto text = toy::text<real>();
  const auto support = toy::support<real>();
  BOOST_TEST(kept(with_images::fitted<real>(text, support, {4, 0.9, 0.1})) == (std::vector<label>{1, 2, 4, 6}),
             boost::test_tools::per_element());
  BOOST_TEST(kept(text_only::fitted<real>(text, support, {4, 0.9, 0.1})) == (std::vector<label>{1, 2, 5, 6}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(of_equal_scores_the_lower_channel_is_kept) {
  // Variances over the two classes: 2, 0, 2, 0, 2.
  const double rows[]{1, 1, 1, 1, 1, -1, 1, -1, 1, -1};
  const fewclip::class_text<real> text(fewclip::matrix_view<double>(rows, 2, 5));
  BOOST_TEST(kept(text_only::fitted<real>(text, {}, {2, 0, 1})) == (std::vector<label>{0, 2}), boost::test_tools::per_element());
  BOOST_TEST(kept(text_only::fitted<real>(text, {}, {4, 0, 1})) == (std::vector<label>{0, 1, 2, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(channels_above_one_are_a_count_and_up_to_one_a_share) {
  const auto text = toy::text<real>();
  const auto count = [&](double channels) { return kept(text_only::fitted<real>(text, {}, {.channels = channels})).size(); };
  BOOST_TEST(count(1) == 8);
  BOOST_TEST(count(0.75) == 6);
  BOOST_TEST(count(0.5) == 4);
  BOOST_TEST(count(0) == 1);
  BOOST_TEST(count(3) == 3);
  BOOST_TEST(count(5.9) == 5);
  BOOST_TEST(count(8) == 8);
}

BOOST_AUTO_TEST_CASE(refining_gathers_the_kept_channels_and_makes_unit_rows) {
  const double texts[]{1, 0, 1, -1, 0, -1};
  const fewclip::class_text<real> text(fewclip::matrix_view<double>(texts, 2, 3));
  const text_only::fitted<real> refiner(text, {}, {2, 0, 1});
  const double x[]{3, 9, 4};
  const auto row = fewclip::tensor<real>::borrow(x, {1, 3});
  BOOST_TEST(refiner.select(row).to_host() == (std::vector<double>{3, 4}), boost::test_tools::per_element());
  const auto refined = refiner.refine(row).to_host();
  BOOST_TEST(std::abs(refined[0] - 0.6) < 1e-15);
  BOOST_TEST(std::abs(refined[1] - 0.8) < 1e-15);
}

BOOST_AUTO_TEST_CASE(permuting_classes_leaves_the_scores_alone) {
  BOOST_TEST_CONTEXT("FEWCLIP_TEST_SEED=" << fewclip::testing::seed()) {
    const fewclip::testing::random_problem<real> problem;
    std::vector<label> labels = problem.labels;
    for (label& y : labels) y = 6 - y;
    const fewclip::support_set<real> support(problem.support_rows, {std::move(labels), 7});
    const with_images::fitted<real> before(problem.text(), problem.support(), {});
    const with_images::fitted<real> after(problem.text({6, 5, 4, 3, 2, 1, 0}), support, {});
    check_near(after.scores(), before.scores(), 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(more_channels_than_there_are_and_a_single_class_are_refused) {
  const auto text = toy::text<real>();
  BOOST_TEST(message([&] { text_only::fitted<real>(text, {}, {.channels = 9}); }) ==
             "fewclip::refiners::prior_channels: channels: expected at most 8 (the features' width), got 9");
  const fewclip::class_text<real> one(text.rows().rows_slice(0, 1));
  BOOST_TEST(message([&] { text_only::fitted<real>(one, {}, {}); }) ==
             "fewclip::refiners::prior_channels: classes: expected at least 2, got 1");
}

}  // namespace
