#pragma once

// Every method against an independent NumPy and PyTorch implementation on a generated problem with unequal shots (tests/golden/README.md).

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/io/safetensors.hpp"
#include "fewclip/methods/ape.hpp"
#include "fewclip/methods/ape_t.hpp"
#include "fewclip/methods/clip_adapter.hpp"
#include "fewclip/methods/linear_probe.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/methods/tip_x.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/samplers/full_batch.hpp"

namespace golden {

/// The problem and the expected values, converted to the scalar of a backend.
template <class B>
class problem {
 public:
  static constexpr bool is_double = sizeof(typename B::scalar) == 8;

  problem() : file_(std::string(FEWCLIP_TEST_SOURCE_DIR) + "/golden/feature_methods.safetensors") {}

  std::vector<double> values(const std::string& name) const { return file_.template read<double>(name); }

  fewclip::tensor<B> rows(const std::string& name) const {
    const auto found = values(name);
    const std::vector<typename B::scalar> cast(found.begin(), found.end());
    const auto& extents = file_.info(name).shape;
    return fewclip::tensor<B>::from_host(cast.data(),
                                         {static_cast<fewclip::index>(extents.at(0)), static_cast<fewclip::index>(extents.at(1))});
  }

  fewclip::class_text<B> text() const { return fewclip::class_text<B>(rows("text_features")); }
  fewclip::class_labels labels() const {
    const auto found = file_.template read<std::int32_t>("support_labels");
    return fewclip::class_labels(std::vector<fewclip::label>(found.begin(), found.end()), 7);
  }
  fewclip::support_set<B> support(const std::string& name = "support_features") const {
    return fewclip::support_set<B>(rows(name), labels());
  }

  /// Checks values of a tensor to 1e-4 relative, as promised, and in double precision to 1e-9.
  void check(const fewclip::tensor<B>& got, const std::string& name, double single_tolerance = 1e-4, double double_tolerance = 1e-9) const {
    const auto expected = values(name);
    const auto found = got.to_host();
    BOOST_REQUIRE(found.size() == expected.size());
    double worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      worst = std::max(worst, std::abs(static_cast<double>(found[i]) - expected[i]) / std::max(1.0, std::abs(expected[i])));
    }
    BOOST_TEST(worst <= (is_double ? double_tolerance : single_tolerance), name << " differs by " << worst);
  }

  /// Losses before each step, and after the last where evaluated: within 1e-6 of the reference in double precision, 0.1 % in single.
  void check_losses(const fewclip::training_report& report, const std::string& name) const {
    std::vector<double> found = report.losses;
    const auto expected = values(name);
    if (found.size() + 1 == expected.size()) found.push_back(report.final_loss);
    BOOST_REQUIRE(found.size() == expected.size());
    for (std::size_t t = 0; t < found.size(); ++t) {
      BOOST_TEST(std::abs(found[t] / expected[t] - 1) <= (is_double ? 1e-8 : 1e-3), name << " at step " << t);
    }
  }

 private:
  fewclip::io::safetensors_file file_;
};

template <class Params>
Params with(Params params, std::initializer_list<std::pair<std::string_view, double>> values) {
  for (const auto& [name, value] : values) fewclip::set_setting(params, name, value);
  return params;
}

template <class B>
void check_closed_forms(const problem<B>& given) {
  namespace methods = fewclip::methods;
  const auto queries = given.rows("query_features");
  given.check(methods::zero_shot<B>(given.text(), {}).logits(queries), "zero_shot.logits");
  using tip = methods::tip_adapter<B>;
  given.check(tip(given.text(), given.support(), with(typename tip::params{}, {{"alpha", 2}})).logits(queries), "tip_adapter.logits");
  using tip_x = methods::tip_x<B>;
  given.check(tip_x(given.text(), given.support(), with(typename tip_x::params{}, {{"gamma", 2}})).logits(queries), "tip_x.logits");
  using transductive = methods::tip_x<B, fewclip::selectors::fixed, fewclip::caches::rescaling::transductive>;
  given.check(transductive(given.text(), given.support(), with(typename transductive::params{}, {{"gamma", 2}})).logits(queries),
              "tip_x.transductive_logits");
  using ape = methods::ape<B>;
  given.check(ape(given.text(), given.support(), with(typename ape::params{}, {{"gamma", 0.5}, {"channels", 30}})).logits(queries),
              "ape.logits");
}

template <class B>
void check_tip_adapter_f(const problem<B>& given) {
  using method = fewclip::methods::tip_adapter_f<B>;
  const method model(given.text(), given.support(), with(typename method::params{}, {{"epochs", 10}, {"evaluate_at_end", 1}}));
  given.check_losses(model.training(), "tip_adapter_f.losses");
  given.check(model.logits(given.rows("query_features")), "tip_adapter_f.logits", 2e-4);
}

template <class B>
void check_ape_t(const problem<B>& given) {
  using method = fewclip::methods::ape_t<B>;
  for (const auto& [decay, name] : {std::pair{0.0, std::string("ape_t")}, {1.0, "ape_t_v_decayed"}}) {
    const method model(
        given.text(), given.support(),
        with(typename method::params{}, {{"epochs", 10}, {"evaluate_at_end", 1}, {"channels", 24}, {"decay_weights", decay}}));
    given.check_losses(model.training(), name + ".losses");
    given.check(model.logits(given.rows("query_features")), name + ".logits", 2e-4);
  }
}

template <class B>
void check_clip_adapter(const problem<B>& given) {
  using method = fewclip::methods::clip_adapter<B>;
  const auto settings = with(typename method::params{}, {{"ratio", 0.2}, {"epochs", 10}, {"evaluate_at_end", 1}});
  const auto support = given.support("raw_support_features");
  typename method::fitted_adapter model(given.text(), support, settings.adapter);
  fewclip::visit_parameters(model, [&](std::string_view name, fewclip::parameter<B>& weight) {
    weight.mutable_value() = given.rows(name == "first" ? "clip_adapter.W1" : "clip_adapter.W2");
  });
  given.check(model.logits(given.rows("query_features")), "clip_adapter.initial_logits");
  const auto report =
      method::trainer_type::template train<B>(model, support.features(), fewclip::to_backend<B>(given.labels()), settings.trainer);
  given.check_losses(report, "clip_adapter.losses");
  given.check(model.logits(given.rows("query_features")), "clip_adapter.logits", 2e-4);
}

template <class B>
void check_linear_probe(const problem<B>& given) {
  using method = fewclip::methods::linear_probe<B>;
  const double tolerance = problem<B>::is_double ? 1e-9 : 1e-4;
  for (const auto& [inverse_regularisation, name] : {std::pair{1.0, "linear_probe"}, std::pair{31.6, "linear_probe_strong"}}) {
    const auto settings =
        with(typename method::params{}, {{"inverse_regularisation", inverse_regularisation}, {"gradient_tolerance", tolerance}});
    const method model({}, given.support("raw_support_features"), settings);
    const double objective = given.values(std::string(name) + ".objective")[0];
    BOOST_TEST(std::abs(model.training().final_loss / objective - 1) < (problem<B>::is_double ? 1e-10 : 1e-4));
    // In single precision the objective is flat around its optimum: it is compared, and the logits are left to double precision.
    if (problem<B>::is_double) given.check(model.logits(given.rows("query_features")), std::string(name) + ".logits", 0, 1e-7);
  }
}

template <class B>
void check_every_method() {
  const problem<B> given;
  check_closed_forms(given);
  check_tip_adapter_f(given);
  check_ape_t(given);
  check_clip_adapter(given);
  check_linear_probe(given);
}

}  // namespace golden
