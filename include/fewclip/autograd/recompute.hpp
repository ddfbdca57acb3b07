#pragma once
/// \file
/// Parts of a forward pass that are run again in the backward instead of being remembered.

#include <cstddef>
#include <utility>
#include <vector>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip {

/// f(x), of which a tape remembers x alone: the backward runs f once more (gradient checkpointing; Chen et al. 2016, arXiv 1604.06174).
///
/// Values and gradients are the same bit for bit as those of f(x), where f is deterministic. Costs another forward of f. Memory: x, and what f
/// keeps for its own backward only while f runs, so that of many parts one after the other the largest counts.
/// \param f a function of one operand of the kind of x, in which parameters bound to the tape of x may take part, but no other variable;
///     called again in the backward, so what it refers to has to live and be bound until then
/// \param x a tensor or variable
/// \returns f(x)
template <class Function, operand X>
auto recompute(Function f, const X& x) {
  if constexpr (!is_variable<X>::value) {
    return f(x);
  } else {
    using B = typename backend_of<X>::type;
    tape<B>& outer = *x.owner();
    std::vector<index> inputs{x.position()};
    tensor<B> result;
    {
      tape<B> part(typename tape<B>::part_of{outer});
      result = f(part.leaf(x.value())).value();
      for (const auto& [place, leaf] : part.adopted()) inputs.push_back(place);
    }
    return outer.record(std::move(result), std::move(inputs),
                        [f = std::move(f), &outer, kept = x.value()](const tensor<B>& gradient, gradient_sink<B>& sink) {
                          tape<B> part(typename tape<B>::part_of{outer});
                          const variable<B> start = sink.wants(0) ? part.leaf(kept) : part.constant(kept);
                          part.backward(f(start), gradient);
                          if (sink.wants(0)) sink.add(0, part.gradient(start));
                          for (std::size_t k = 0; k < part.adopted().size(); ++k) {
                            if (sink.wants(k + 1)) sink.add(k + 1, part.gradient(part.adopted()[k].second));
                          }
                        });
  }
}

}  // namespace fewclip
