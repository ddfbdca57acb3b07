#include "fewclip/methods/tip_x.hpp"

#include "problem.hpp"

namespace {

template <class B>
using method = fewclip::methods::tip_x<B>;

[[maybe_unused]] const bool added = bench::add_method<method>("tip_x");

}  // namespace
