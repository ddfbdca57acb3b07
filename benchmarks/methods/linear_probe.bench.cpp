#include "fewclip/methods/linear_probe.hpp"

#include "problem.hpp"

// The fit is ten iterations.
namespace {

template <class B>
using method = fewclip::methods::linear_probe<B>;

[[maybe_unused]] const bool added = bench::add_method<method>("linear_probe", {{"max_iterations", 10}});

}  // namespace
