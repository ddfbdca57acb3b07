#pragma once
/// \file
/// NVIDIA GPUs as a backend. Compiled by nvcc with -std=c++20 --extended-lambda, linked with cuBLAS.

#include "fewclip/backend/detail/thrust_backend.hpp"
#include "fewclip/backend/detail/thrust_cuda_system.cuh"

namespace fewclip::backend {

/// The current CUDA device, through Thrust and cuBLAS; see backend::thrust for what it promises.
///
/// \models compute_backend
/// \tparam Scalar float or double
template <class Scalar = float>
using cuda = thrust<systems::cuda, Scalar>;

}  // namespace fewclip::backend
