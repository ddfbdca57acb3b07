#include "fewclip/heads/linear.hpp"

#include <boost/test/unit_test.hpp>

#include "fewclip/testing/trainable_suite.hpp"

namespace {

using fewclip::heads::linear;
using real = fewclip::testing::exact_backend;

BOOST_AUTO_TEST_CASE(the_linear_head_behaves_as_a_trainable_adapter) {
  fewclip::testing::adapter_suite<linear, real>();
  fewclip::testing::trainable_suite<linear, real>();
}

BOOST_AUTO_TEST_CASE(an_untrained_linear_head_scores_every_class_zero) {
  const fewclip::testing::random_problem<real> problem;
  const auto model = fewclip::testing::fit<linear, real>(problem);
  for (const double score : model.logits(problem.queries).to_host()) BOOST_TEST(score == 0);
}

BOOST_AUTO_TEST_CASE(logits_are_products_with_the_weight_rows_plus_the_bias) {
  const double support[]{0, 0};
  linear::fitted<real> head({}, fewclip::support_set<real>({support, 1, 2}, {std::vector<int>{1}, 3}), {});
  const auto names = fewclip::testing::parameter_names(head);
  BOOST_TEST(names == (std::vector<std::string>{"weight", "bias"}), boost::test_tools::per_element());
  fewclip::visit_parameters(head, [](std::string_view name, fewclip::parameter<real>& each) {
    const std::vector<double> weight{1, 2, 3, 4, 5, 6}, bias{10, 20, 30};
    BOOST_TEST(each.value().extents().text() == (name == "weight" ? "[3, 2]" : "[3]"));
    each.mutable_value() = fewclip::tensor<real>::from_host((name == "weight" ? weight : bias).data(), each.value().extents());
  });
  const double x[]{1, -1};
  const auto logits = head.logits(fewclip::tensor<real>::borrow(x, {1, 2}));
  BOOST_TEST(logits.to_host() == (std::vector<double>{9, 19, 29}), boost::test_tools::per_element());
}

}  // namespace
