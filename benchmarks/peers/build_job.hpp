#pragma once

// The jobs of peers.py with fewclip, on a backend B. Included by one unit per product provider.

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/methods/ape.hpp"
#include "fewclip/methods/ape_t.hpp"
#include "fewclip/methods/clip_adapter.hpp"
#include "fewclip/methods/linear_probe.hpp"
#include "fewclip/methods/tip_adapter.hpp"
#include "fewclip/methods/tip_adapter_f.hpp"
#include "fewclip/methods/tip_x.hpp"
#include "fewclip/methods/zero_shot.hpp"
#include "fewclip/refiners/prior_channels.hpp"
#include "jobs.hpp"

namespace peers {

template <class From>
std::vector<float> as_floats(const From& values) {
  std::vector<float> out;
  for (const auto value : values) out.push_back(static_cast<float>(value));
  return out;
}

template <class B>
struct problem {
  fewclip::class_text<B> text;
  fewclip::support_set<B> support;
  fewclip::tensor<B> queries;

  explicit problem(const inputs& given)
      : text(rows(given, "text")),
        support(rows(given, "support"), fewclip::class_labels(given.support_labels, text.classes())),
        queries(rows(given, "queries")) {}

  static fewclip::tensor<B> rows(const inputs& given, const std::string& name) {
    const matrix& from = given.rows.at(name);
    return fewclip::tensor<B>::borrow(from.data,
                                      {static_cast<fewclip::index>(from.extents[0]), static_cast<fewclip::index>(from.extents[1])});
  }
};

/// The options under the names of our settings, where the method has a setting of that name.
template <class Method>
typename Method::params settings_of(const options& chosen) {
  typename Method::params out;
  const std::pair<const char*, const char*> names[] = {{"scale", "scale"},
                                                       {"alpha", "alpha"},
                                                       {"beta", "beta"},
                                                       {"gamma", "gamma"},
                                                       {"temperature", "tau"},
                                                       {"channels", "channels"},
                                                       {"inverse_regularisation", "creg"},
                                                       {"max_iterations", "iterations"},
                                                       {"gradient_tolerance", "tolerance"}};
  for (const auto& known : fewclip::list_settings(out)) {
    for (const auto& [ours, theirs] : names) {
      if (known.about.name == ours) fewclip::set_setting(out, ours, chosen.number(theirs));
    }
    if (known.about.name == "ratio") fewclip::set_setting(out, "ratio", 0.2);  // the authors', which the peer has
  }
  return out;
}

template <class Method>
job prediction(const options& chosen, const inputs& given) {
  using B = typename Method::backend;
  auto p = std::make_shared<problem<B>>(given);
  auto model = std::make_shared<Method>(p->text, p->support, settings_of<Method>(chosen));
  return {[p, model] { return matrices{{"logits", matrix_of(model->logits(p->queries))}}; }};
}

/// One query per call, cycling through the first 64.
template <class Method>
job single_query(const options& chosen, const inputs& given) {
  using B = typename Method::backend;
  auto p = std::make_shared<problem<B>>(given);
  auto model = std::make_shared<Method>(p->text, p->support, settings_of<Method>(chosen));
  return {[p, model, position = fewclip::index{-1}]() mutable {
    position = (position + 1) % std::min<fewclip::index>(p->queries.rows(), 64);
    return matrices{{"logits", matrix_of(model->logits(p->queries.rows_slice(position, 1)))}};
  }};
}

/// A model with what it takes to evaluate its loss and to make one step, as the trainers do.
template <class Method>
struct training {
  using B = typename Method::backend;
  using trainer = typename Method::trainer_type;

  typename Method::params settings;
  problem<B> given;
  typename Method::fitted_adapter model;
  fewclip::trainers::detail::model_parameters<B> parameters{model};
  fewclip::tensor<B> rows;
  fewclip::label_tensor<B> labels;

  training(const options& chosen, const inputs& from)
      : settings(settings_of<Method>(chosen)), given(from), model(given.text, given.support, settings.adapter) {}

  /// The batch of a step: the first queries.
  void use_queries(const inputs& from, fewclip::index count) {
    count = std::min(count, given.queries.rows());
    rows = given.queries.rows_slice(0, count).clone();
    labels = fewclip::label_tensor<B>::from_host(from.query_labels.data(), fewclip::shape{count});
  }

  template <class Loss>
  auto differentiate(const Loss& loss) {
    return fewclip::trainers::detail::differentiate(model, parameters, loss, rows, labels);
  }

  matrices values(const std::vector<std::string>& names) const {
    matrices out;
    for (std::size_t k = 0; k < names.size(); ++k) out[names[k]] = matrix_of(parameters.list()[k].value->value().clone());
    return out;
  }
};

/// Forward, backward and update on the first queries.
/// \param names of the parameters in the outputs
template <class Method>
job step(const options& chosen, const inputs& given, std::vector<std::string> names) {
  using B = typename Method::backend;
  using trainer = typename Method::trainer_type;
  auto t = std::make_shared<training<Method>>(chosen, given);
  t->use_queries(given, chosen.count("batch"));
  if (given.rows.contains("W1")) {  // the initial weights of clip_adapter
    t->parameters.list()[0].value->mutable_value() = problem<B>::rows(given, "W1").clone();
    t->parameters.list()[1].value->mutable_value() = problem<B>::rows(given, "W2").clone();
  }
  using optimizer = typename trainer::optimizer_type::template state<B>;
  auto update = std::make_shared<optimizer>(t->settings.trainer.optimizer);
  const auto run = [t, update] {
    const auto found = t->differentiate(typename trainer::loss_type{t->settings.trainer.loss});
    for (std::size_t k = 0; k < t->parameters.count(); ++k) {
      const auto& each = t->parameters.list()[k];
      update->step(k, *each.value, found.gradients[k], t->settings.trainer.optimizer.learning_rate, each.decays);
    }
    return matrices{{"loss", matrix_of(std::vector<float>{static_cast<float>(found.loss)})}};
  };
  return {run, [t, names] { return t->values(names); }};
}

/// Objective and gradient of the linear probe at W = text rows, b = 0.
template <class B>
job probe_evaluation(const options& chosen, const inputs& given) {
  auto t = std::make_shared<training<fewclip::methods::linear_probe<B>>>(chosen, given);
  t->rows = t->given.support.features();
  t->labels = fewclip::to_backend<B>(t->given.support.labels());
  t->parameters.list()[0].value->mutable_value() = t->given.text.rows().clone();
  return {[t] {
    const auto found = t->differentiate(fewclip::losses::ridge_cross_entropy{t->settings.trainer.loss});
    return matrices{{"objective", matrix_of(std::vector<float>{static_cast<float>(found.loss)})},
                    {"gradient_W", matrix_of(found.gradients[0])},
                    {"gradient_b", matrix_of(found.gradients[1])}};
  }};
}

template <class B>
job probe_fit(const options& chosen, const inputs& given) {
  using method = fewclip::methods::linear_probe<B>;
  auto p = std::make_shared<problem<B>>(given);
  return {[p, settings = settings_of<method>(chosen)] {
    const method model({}, p->support, settings);
    return matrices{{"objective", matrix_of(std::vector<float>{static_cast<float>(model.training().final_loss)})},
                    {"iterations", matrix_of(std::vector<float>{static_cast<float>(model.training().steps)})}};
  }};
}

template <class B>
job channel_scores(const inputs& given) {
  auto p = std::make_shared<problem<B>>(given);
  return {[p] {
    const auto found = fewclip::refiners::detail::measure_channels<B>(p->text.rows(), &p->support);
    std::vector<float> criterion;
    for (std::size_t d = 0; d < found.variance.size(); ++d) {
      criterion.push_back(static_cast<float>(0.3 * found.variance[d] - 0.7 * found.similarity[d]));
    }
    return matrices{{"similarity", matrix_of(as_floats(found.similarity))},
                    {"variance", matrix_of(as_floats(found.variance))},
                    {"criterion", matrix_of(criterion)}};
  }};
}

template <class B>
job ape_step(const options& chosen, const inputs& given) {
  using method = fewclip::methods::ape_t<B>;
  job out = step<method>(chosen, given, {"residual", "row_weights"});
  const typename method::fitted_adapter model(problem<B>(given).text, problem<B>(given).support, settings_of<method>(chosen).adapter);
  const auto channels = as_floats(model.refiner().channels().to_host());
  return {out.run, [state = out.state, channels] {
            matrices all = state();
            all["channels"] = matrix_of(channels);
            return all;
          }};
}

template <class B>
job build_job(const options& chosen, const inputs& given) {
  namespace methods = fewclip::methods;
  const std::string& name = chosen.text("job");
  if (name == "zero_shot_predict") return prediction<methods::zero_shot<B>>(chosen, given);
  if (name == "tip_adapter_predict") return prediction<methods::tip_adapter<B>>(chosen, given);
  if (name == "tip_adapter_single_query") return single_query<methods::tip_adapter<B>>(chosen, given);
  if (name == "tip_x_predict") return prediction<methods::tip_x<B>>(chosen, given);
  if (name == "ape_predict") return prediction<methods::ape<B>>(chosen, given);
  if (name == "ape_scores") return channel_scores<B>(given);
  if (name == "linear_probe_evaluation") return probe_evaluation<B>(chosen, given);
  if (name == "linear_probe_fit") return probe_fit<B>(chosen, given);
  if (name == "clip_adapter_step") return step<methods::clip_adapter<B>>(chosen, given, {"final_W1", "final_W2"});
  if (name == "tip_adapter_f_step") return step<methods::tip_adapter_f<B>>(chosen, given, {"keys"});
  if (name == "ape_t_step") return ape_step<B>(chosen, given);
  return {};
}

}  // namespace peers
