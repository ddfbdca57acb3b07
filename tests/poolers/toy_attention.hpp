#pragma once
// The toy attention pooler of the specification of safe: width 4, 2 heads, 3 tokens, 8 channels; no random numbers.

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "../methods/toy.hpp"
#include "fewclip/methods/safe.hpp"

namespace toy {

template <class B, class Function>
fewclip::tensor<B> filled(fewclip::index rows, fewclip::index columns, const Function& at) {
  std::vector<typename B::scalar> values;
  for (int i = 0; i < rows; ++i) {
    for (int k = 0; k < columns; ++k) values.push_back(static_cast<typename B::scalar>(at(i, k)));
  }
  return fewclip::tensor<B>::from_host(values.data(), {rows, columns});
}

/// X [2, 3 * 4].
template <class B>
fewclip::tensor<B> tokens() {
  return filled<B>(2, 12, [](int b, int k) { return std::sin(0.3 + 0.5 * (b + 1) * (k / 4 + 1) + 0.7 * (k % 4 + 1)); });
}

template <class B>
fewclip::poolers::attention::fitted<B> attention_pooler() {
  fewclip::poolers::attention::fitted<B> out({.width = 4, .places = 3, .heads = 2, .embed = 8});
  fewclip::visit_parameters(out, [](std::string_view full, fewclip::parameter<B>& p) {
    const std::string name(full.substr(std::string("attnpool.").size()));
    const auto set = [&p](const fewclip::tensor<B>& value) { p.mutable_value() = value.reshaped(p.value().extents()); };
    if (name == "positional_embedding") set(filled<B>(4, 4, [](int l, int e) { return 0.1 * std::cos(l + 2 * e); }));
    if (name == "q_proj.weight") set(filled<B>(4, 4, [](int i, int k) { return 0.5 * std::sin(1 + i + 2 * k); }));
    if (name == "k_proj.weight") set(filled<B>(4, 4, [](int i, int k) { return 0.5 * std::cos(1 + 2 * i + k); }));
    if (name == "v_proj.weight") set(filled<B>(4, 4, [](int i, int k) { return 0.5 * std::sin(2 + 3 * i + k); }));
    if (name == "c_proj.weight") set(filled<B>(8, 4, [](int r, int k) { return 0.4 * std::cos(0.2 + r + 3 * k); }));
    if (name == "q_proj.bias") set(filled<B>(1, 4, [](int, int i) { return 0.05 * i; }));
    if (name == "k_proj.bias") set(filled<B>(1, 4, [](int, int i) { return -0.02 * i; }));
    if (name == "v_proj.bias") set(filled<B>(1, 4, [](int, int i) { return 0.03 * (i + 1); }));
    if (name == "c_proj.bias") set(filled<B>(1, 8, [](int, int r) { return 0.01 * r; }));
  });
  return out;
}

template <class B>
fewclip::shared_part<fewclip::poolers::attention> original() {
  return fewclip::shared_part<fewclip::poolers::attention>::copy_of<B>(attention_pooler<B>());
}

/// Two images of classes 0 and 1.
template <class B>
fewclip::support_set<B> token_support() {
  return fewclip::support_set<B>(tokens<B>(), fewclip::class_labels(std::vector<fewclip::label>{0, 1}, classes));
}

/// Settings of safe on the toy problem, at scale 10.
template <class Safe>
typename Safe::params safe_settings(double alpha, fewclip::index epochs) {
  typename Safe::params out;
  out.adapter.map.original = original<typename Safe::backend>();
  out.adapter.map.alpha = alpha;
  out.adapter.inner.scale = 10;
  out.trainer.epochs = epochs;
  return out;
}

}  // namespace toy
