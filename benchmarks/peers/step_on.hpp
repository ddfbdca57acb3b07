#pragma once

// Training steps on a backend B. Included by one unit per product provider.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/norm.hpp"
#include "fewclip/methods/coop.hpp"
#include "fewclip/methods/rtos.hpp"
#include "fewclip/methods/tsf_clip.hpp"
#include "fewclip/poolers/attention.hpp"
#include "step_sides.hpp"

namespace peers {

using fewclip::index;
using stored_file = fewclip::io::safetensors_file;

template <class B>
fewclip::tensor<B> stored(const stored_file& file, const std::string& name) {
  fewclip::shape extents;
  for (const auto extent : file.info(name).shape) extents.append(static_cast<index>(extent));
  const auto view = file.view<float>(name);
  return view ? fewclip::tensor<B>::from_host(view->data(), extents)
              : fewclip::tensor<B>::from_host(file.read<float>(name).data(), extents);
}

/// Sets the parameters whose names the file has.
template <class B, class Model>
void load(Model& model, const stored_file& file) {
  fewclip::visit_parameters(model, [&](std::string_view name, fewclip::parameter<B>& each) {
    if (file.find(name) != nullptr) each.mutable_value() = stored<B>(file, std::string(name));
  });
}

inline matrix number(double value) {
  auto owner = std::make_shared<std::vector<float>>(1, static_cast<float>(value));
  return {{1}, owner->data(), owner};
}

/// RN50's attention pool: features, or all its gradients of half their squared norm.
template <class B>
job pool_step(const stored_file& file, bool gradients) {
  auto pool = std::make_shared<fewclip::poolers::attention::fitted<B>>(fewclip::poolers::attention::params{});
  load<B>(*pool, file);
  const auto tokens = stored<B>(file, "tokens");
  if (!gradients) return {[=] { return matrices{{"features", matrix_of(pool->pool(tokens))}}; }};
  return {[=] {
    matrices out;
    fewclip::tape<B> record;
    pool->visit_parameters([&](std::string_view, fewclip::parameter<B>& each) { each.bind(record); });
    const auto loss = fewclip::ops::half_squared_norm(pool->pool(record.constant(tokens)));
    record.backward(loss);
    out["loss"] = matrix_of(loss.value());
    pool->visit_parameters([&](std::string_view name, fewclip::parameter<B>& each) {
      out["gradient." + std::string(name)] = matrix_of(record.gradient(each.leaf()));
      each.release();
    });
    return out;
  }};
}

/// Forward, backward and update of a model, as trainers make them.
template <class Optimizer, class B, class Model>
struct stepping {
  std::unique_ptr<Model> model;
  fewclip::trainer_state<B> state{};
  fewclip::trainers::detail::step_run<Optimizer, B, Model> run;
  double rate;

  stepping(std::unique_ptr<Model> made, const typename Optimizer::params& settings)
      : model(std::move(made)), run(*model, settings, {}, state), rate(settings.learning_rate) {}

  /// \param differentiate gives the loss and its gradients
  /// \param shown ends of the names of parameters whose gradients are in the outputs
  template <class Differentiate>
  matrices step(const Differentiate& differentiate, const std::vector<std::string>& shown) {
    const auto found = differentiate(*model, run.parameters());
    run.update(found, rate);
    matrices out{{"loss", number(found.loss)}};
    for (std::size_t k = 0; k < run.parameters().count(); ++k) {
      for (const std::string& each : shown) {
        if (run.parameters().list()[k].name == each) out["gradient." + each] = matrix_of(found.gradients[k]);
      }
    }
    return out;
  }
};

/// A job of steps; its state is the loss of the second step, which the update has changed.
template <class Optimizer, class B, class Model, class Differentiate>
job stepping_job(std::unique_ptr<Model> model, const typename Optimizer::params& settings, const Differentiate& differentiate,
                 const std::vector<std::string>& shown) {
  auto all = std::make_shared<stepping<Optimizer, B, Model>>(std::move(model), settings);
  const auto run = [=] { return all->step(differentiate, shown); };
  return {run, [run] { return matrices{{"second_loss", run()["loss"]}}; }};
}

/// A step of a method on rows of features.
template <class Method>
job method_step(const fewclip::class_text<typename Method::backend>& text, typename Method::params settings, const stored_file& file,
                const std::vector<std::string>& shown) {
  using B = typename Method::backend;
  fewclip::set_setting(settings, "scale", file.read<double>("scale")[0]);
  using trainer = typename Method::trainer_type;
  const auto features = stored<B>(file, "features");
  const auto labels = file.read<fewclip::label>("labels");
  const auto targets = fewclip::label_tensor<B>::from_host(labels.data(), {static_cast<index>(labels.size())});
  const fewclip::support_set<B> support(features, fewclip::class_labels(labels, text.classes()));
  auto model = std::make_unique<typename Method::fitted_adapter>(text, support, settings.adapter);
  load<B>(*model, file);
  const typename trainer::loss_type loss{settings.trainer.loss};
  const auto differentiate = [=](auto& trained, const auto& parameters) {
    return fewclip::trainers::detail::differentiate(trained, parameters, loss, features, targets);
  };
  return stepping_job<typename trainer::optimizer_type, B>(std::move(model), settings.trainer.optimizer, differentiate, shown);
}

/// The text tower of the file, and prompts of names in "a photo of a {}.".
template <class B>
std::shared_ptr<const fewclip::prompts::text_source<B>> text_source_of(const stored_file& file) {
  auto tower = std::make_shared<typename fewclip::encoders::text_transformer::fitted<B>>(fewclip::encoders::text_architecture{});
  load<B>(*tower, file);
  const auto before = file.read<std::int32_t>("before");  // the start and the words in front of the name
  const auto after = file.read<std::int32_t>("after");    // what follows the name, and the end
  const auto names = file.read<std::int32_t>("names");
  const auto prompt = [&](std::vector<std::int32_t> name) {
    fewclip::prompts::tokenised_prompt out{before, static_cast<index>(before.size()), static_cast<index>(name.size())};
    out.ids.insert(out.ids.end(), name.begin(), name.end());
    out.ids.insert(out.ids.end(), after.begin(), after.end());
    return out;
  };
  fewclip::prompts::tokenised_prompts tokens;
  tokens.frame = prompt({});
  const std::size_t words = file.info("names").shape.at(1);  // padded with -1
  for (std::size_t c = 0; c < names.size() / words; ++c) {
    std::vector<std::int32_t> name(names.begin() + static_cast<std::ptrdiff_t>(c * words),
                                   names.begin() + static_cast<std::ptrdiff_t>((c + 1) * words));
    std::erase(name, -1);
    tokens.classes.push_back(prompt(name));
  }
  if (file.find("anchors") != nullptr) {
    for (std::size_t m = 0; m < file.info("anchors").shape.at(0); ++m) tokens.anchor_words.push_back({static_cast<std::int32_t>(m)});
  }
  return std::make_shared<fewclip::prompts::text_source<B>>(std::move(tower), std::move(tokens));
}

template <class B>
job coop_step(const stored_file& file) {
  using method = fewclip::methods::coop<B>;
  return method_step<method>(fewclip::prompts::class_text_of(text_source_of<B>(file)), typename method::params{}, file, {"context"});
}

template <class B>
job rtos_step(const stored_file& file) {
  using method = fewclip::methods::rtos<B>;
  typename method::params settings;
  fewclip::set_setting(settings, "anchor_count", static_cast<double>(file.info("anchors").shape.at(0)));
  fewclip::set_setting(settings, "gamma", file.read<double>("gamma")[0]);
  return method_step<method>(fewclip::prompts::class_text_of(text_source_of<B>(file)), settings, file, {"anchors"});
}

/// The head of tsf_clip's second stage.
template <class B>
job head_step(const stored_file& file) {
  using method = fewclip::methods::cross_modal<B>;
  return method_step<method>(fewclip::class_text<B>(stored<B>(file, "text")), typename method::params{}, file, {"weight"});
}

/// tsf_clip's first stage: all parameters of a ViT-B/32 CLIP.
template <class B>
job pairs_step(const stored_file& file) {
  using method = typename fewclip::methods::tsf_clip<B>::first_type;
  using model = fewclip::tuners::tuned_model<B, fewclip::tuners::everything, typename method::clip_type>;
  typename method::clip_type clip({});
  load<B>(clip, file);
  fewclip::pair_batch<B> batch{stored<B>(file, "images"), file.read<std::int32_t>("ids")};
  typename method::params settings;
  settings.trainer.optimizer.learning_rate = 1e-5;
  const auto differentiate = [batch](auto& trained, const auto& parameters) {
    return fewclip::trainers::detail::differentiate_pairs<B>(trained, parameters, fewclip::losses::contrastive{}, batch);
  };
  return stepping_job<fewclip::optimizers::adam, B>(
      std::make_unique<model>(std::move(clip), fewclip::tuners::towers{}, std::vector<fewclip::tuners::parameter_group>{},
                              fewclip::tuners::start_values::forgotten),
      settings.trainer.optimizer, differentiate, {"visual.class_embedding", "positional_embedding", "visual.ln_pre.weight"});
}

template <class B>
job step_on(const std::string& name, const stored_file& file) {
  if (name == "pool_forward") return pool_step<B>(file, false);
  if (name == "pool_gradients") return pool_step<B>(file, true);
  if (name == "coop_step") return coop_step<B>(file);
  if (name == "rtos_step") return rtos_step<B>(file);
  if (name == "pairs_step") return pairs_step<B>(file);
  if (name == "head_step") return head_step<B>(file);
  return {};
}

}  // namespace peers
