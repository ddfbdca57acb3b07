#pragma once
/// \file
/// Tensors of the host as arrays of xtensor, without a copy, whichever way xtensor's headers are laid out. The other direction is
/// matrix_view.

#include <cstddef>
#include <vector>

#if __has_include(<xtensor/containers/xadapt.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xtensor.hpp>
#endif

#include "fewclip/core/tensor.hpp"

namespace fewclip {
namespace detail {

template <class Scalar, class Backend>
std::vector<std::size_t> xtensor_shape(const basic_tensor<Scalar, Backend>& values) {
  std::vector<std::size_t> out;
  for (index d = 0; d < values.rank(); ++d) out.push_back(static_cast<std::size_t>(values.extents()[d]));
  return out;
}

}  // namespace detail

/// Views a tensor as an array of xtensor with the same extents.
///
/// Valid as long as the tensor is neither written to nor destroyed. Nothing is copied.
template <class Scalar, class Backend>
requires(Backend::memory::host_accessible) auto as_xtensor(const basic_tensor<Scalar, Backend>& values) {
  return xt::adapt(values.data(), static_cast<std::size_t>(values.size()), xt::no_ownership(), detail::xtensor_shape(values));
}

/// Views a tensor as an array of xtensor that may be written to; storage that is shared or borrowed is copied first.
template <class Scalar, class Backend>
requires(Backend::memory::host_accessible) auto as_mutable_xtensor(basic_tensor<Scalar, Backend>& values) {
  Scalar* data = values.mutable_data();
  return xt::adapt(data, static_cast<std::size_t>(values.size()), xt::no_ownership(), detail::xtensor_shape(values));
}

/// A view would outlive the tensor.
template <class Scalar, class Backend>
void as_xtensor(const basic_tensor<Scalar, Backend>&&) = delete;

}  // namespace fewclip
