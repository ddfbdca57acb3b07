#include "fewclip/methods/tip_adapter_f.hpp"

#include "problem.hpp"

// The fit is one epoch.
namespace {

template <class B>
using method = fewclip::methods::tip_adapter_f<B>;

[[maybe_unused]] const bool added = bench::add_method<method>("tip_adapter_f", {{"epochs", 1}});

}  // namespace
