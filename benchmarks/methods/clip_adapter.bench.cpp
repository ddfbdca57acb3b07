#include "fewclip/methods/clip_adapter.hpp"

#include "problem.hpp"

// The fit is one epoch.
namespace {

template <class B>
using method = fewclip::methods::clip_adapter<B>;

[[maybe_unused]] const bool added = bench::add_method<method>("clip_adapter", {{"epochs", 1}});

}  // namespace
