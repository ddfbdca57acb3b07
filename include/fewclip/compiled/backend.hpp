#pragma once
/// \file
/// The backend of the component fewclip::compiled.

#include "fewclip/backend/cpu.hpp"
#include "fewclip/backend/products/any_of.hpp"
#include "fewclip/backend/products/eigen_instances.hpp"
#if defined(FEWCLIP_COMPILED_WITH_ONEDNN)
#include "fewclip/backend/products/onednn.hpp"
#endif

/// What is compiled once: link the component fewclip::compiled, compose upon compiled::backend, and the methods of compiled/methods.hpp and the CLIP of
/// compiled/clip.hpp come from the component, where each unit that uses them would take seconds to minutes to compile them.
///
/// The component is built in the project that links it, with the project's compiler and flags, so nothing depends on the machine on which fewclip was
/// installed. Flags that a project gives to some of its targets only, such as -march=native, have to reach both the component and those who use it:
/// give them to the whole project.
namespace fewclip::compiled {

/// The providers of products, chosen while the program runs: "eigen", which is chosen at the start, and where oneDNN is there "onednn-f32" and
/// "onednn-bf16".
#if defined(FEWCLIP_COMPILED_WITH_ONEDNN)
using products = fewclip::products::any_of<fewclip::products::eigen, fewclip::products::onednn<fewclip::products::f32>,
                                           fewclip::products::onednn<fewclip::products::bf16>>;
#else
using products = fewclip::products::any_of<fewclip::products::eigen>;
#endif

/// All cores, in single precision.
using backend = fewclip::backend::cpu<float, products>;

}  // namespace fewclip::compiled
