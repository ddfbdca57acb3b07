#pragma once
/// \file
/// Values whose gradients are wanted: the tape, variables on it, and parameters that live longer than a tape.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/config.hpp"
#include "fewclip/core/part_tree.hpp"

namespace fewclip {

template <compute_backend B>
class tape;

/// A tensor together with its place on a tape. Cheap to copy.
template <compute_backend B>
class variable {
 public:
  variable() = default;
  variable(tape<B>& owner, index position, tensor<B> value) : tape_(&owner), position_(position), value_(std::move(value)) {}

  const tensor<B>& value() const { return value_; }
  const shape& extents() const { return value_.extents(); }
  tape<B>* owner() const { return tape_; }
  index position() const { return position_; }

 private:
  tape<B>* tape_ = nullptr;
  index position_ = -1;
  tensor<B> value_;
};

/// What an operation's backward writes to: one gradient per argument of its forward.
template <compute_backend B>
class gradient_sink {
 public:
  gradient_sink(std::vector<std::optional<tensor<B>>>& gradients, const std::vector<index>& inputs, const std::vector<char>& needed)
      : gradients_(gradients), inputs_(inputs), needed_(needed) {}

  /// Whether argument `argument` leads to something whose gradient is wanted; work for others can be saved.
  bool wants(std::size_t argument) const { return inputs_[argument] >= 0 && needed_[static_cast<std::size_t>(inputs_[argument])] != 0; }

  /// Adds a contribution to the gradient of argument `argument`; ignored where it is not wanted.
  void add(std::size_t argument, tensor<B> contribution) {
    if (!wants(argument)) return;
    std::optional<tensor<B>>& slot = gradients_[static_cast<std::size_t>(inputs_[argument])];
    if (!slot) {
      slot = std::move(contribution);
      return;
    }
    require_shape("fewclip::gradient_sink", "gradient contribution", slot->extents(), contribution.extents());
    auto* total = slot->mutable_data();
    const auto* more = contribution.data();
    B::for_each(slot->size(), [=] FEWCLIP_HOST_DEVICE(index i) { total[i] += more[i]; });
  }

 private:
  std::vector<std::optional<tensor<B>>>& gradients_;
  const std::vector<index>& inputs_;
  const std::vector<char>& needed_;
};

/// Records operations on variables and runs their backward passes in reverse order.
///
/// One tape serves one forward pass: make it, record, call backward, read the gradients, let it go. Not for use by several threads.
template <compute_backend B>
class tape {
 public:
  tape() = default;
  tape(const tape&) = delete;
  tape& operator=(const tape&) = delete;

  /// A tape for a part of what is recorded on another: parameters that are bound there are leaves here as well.
  struct part_of {
    const tape& whole;
  };
  explicit tape(const part_of& outer) : outer_(&outer.whole) {}

  /// The place of a bound parameter's leaf on this tape; -1 where it is bound to another. A leaf of the outer tape is adopted when first met.
  index place_of(const variable<B>& leaf) {
    if (leaf.owner() == this) return leaf.position();
    if (outer_ == nullptr || leaf.owner() != outer_) return -1;
    for (const auto& [outside, inside] : adopted_) {
      if (outside == leaf.position()) return inside.position();
    }
    const variable<B> inside = append(leaf.value(), {}, {}, outer_->needs(leaf.position()));
    adopted_.emplace_back(leaf.position(), inside);
    return inside.position();
  }

  /// The leaves of the outer tape that were met: their places there, and what stands for them here.
  const std::vector<std::pair<index, variable<B>>>& adopted() const { return adopted_; }

  /// A value whose gradient is wanted.
  variable<B> leaf(tensor<B> value) { return append(std::move(value), {}, {}, true); }

  /// A value that takes part in the computation but needs no gradient.
  variable<B> constant(tensor<B> value) { return append(std::move(value), {}, {}, false); }

  /// Appends the result of an operation.
  /// \param value the result
  /// \param inputs positions of the arguments; -1 for an argument that is not on the tape
  /// \param backward adds the arguments' gradients, given the result's
  variable<B> record(tensor<B> value, std::vector<index> inputs, std::function<void(const tensor<B>&, gradient_sink<B>&)> backward) {
    bool needed = false;
    for (const index input : inputs) needed = needed || (input >= 0 && needed_[static_cast<std::size_t>(input)] != 0);
    if (!needed) return append(std::move(value), {}, {}, false);
    return append(std::move(value), std::move(inputs), std::move(backward), true);
  }

  /// Whether the value at `position` leads to something whose gradient is wanted.
  bool needs(index position) const { return needed_[static_cast<std::size_t>(position)] != 0; }

  /// Computes the gradient of `result` with respect to every leaf. Interior gradients and saved values are released on the way.
  /// \param result a variable of one element on this tape
  /// \throws shape_error unless result has exactly one element; value_error where it is not on this tape or backward has run before
  void backward(const variable<B>& result) {
    if (result.value().size() != 1) {
      throw shape_error(expected_got("fewclip::tape::backward", "result", "one element", result.extents().text()));
    }
    backward(result, tensor<B>(result.extents(), typename B::scalar(1)));
  }

  /// The same for a result of any extents whose own gradient is known.
  /// \param result a variable on this tape
  /// \param gradient of something by the result, with its extents
  /// \throws shape_error where the extents differ; value_error where it is not on this tape or backward has run before
  void backward(const variable<B>& result, tensor<B> gradient) {
    require_shape("fewclip::tape::backward", "gradient", result.extents(), gradient.extents());
    if (result.owner() != this || spent_) {
      throw value_error(expected_got("fewclip::tape::backward", "result", "a variable of this tape, whose backward has not run yet",
                                     spent_ ? "a tape that is spent" : "a variable of another tape"));
    }
    spent_ = true;
    gradients_.assign(nodes_.size(), std::nullopt);
    gradients_[static_cast<std::size_t>(result.position())] = std::move(gradient);
    for (auto i = static_cast<std::size_t>(result.position() + 1); i-- > 0;) {
      node& current = nodes_[i];
      if (!current.backward || !gradients_[i]) continue;
      gradient_sink<B> sink(gradients_, current.inputs, needed_);
      current.backward(*gradients_[i], sink);
      current.backward = nullptr;
      gradients_[i].reset();
    }
  }

  /// The gradient of a leaf after backward; zeros where the result does not depend on it.
  tensor<B> gradient(const variable<B>& leaf) const {
    const auto& slot = gradients_.at(static_cast<std::size_t>(leaf.position()));
    return slot ? *slot : tensor<B>(leaf.extents());
  }

 private:
  struct node {
    std::vector<index> inputs;
    std::function<void(const tensor<B>&, gradient_sink<B>&)> backward;
  };

  variable<B> append(tensor<B> value, std::vector<index> inputs, std::function<void(const tensor<B>&, gradient_sink<B>&)> backward,
                     bool needed) {
    nodes_.push_back({std::move(inputs), std::move(backward)});
    needed_.push_back(needed ? 1 : 0);
    return variable<B>(*this, static_cast<index>(nodes_.size()) - 1, std::move(value));
  }

  std::vector<node> nodes_;
  std::vector<char> needed_;
  std::vector<std::optional<tensor<B>>> gradients_;
  bool spent_ = false;
  const tape* outer_ = nullptr;
  std::vector<std::pair<index, variable<B>>> adopted_;
};

/// A trainable tensor of a fitted component. Operations take it like a tensor; once bound to a tape it acts as a leaf there.
///
/// Copies share the value's storage and forget the binding, so a copy of a model is never tied to somebody's training.
template <compute_backend B>
class parameter {
 public:
  parameter() = default;
  explicit parameter(tensor<B> value) : value_(std::move(value)) {}
  parameter(const parameter& other) : value_(other.value_) {}
  parameter& operator=(const parameter& other) {
    value_ = other.value_;
    leaf_ = {};
    return *this;
  }
  ~parameter() = default;

  const tensor<B>& value() const { return value_; }

  /// The value for writing; ends a binding, since the tape holds the old value.
  tensor<B>& mutable_value() {
    leaf_ = {};
    return value_;
  }

  /// Makes the value a leaf of `owner` until release.
  void bind(tape<B>& owner) { leaf_ = owner.leaf(value_); }

  /// Makes `derived`, a variable computed from other parameters, stand for the value until release.
  void bind(const variable<B>& derived) {
    value_ = derived.value();
    leaf_ = derived;
  }
  void release() { leaf_ = {}; }
  const variable<B>& leaf() const { return leaf_; }

 private:
  tensor<B> value_;
  variable<B> leaf_;
};

template <class T>
struct is_variable : std::false_type {};
template <class B>
struct is_variable<variable<B>> : std::true_type {};

/// The backend of a tensor, variable or parameter.
template <class T>
struct backend_of;
template <class Scalar, class B>
struct backend_of<basic_tensor<Scalar, B>> {
  using type = B;
};
template <class B>
struct backend_of<variable<B>> {
  using type = B;
};
template <class B>
struct backend_of<parameter<B>> {
  using type = B;
};

/// A tensor, a variable or a parameter: what operations take.
template <class T>
concept operand = requires {
  typename backend_of<std::remove_cvref_t<T>>::type;
};

/// The tensor of an operand.
template <class Scalar, class B>
const basic_tensor<Scalar, B>& value_of(const basic_tensor<Scalar, B>& x) {
  return x;
}

/// The tensor of an operand.
template <class B>
const tensor<B>& value_of(const variable<B>& x) {
  return x.value();
}

/// The tensor of an operand.
template <class B>
const tensor<B>& value_of(const parameter<B>& x) {
  return x.value();
}

}  // namespace fewclip
