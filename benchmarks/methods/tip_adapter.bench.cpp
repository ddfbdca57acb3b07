#include "fewclip/methods/tip_adapter.hpp"

#include "problem.hpp"

namespace {

template <class B>
using method = fewclip::methods::tip_adapter<B>;

[[maybe_unused]] const bool added = bench::add_method<method>("tip_adapter");

}  // namespace
