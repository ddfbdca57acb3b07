#include "fewclip/methods/ape_t.hpp"

#include "problem.hpp"

// The fit is one epoch.
namespace {

template <class B>
using method = fewclip::methods::ape_t<B>;

[[maybe_unused]] const bool added = bench::add_method<method>("ape_t", {{"epochs", 1}});

}  // namespace
