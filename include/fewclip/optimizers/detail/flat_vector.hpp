#pragma once

#include <algorithm>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/config.hpp"

namespace fewclip::optimizers::detail {

constexpr index block_length = 4096;

/// Partial results of blocks of fixed length, on the host: the grouping does not depend on the number of threads.
template <compute_backend B, class Body>
std::vector<double> for_each_block(index count, const Body& body) {
  const index blocks = (count + block_length - 1) / block_length;
  auto partial = basic_tensor<double, B>::uninitialised({blocks});
  double* out = partial.mutable_data();
  B::for_each_row(blocks, block_length, [=] FEWCLIP_HOST_DEVICE(index k) {
    const index begin = k * block_length;
    out[k] = body(begin, begin + block_length < count ? begin + block_length : count);
  });
  return partial.to_host();
}

template <class Scalar>
struct inner_product_of_block {
  const Scalar* a;
  const Scalar* b;
  FEWCLIP_HOST_DEVICE double operator()(index begin, index end) const {
    double sum = 0;
    for (index i = begin; i < end; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
  }
};

template <class Scalar>
struct largest_of_block {
  const Scalar* a;
  FEWCLIP_HOST_DEVICE double operator()(index begin, index end) const {
    double largest = 0;
    for (index i = begin; i < end; ++i) {
      const double size = a[i] < 0 ? -static_cast<double>(a[i]) : static_cast<double>(a[i]);
      largest = size <= largest ? largest : size;  // keeps a NaN
    }
    return largest;
  }
};

/// The inner product, accumulated in double precision.
template <compute_backend B>
double inner_product(const tensor<B>& a, const tensor<B>& b) {
  double sum = 0;
  for (const double part : for_each_block<B>(a.size(), inner_product_of_block<typename B::scalar>{a.data(), b.data()})) sum += part;
  return sum;
}

/// The largest absolute entry.
template <compute_backend B>
double largest_entry(const tensor<B>& a) {
  double largest = 0;
  for (const double part : for_each_block<B>(a.size(), largest_of_block<typename B::scalar>{a.data()})) {
    largest = part <= largest ? largest : part;
  }
  return largest;
}

/// y += factor x
template <compute_backend B>
void add_scaled(tensor<B>& y, double factor, const tensor<B>& x) {
  const auto a = static_cast<typename B::scalar>(factor);
  const auto* in = x.data();
  auto* out = y.mutable_data();
  B::for_each(y.size(), [=] FEWCLIP_HOST_DEVICE(index i) { out[i] += a * in[i]; });
}

/// a x + b y
template <compute_backend B>
tensor<B> combination(double a, const tensor<B>& x, double b, const tensor<B>& y) {
  tensor<B> result = tensor<B>::uninitialised(x.extents());
  const auto wx = static_cast<typename B::scalar>(a);
  const auto wy = static_cast<typename B::scalar>(b);
  const auto* left = x.data();
  const auto* right = y.data();
  auto* out = result.mutable_data();
  B::for_each(x.size(), [=] FEWCLIP_HOST_DEVICE(index i) { out[i] = wx * left[i] + wy * right[i]; });
  return result;
}

}  // namespace fewclip::optimizers::detail
