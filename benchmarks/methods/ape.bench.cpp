#include "fewclip/methods/ape.hpp"

#include "problem.hpp"

namespace {

template <class B>
using method = fewclip::methods::ape<B>;

[[maybe_unused]] const bool added = bench::add_method<method>("ape");

}  // namespace
