#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/trainers/trainer_state.hpp"

namespace fewclip::trainers::detail {

template <compute_backend B>
struct named_parameter {
  std::string name;
  parameter<B>* value;
  update_rule rule;
};

/// The parameters of a model, in its order.
template <compute_backend B>
class model_parameters {
 public:
  /// \throws value_error where two parameters have one name
  template <class Model>
  explicit model_parameters(Model& model) {
    visit_update_rules(model, [&](std::string_view name, parameter<B>& p, const update_rule& rule) {
      for (const auto& each : list_) {
        if (each.name == name) {
          throw value_error(expected_got("fewclip::trainers", "parameters of the model", "each under a name of its own",
                                         "'" + std::string(name) + "' twice"));
        }
      }
      list_.push_back({std::string(name), &p, rule});
    });
  }

  const std::vector<named_parameter<B>>& list() const { return list_; }
  std::size_t count() const { return list_.size(); }

  /// How many numbers they are.
  index size() const {
    index total = 0;
    for (const auto& each : list_) total += each.value->value().size();
    return total;
  }

  /// Puts the values into a state under `group`/name.
  void save(trainer_state<B>& state, const std::string& group) const {
    for (const auto& each : list_) state.tensors[group + "/" + each.name] = each.value->value();
  }

  /// Takes the values out of a state.
  /// \throws value_error where one is missing; shape_error where it has other extents
  void restore(const trainer_state<B>& state, const std::string& group) const {
    for (const auto& each : list_) {
      const auto at = state.tensors.find(group + "/" + each.name);
      if (at == state.tensors.end()) {
        throw value_error(expected_got("fewclip::trainers", "state to resume from", "a tensor " + group + "/" + each.name, "none"));
      }
      require_shape("fewclip::trainers", each.name.c_str(), each.value->value().extents(), at->second.extents());
      each.value->mutable_value() = at->second;
    }
  }

  /// All values one after the other, [size()].
  tensor<B> flat() const {
    tensor<B> out = tensor<B>::uninitialised({size()});
    index offset = 0;
    for (const auto& each : list_) append(out, offset, each.value->value());
    return out;
  }

  /// Sets all values from a flat vector.
  void set_flat(const tensor<B>& from) const {
    index offset = 0;
    for (const auto& each : list_) {
      tensor<B> value = tensor<B>::uninitialised(each.value->value().extents());
      if (value.size() > 0) B::memory::copy(value.mutable_data(), from.data() + offset, value.size());
      offset += value.size();
      each.value->mutable_value() = std::move(value);
    }
  }

  static void append(tensor<B>& out, index& offset, const tensor<B>& part) {
    if (part.size() > 0) B::memory::copy(out.mutable_data() + offset, part.data(), part.size());
    offset += part.size();
  }

 private:
  std::vector<named_parameter<B>> list_;
};

/// Binds parameters to a tape for as long as it lives.
template <compute_backend B>
class bound_parameters {
 public:
  bound_parameters(const model_parameters<B>& parameters, tape<B>& owner) : parameters_(parameters) {
    for (const auto& each : parameters_.list()) each.value->bind(owner);
  }
  ~bound_parameters() {
    for (const auto& each : parameters_.list()) each.value->release();
  }
  bound_parameters(const bound_parameters&) = delete;
  bound_parameters& operator=(const bound_parameters&) = delete;

 private:
  const model_parameters<B>& parameters_;
};

/// Saves what an optimizer keeps: visitor(name, tensor or index).
template <compute_backend B>
auto state_writer(trainer_state<B>& state, std::string prefix) {
  return [&state, prefix = std::move(prefix)](std::string_view name, auto& value) {
    const std::string key = prefix + std::string(name);
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, tensor<B>>) {
      state.tensors[key] = value;
    } else {
      state.counts[key] = value;
    }
  };
}

/// Restores what state_writer saved.
template <compute_backend B>
auto state_reader(const trainer_state<B>& state, std::string prefix) {
  return [&state, prefix = std::move(prefix)](std::string_view name, auto& value) {
    const std::string key = prefix + std::string(name);
    const auto take = [&](const auto& from) {
      const auto at = from.find(key);
      if (at == from.end()) throw value_error(expected_got("fewclip::trainers", "state to resume from", "an entry " + key, "none"));
      value = at->second;
    };
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, tensor<B>>) {
      take(state.tensors);
    } else {
      take(state.counts);
    }
  };
}

}  // namespace fewclip::trainers::detail
