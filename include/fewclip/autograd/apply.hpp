#pragma once
/// \file
/// How an operation written on tensors serves tensors and variables alike.

#include <memory>
#include <utility>
#include <vector>

#include "fewclip/autograd/variable.hpp"

namespace fewclip {
namespace detail {

template <class B>
tape<B>* tape_of(const variable<B>& x) {
  return x.owner();
}
template <class T>
std::nullptr_t tape_of(const T&) {
  return nullptr;
}

template <class B, class T>
index position_on(tape<B>& owner, const T& x) {
  if constexpr (is_variable<T>::value) {
    if (x.owner() != &owner) {
      throw value_error(expected_got("fewclip::apply", "variables of one operation", "one tape", "two tapes"));
    }
    return x.position();
  } else if constexpr (requires { x.leaf(); }) {
    return owner.place_of(x.leaf());
  } else {
    return -1;
  }
}

template <class B>
void choose(tape<B>*& chosen, tape<B>* candidate) {
  if (chosen == nullptr) chosen = candidate;
}
template <class B>
void choose(tape<B>*&, std::nullptr_t) {}

}  // namespace detail

/// A tensor or a parameter as an operand of the kind of `x`: for a variable x, what it is on the tape of x (a parameter's leaf where it is
/// bound there, else a constant); for anything else, its tensor. For functions whose result is to depend on a parameter even where no other
/// operand is a variable.
template <operand X, operand Y>
auto beside(const X& x, const Y& y) {
  using B = typename backend_of<X>::type;
  if constexpr (is_variable<Y>::value) {
    return y;
  } else if constexpr (is_variable<X>::value) {
    tape<B>& record = *x.owner();
    if constexpr (requires { y.leaf(); }) {
      if (y.leaf().owner() == &record) return y.leaf();
    }
    return record.constant(value_of(y));
  } else {
    return tensor<B>(value_of(y));
  }
}

/// Runs an operation on its operands.
///
/// `operation.forward(tensors...)` computes the result and keeps in the operation object what its backward needs. Where no operand is a
/// variable, the result is a tensor and the operation is gone. Otherwise the result is a variable and
/// `operation.backward(gradient, sink)` is recorded: it calls `sink.add(k, contribution)` for each operand k, and may ask `sink.wants(k)`.
/// An operation with a member `forget(wants)` is asked after its forward to let go of what it has kept for unwanted gradients only;
/// `wants(k)` then says what the sink will say.
/// Parameters count as variables where they are bound to the tape of a variable operand, else as constants.
/// \param operation moved into the tape
/// \param first a tensor, variable or parameter
/// \param rest more of them, of the same backend
template <class Operation, operand First, operand... Rest>
auto apply(Operation operation, const First& first, const Rest&... rest) {
  using B = typename backend_of<First>::type;
  if constexpr (!is_variable<First>::value && !(is_variable<Rest>::value || ...)) {
    return operation.forward(value_of(first), value_of(rest)...);
  } else {
    tape<B>* owner = nullptr;
    detail::choose<B>(owner, detail::tape_of(first));
    (detail::choose<B>(owner, detail::tape_of(rest)), ...);
    std::vector<index> inputs{detail::position_on(*owner, first), detail::position_on(*owner, rest)...};
    auto kept = std::make_shared<Operation>(std::move(operation));
    tensor<B> result = kept->forward(value_of(first), value_of(rest)...);
    if constexpr (requires { kept->forget([](std::size_t) { return true; }); }) {
      kept->forget([&](std::size_t k) { return inputs[k] >= 0 && owner->needs(inputs[k]); });
    }
    return owner->record(std::move(result), std::move(inputs),
                         [kept](const tensor<B>& gradient, gradient_sink<B>& sink) { kept->backward(gradient, sink); });
  }
}

}  // namespace fewclip
