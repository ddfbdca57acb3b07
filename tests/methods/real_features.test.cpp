// test options: O2 once
#include "real_features.hpp"

#include "fewclip/methods/ape.hpp"
#include "fewclip/methods/ape_t.hpp"
#include "fewclip/methods/clip_adapter.hpp"
#include "fewclip/methods/linear_probe.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/methods/tip_x.hpp"
#include "fewclip/methods/zero_shot.hpp"

// Counts of correct predictions measured in double precision by an independent implementation: closed forms agree within 2, trained
// methods within 3.

namespace {

namespace methods = fewclip::methods;

const std::vector<std::size_t> all_shots{1, 2, 4, 8, 16};

const real::benchmark<>& caltech() {
  static const real::benchmark<> data("caltech101_67.safetensors");
  return data;
}

template <class Params>
Params with(Params params, std::initializer_list<std::pair<std::string_view, double>> values) {
  for (const auto& [name, value] : values) fewclip::set_setting(params, name, value);
  return params;
}

void near(fewclip::index got, fewclip::index expected, fewclip::index tolerance) {
  BOOST_TEST(std::abs(got - expected) <= tolerance, "expected " << expected << " hits within " << tolerance << ", got " << got);
}

/// Hits of a method at each number of shots.
template <class Method>
void check(const real::benchmark<>& data, const typename Method::params& settings, const std::vector<std::size_t>& shots,
           const std::vector<fewclip::index>& expected, fewclip::index tolerance) {
  for (std::size_t k = 0; k < shots.size(); ++k) {
    near(data.hits(Method(data.text(), data.support(shots[k]), settings)), expected[k], tolerance);
  }
}

/// Fifty steps on all rows at once, as in the reference.
template <class Params>
Params fifty_full_steps(Params params) {
  return with(params, {{"epochs", 50}, {"batch_size", 100000}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(with_data, *boost::unit_test::precondition(shared_data::is_there))

BOOST_AUTO_TEST_CASE(zero_shot_meets_its_counts) {
  near(caltech().hits(methods::zero_shot<>(caltech().text(), {})), 1791, 2);
  const real::benchmark<> imagenet("imagenet.safetensors");
  near(imagenet.hits(methods::zero_shot<>(imagenet.text(), {})), 2445, 2);
  check<methods::tip_adapter<>>(imagenet, {}, {1, 2}, {2477, 2480}, 2);
}

BOOST_AUTO_TEST_CASE(training_free_methods_meet_their_counts_at_every_number_of_shots) {
  check<methods::tip_adapter<>>(caltech(), {}, all_shots, {1795, 1798, 1808, 1813, 1817}, 2);
  check<methods::tip_x<>>(caltech(), {}, all_shots, {1797, 1800, 1813, 1813, 1820}, 2);
  using transductive = methods::tip_x<fewclip::backend::cpu<>, fewclip::selectors::fixed, fewclip::caches::rescaling::transductive>;
  check<transductive>(caltech(), {}, all_shots, {1797, 1800, 1813, 1813, 1819}, 2);
  check<methods::ape<>>(caltech(), with(methods::ape<>::params{}, {{"channels", 384}}), all_shots, {1800, 1810, 1825, 1816, 1819}, 2);
  check<methods::ape<>>(caltech(), with(methods::ape<>::params{}, {{"channels", 400}}), all_shots, {1800, 1809, 1823, 1818, 1817}, 2);
}

BOOST_AUTO_TEST_CASE(trained_methods_meet_their_counts_after_fifty_full_steps) {
  check<methods::tip_adapter_f<>>(caltech(), fifty_full_steps(methods::tip_adapter_f<>::params{}), all_shots,
                                  {1805, 1810, 1826, 1818, 1827}, 3);
  check<methods::ape_t<>>(caltech(), fifty_full_steps(with(methods::ape_t<>::params{}, {{"channels", 384}})), all_shots,
                          {1821, 1826, 1826, 1821, 1832}, 3);
}

BOOST_AUTO_TEST_CASE(losses_of_the_trained_methods_are_the_reference_losses) {
  const std::vector<double> first{.123939388, .155471878, .144145020, .119910690, .102476589};
  const std::vector<double> of_tip{.009466995, .016468909, .017150192, .019104688, .018489209};
  const std::vector<double> of_ape{.000943655, .001749339, .002440453, .003611607, .004252813};
  const auto near = [](double got, double expected) { BOOST_TEST(std::abs(got / expected - 1) < 0.01); };
  for (std::size_t k = 0; k < all_shots.size(); ++k) {
    const auto support = caltech().support(all_shots[k]);
    const auto settings = with(fifty_full_steps(methods::tip_adapter_f<>::params{}), {{"evaluate_at_end", 1}});
    const methods::tip_adapter_f<> tip(caltech().text(), support, settings);
    near(tip.training().first_loss, first[k]);
    near(tip.training().final_loss, of_tip[k]);
    const auto residual = with(fifty_full_steps(methods::ape_t<>::params{}), {{"evaluate_at_end", 1}, {"channels", 384}});
    const methods::ape_t<> ape(caltech().text(), support, residual);
    near(ape.training().first_loss, first[k]);
    near(ape.training().final_loss, of_ape[k]);
  }
}

BOOST_AUTO_TEST_CASE(linear_probe_meets_objectives_and_counts) {
  const std::vector<fewclip::index> hits{1612, 1704, 1774, 1794, 1817};
  const std::vector<double> objectives{3000.424747, 4814.710855, 7011.672744, 10013.372645, 13550.994901};
  for (std::size_t k = 0; k < all_shots.size(); ++k) {
    const methods::linear_probe<> model({}, caltech().support(all_shots[k]));
    BOOST_TEST(std::abs(model.training().final_loss / objectives[k] - 1) < 1e-4);
    near(caltech().hits(model), hits[k], 3);
  }
  const real::benchmark<> textures("dtd.safetensors");
  check<methods::linear_probe<>>(textures, {}, all_shots, {597, 745, 903, 1043, 1110}, 3);
}

BOOST_AUTO_TEST_CASE(at_sixteen_shots_every_method_with_its_defaults_is_at_or_above_zero_shot) {
  const fewclip::index zero_shot = caltech().hits(methods::zero_shot<>(caltech().text(), {}));
  const auto text = caltech().text();
  const auto support = caltech().support(16);
  BOOST_TEST(caltech().hits(methods::tip_adapter<>(text, support)) >= zero_shot);
  BOOST_TEST(caltech().hits(methods::tip_adapter_f<>(text, support)) >= zero_shot);
  BOOST_TEST(caltech().hits(methods::tip_x<>(text, support)) >= zero_shot);
  BOOST_TEST(caltech().hits(methods::ape<>(text, support)) >= zero_shot);
  BOOST_TEST(caltech().hits(methods::ape_t<>(text, support)) >= zero_shot);
  BOOST_TEST(caltech().hits(methods::clip_adapter<>(text, support)) >= zero_shot);
}

BOOST_AUTO_TEST_SUITE_END()
