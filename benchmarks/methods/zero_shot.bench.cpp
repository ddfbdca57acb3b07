#include "fewclip/methods/zero_shot.hpp"

#include "problem.hpp"

namespace {

template <class B>
using method = fewclip::methods::zero_shot<B>;

[[maybe_unused]] const bool added = bench::add_method<method>("zero_shot");

}  // namespace
