#include "fewclip/trainers/full_batch.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "affine_model.hpp"
#include "fewclip/autograd/operations/softmax.hpp"
#include "fewclip/io/safetensors.hpp"
#include "fewclip/losses/ridge_cross_entropy.hpp"

using namespace fewclip;
using namespace fewclip::tests;
namespace tt = boost::test_tools;

namespace {

using training = trainers::full_batch<losses::ridge_cross_entropy>;
static_assert(trainer<training, single, affine_model<single>>);

training::params exact(double inverse_regularisation) {
  return {.loss = {.inverse_regularisation = inverse_regularisation}, .optimizer = {.gradient_tolerance = 1e-9}};
}

/// How far from the optimum a point with a small gradient can be. To first order the distance is H^-1 g, so at most |g| over the smallest
/// eigenvalue of the Hessian H = C sum_i (diag(p_i) - p_i p_i^T) (x) z_i z_i^T + ridge on the weights, z_i = (x_i, 1); twice that, for what H
/// changes on the way. A shift of all biases changes nothing: its eigenvalue of 0 is left out, and a start at zero never moves along it.
struct optimum_bound {
  double point = 0;  ///< of each parameter
  double loss = 0;   ///< of the objective: g^T H^-1 g / 2, twice, and its own rounding
};

optimum_bound distance_bound(const affine_model<real>& model, const training_set<real>& set, double c, const training_report& report) {
  const auto rows = static_cast<Eigen::Index>(set.features.rows());
  const auto dim = static_cast<Eigen::Index>(set.features.columns());
  const auto classes = static_cast<Eigen::Index>(model.bias.value().size());
  const auto x = set.features.to_host();
  const auto p = ops::softmax(model.logits(set.features)).to_host();
  Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(classes * (dim + 1), classes * (dim + 1));
  for (Eigen::Index i = 0; i < rows; ++i) {
    Eigen::VectorXd z(dim + 1);
    z << Eigen::Map<const Eigen::VectorXd>(x.data() + i * dim, dim), 1.0;
    const Eigen::Map<const Eigen::VectorXd> own(p.data() + i * classes, classes);
    const Eigen::MatrixXd spread = Eigen::MatrixXd(own.asDiagonal()) - own * own.transpose();
    for (Eigen::Index a = 0; a < classes; ++a) {
      for (Eigen::Index b = 0; b < classes; ++b) {
        hessian.block(a * (dim + 1), b * (dim + 1), dim + 1, dim + 1) += c * spread(a, b) * z * z.transpose();
      }
    }
  }
  for (Eigen::Index k = 0; k < hessian.rows(); ++k) hessian(k, k) += k % (dim + 1) == dim ? 0 : 1;
  const double smallest = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(hessian, Eigen::EigenvaluesOnly).eigenvalues()(1);
  constexpr double eps = std::numeric_limits<double>::epsilon();
  const auto terms = static_cast<double>(rows * (dim + 1));
  const double rounding = terms * eps * std::max(1.0, c) * *std::max_element(x.begin(), x.end());
  const double gradient = std::sqrt(static_cast<double>(hessian.rows())) * (report.largest_gradient + rounding);
  return {2 * gradient / smallest, gradient * gradient / smallest + terms * eps * std::abs(report.final_loss)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_toy_problem_has_the_optimum_of_the_specification) {
  const auto set = toy_support<real>();
  const std::vector<std::vector<double>> golden{{1, 2.370203395405, -0.0029932465, -0.0426259697, 0.0456192163},
                                                {100, 12.389538162811, -0.1402849452, -0.0495002038, 0.1897851490},
                                                {0.01, 0.064204310922, 0.0011012955, -0.0038938890, 0.0027925935}};
  for (const auto& row : golden) {
    affine_model<real> model(3, 8);
    const auto report = training::train(model, set.features, set.labels, exact(row[0]));
    BOOST_TEST(report.converged);
    BOOST_TEST(report.largest_gradient <= 1e-9);
    BOOST_TEST(report.first_loss == row[0] * 6 * std::log(3.0), tt::tolerance(1e-12));
    const optimum_bound off = distance_bound(model, set, row[0], report);
    BOOST_TEST(off.point < 1e-6);                                          // else the test says nothing
    BOOST_TEST(std::abs(report.final_loss - row[1]) <= off.loss + 5e-13);  // the golden values have 12 and 10 decimals
    const auto bias = model.bias.value().to_host();
    for (std::size_t c = 0; c < 3; ++c) BOOST_TEST(std::abs(bias[c] - row[c + 2]) <= off.point + 5e-11);
  }
}

BOOST_AUTO_TEST_CASE(a_logistic_problem_has_the_optimum_found_by_newtons_method) {
  const io::safetensors_file golden(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/optimizers.safetensors");
  const auto z = golden.read<double>("lbfgs.Z");
  const auto y = golden.read<label>("lbfgs.labels");
  affine_model<real> model(3, 3);
  const training_set<real> set{tensor<real>::from_host(z.data(), {12, 3}), label_tensor<real>::from_host(y.data(), {12})};
  const double c = golden.read<double>("lbfgs.creg")[0];
  const auto report = training::train(model, set.features, set.labels, exact(c));
  const optimum_bound off = distance_bound(model, set, c, report);
  BOOST_TEST(off.point < 1e-6);
  BOOST_TEST(report.final_loss == golden.read<double>("lbfgs.objective")[0], tt::tolerance(1e-11));
  const auto expected = golden.read<double>("lbfgs.W");
  const auto weights = model.weights.value().to_host();
  for (std::size_t i = 0; i < expected.size(); ++i) BOOST_TEST(std::abs(weights[i] - expected[i]) <= off.point + 1e-12);
}

BOOST_AUTO_TEST_CASE(classes_stay_centred_from_a_start_at_zero) {
  affine_model<real> model(3, 8);
  const auto set = toy_support<real>();
  training::train(model, set.features, set.labels, exact(1));
  const auto bias = model.bias.value().to_host();
  BOOST_TEST(std::abs(std::accumulate(bias.begin(), bias.end(), 0.0)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(single_precision_comes_within_its_rounding) {
  affine_model<single> model(3, 8);
  const auto set = toy_support<single>();
  const auto report = training::train(model, set.features, set.labels, {.loss = {.inverse_regularisation = 1}});
  BOOST_TEST(report.converged);
  BOOST_TEST(report.final_loss == 2.370203395405, tt::tolerance(2e-6));
}

BOOST_AUTO_TEST_CASE(the_tolerance_follows_the_weight_of_the_data) {
  // For C towards 0 the optimum is W = C (L - P)^T Z with P = 1 / classes: in units of C it does not depend on C, though the gradient does.
  const auto set = toy_support<single>();
  const auto z = set.features.to_host();
  const auto labels = set.labels.to_host();
  for (const double weight : {1e-3, 1e-4, 1e-6, 1e-9}) {
    affine_model<single> model(3, 8);
    const auto report = training::train(model, set.features, set.labels, {.loss = {.inverse_regularisation = weight}});
    BOOST_TEST(report.converged);
    BOOST_TEST(report.steps >= 1);
    BOOST_TEST(report.largest_gradient <= 1e-4 * weight);
    const auto weights = model.weights.value().to_host();
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t d = 0; d < 8; ++d) {
        double expected = 0;
        for (std::size_t i = 0; i < 6; ++i) {
          expected += ((static_cast<std::size_t>(labels[i]) == c ? 1.0 : 0.0) - 1.0 / 3) * static_cast<double>(z[8 * i + d]);
        }
        BOOST_TEST(std::abs(static_cast<double>(weights[8 * c + d]) / weight - expected) < 1e-3 + 10 * weight);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(what_rounding_ends_is_reported_as_stalled_and_a_limit_is_not) {
  const auto set = toy_support<single>();
  affine_model<single> model(3, 8);
  training::params settings{.loss = {.inverse_regularisation = 100}, .optimizer = {.gradient_tolerance = 1e-30}};
  const auto rounded = training::train(model, set.features, set.labels, settings);
  BOOST_TEST((!rounded.converged && rounded.stalled));
  BOOST_TEST(rounded.steps < settings.optimizer.max_iterations);
  settings.optimizer.max_iterations = 2;
  affine_model<single> other(3, 8);
  const auto limited = training::train(other, set.features, set.labels, settings);
  BOOST_TEST((!limited.converged && !limited.stalled));
}

BOOST_AUTO_TEST_CASE(a_limit_of_iterations_is_reported_as_not_converged) {
  affine_model<real> model(3, 8);
  const auto set = toy_support<real>();
  auto settings = exact(1);
  settings.optimizer.max_iterations = 2;
  const auto report = training::train(model, set.features, set.labels, settings);
  BOOST_TEST(!report.converged);
  BOOST_TEST(!report.stopped_early);
  BOOST_TEST(report.steps == 2);
  BOOST_TEST(report.losses.size() == 2);
}

BOOST_AUTO_TEST_CASE(an_interruption_changes_nothing) {
  const auto set = random_set<single>(40, 6, 4);
  affine_model<single> whole(4, 6);
  const auto expected = training::train(whole, set.features, set.labels, {});
  BOOST_TEST(expected.steps > 12);
  trainer_state<single> state;
  affine_model<single> first(4, 6);
  const auto begun = training::train(
      first, set.features, set.labels, {}, [](const progress& event) { return event.done < 11; }, &state);
  BOOST_TEST(begun.stopped_early);
  BOOST_TEST(begun.steps == 11);
  state = trainer_state<single>::load(state.save());
  affine_model<single> second(4, 6);
  const auto resumed = training::train(second, set.features, set.labels, {}, {}, &state);
  BOOST_TEST((all_values(second) == all_values(whole)));
  BOOST_TEST(resumed.steps == expected.steps);
  BOOST_TEST(resumed.losses == expected.losses, tt::per_element());
}

BOOST_AUTO_TEST_CASE(results_do_not_depend_on_the_number_of_threads) {
  const int before = threads();
  const auto set = random_set<single>(500, 130, 50);
  std::vector<std::vector<float>> results;
  for (const int count : {1, 2}) {
    set_threads(count);
    affine_model<single> model(50, 130);
    training::train(model, set.features, set.labels, {.optimizer = {.max_iterations = 5}});
    results.push_back(all_values(model));
  }
  set_threads(before);
  BOOST_TEST((results[0] == results[1]));
}

BOOST_AUTO_TEST_CASE(a_label_for_every_row_is_required) {
  affine_model<real> model(3, 8);
  const auto set = toy_support<real>();
  BOOST_CHECK_THROW(training::train(model, set.features, label_tensor<real>({5}), {}), shape_error);
}
