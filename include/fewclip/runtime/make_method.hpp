#pragma once
/// \file
/// Makes a runtime::method from a classifier.

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/classifier.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/runtime/method.hpp"
#include "fewclip/runtime/selection.hpp"
#include "fewclip/selectors/oracle.hpp"
#include "fewclip/trainers/closed_form.hpp"
#include "fewclip/trainers/trained_numbers.hpp"
#include "fewclip/trainers/trainer_state.hpp"
#include "fewclip/trainers/training_report.hpp"

namespace fewclip::runtime {

namespace detail {

/// A classifier behind the interface of fitted_method.
template <class Classifier>
class fitted_classifier : public fitted_method<typename Classifier::backend> {
 public:
  explicit fitted_classifier(Classifier fitted) : fitted_(std::move(fitted)) {}

  using rows = tensor<typename Classifier::backend>;
  rows logits(const rows& x) const override { return fitted_.logits(x); }
  std::vector<setting_value> settings() const override { return list_settings(fitted_.settings()); }
  trained_numbers<typename Classifier::backend> trained() const override { return fitted_.trained(); }
  const training_report& training() const override { return fitted_.training(); }
  const search_record& search() const override { return fitted_.search(); }

 private:
  Classifier fitted_;
};

/// The same composition with another selector.
template <class Classifier, class Selector>
using with_selector =
    classifier<typename Classifier::backend, typename Classifier::adapter_type, typename Classifier::trainer_type, Selector>;

/// Nothing to add to the settings of a method.
struct as_given {
  template <class Params, class Inputs>
  void operator()(Params&, const Inputs&) const {}
};

}  // namespace detail

/// Erases the type of a method.
/// \tparam Method a classifier such as `methods::ape<B>`; its selector gives way to what each request says
/// \tparam Searches the selectors that requests may ask for
/// \param name the name to find it by
/// \param citation paper and number of its preprint
/// \param parts the composition
/// \param recipes what to search
/// \param complete called with params and fit_inputs, puts into the params what is no number, such as a pooler to start from
template <class Method, class... Searches, class Complete = detail::as_given>
method<typename Method::backend> make_method(std::string name, std::string citation, std::vector<method_part> parts,
                                             method_recipes recipes = {}, const Complete& complete = {}) {
  using B = typename Method::backend;
  using composition = detail::with_selector<Method, by_request<Searches...>>;
  using fit_inputs = typename method<B>::fit_inputs;
  constexpr bool trains = !std::is_same_v<typename Method::trainer_type, trainers::closed_form>;
  constexpr input_needs needs = Method::adapter_type::needs;
  method_description about{
      std::move(name),   std::move(citation), std::move(parts), needs, trains, list_settings(typename composition::params{}),
      std::move(recipes)};
  about.needs_clip = needs.text_source;
  const auto settings_of = [name = about.name, complete](const fit_inputs& inputs) {
    auto out = detail::changed<typename composition::params>(inputs.settings, name);
    complete(out, inputs);
    return out;
  };
  const auto fit = [settings_of](const fit_inputs& inputs) -> std::unique_ptr<fitted_method<B>> {
    trainer_state<B>* const resume = inputs.resume == nullptr ? nullptr : inputs.resume->at(0);
    auto settings = settings_of(inputs);
    const bool searches = inputs.request.searches();
    if (searches) settings.selector.search = inputs.request.search;
    if (searches && inputs.request.mode == selection_mode::oracle) {
      return std::make_unique<detail::fitted_classifier<composition>>(
          selectors::oracle::fit<composition>(inputs.text, inputs.support, inputs.request.queries, settings, inputs.observer, resume));
    }
    return std::make_unique<detail::fitted_classifier<composition>>(
        composition(inputs.text, inputs.support, settings, inputs.validation, inputs.observer, resume));
  };
  const auto restore = [settings_of](const fit_inputs& inputs, const trained_numbers<B>& trained) -> std::unique_ptr<fitted_method<B>> {
    const auto settings = settings_of(inputs);
    return std::make_unique<detail::fitted_classifier<composition>>(composition(trained, inputs.text, inputs.support, settings));
  };
  const auto check = [name = about.name](const named_settings& settings) { detail::changed<typename composition::params>(settings, name); };
  return method<B>(std::move(about), fit, restore, check);
}

}  // namespace fewclip::runtime
