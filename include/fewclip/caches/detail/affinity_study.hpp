#pragma once

#include <optional>
#include <utility>

#include "fewclip/autograd/operations/class_affinity.hpp"
#include "fewclip/kernels/exponential_affinity.hpp"

namespace fewclip::caches::detail {

/// Kernel values of cosines, element by element, written to `out`. A kernel without an overload has no study: its searches
/// recompute the scores.
/// \param settings of the kernel
/// \param cosines [n, keys]
/// \param out [n, keys]
template <compute_backend B>
void kernel_of_cosines(const kernels::exponential_affinity::params& settings, const tensor<B>& cosines, tensor<B>& out) {
  using scalar = typename B::scalar;
  const scalar* in = cosines.data();
  scalar* result = out.mutable_data();
  const auto beta = static_cast<scalar>(settings.beta);
  B::for_each(cosines.size(), [=] FEWCLIP_HOST_DEVICE(index i) { result[i] = math::exp(beta * in[i] - beta); });
}

inline bool same_kernel(const kernels::exponential_affinity::params& a, const kernels::exponential_affinity::params& b) {
  return a.beta == b.beta;
}

template <class Kernel, class B>
concept kernel_of_cosines_known = requires(const typename Kernel::params& settings, const tensor<B>& cosines, tensor<B>& out) {
  kernel_of_cosines<B>(settings, cosines, out);
  same_kernel(settings, settings);
};

/// out[b, c] = sum over keys i of class c of w_i values[b, i]; all w_i are 1 where there are no weights.
template <compute_backend B>
tensor<B> sum_segments(const tensor<B>& values, const tensor<B>& weights, const class_segments<B>& segments) {
  using scalar = typename B::scalar;
  tensor<B> out = tensor<B>::uninitialised({values.rows(), segments.classes()});
  const scalar* in = values.data();
  const scalar* w = weights.empty() ? nullptr : weights.data();
  const index* offsets = segments.offsets.data();
  scalar* result = out.mutable_data();
  const index keys = values.columns();
  const index classes = segments.classes();
  B::for_each_row(values.rows(), 2 * keys, [=] FEWCLIP_HOST_DEVICE(index b) {
    const scalar* row = in + b * keys;
    for (index c = 0; c < classes; ++c) {
      scalar even = 0;
      scalar odd = 0;
      index i = offsets[c];
      for (; i + 1 < offsets[c + 1]; i += 2) {
        even += w == nullptr ? row[i] : w[i] * row[i];
        odd += w == nullptr ? row[i + 1] : w[i + 1] * row[i + 1];
      }
      if (i < offsets[c + 1]) even += w == nullptr ? row[i] : w[i] * row[i];
      result[b * classes + c] = even + odd;
    }
  });
  return out;
}

/// The affinities of some rows with all keys of a key_value cache. Keeps the kernel values and the class sums last asked for, so that
/// settings that change least should be the outer loops of a search.
template <compute_backend B, class Cache, class Values>
class affinity_study {
 public:
  affinity_study(tensor<B> cosines, tensor<B> shift, Values values, class_segments<B> segments)
      : cosines_(std::move(cosines)), shift_(std::move(shift)), values_(std::move(values)), segments_(std::move(segments)) {}

  /// Calls `visit("alpha", alpha, term)` for logits = alpha * term, term [n, classes].
  template <class Visitor>
  void visit_terms(const typename Cache::params& settings, Visitor&& visit) {
    const bool same = last_ && same_kernel(last_->kernel, settings.kernel);
    if (!same) {
      if (kernel_.empty()) kernel_ = tensor<B>::uninitialised(cosines_.extents());
      kernel_of_cosines<B>(settings.kernel, cosines_, kernel_);
    }
    if (reweigh(settings) || !same) {
      sums_ = sum_segments<B>(kernel_, value_of(values_.weights()), segments_);
      if constexpr (requires { Cache::kernel_type::shifted(settings.kernel, sums_, shift_); }) {
        if (!shift_.empty()) sums_ = Cache::kernel_type::shifted(settings.kernel, sums_, shift_);
      }
    }
    last_ = settings;
    visit("alpha", settings.alpha, sums_);
  }

 private:
  /// Gives the values their settings; whether that may have changed anything.
  bool reweigh(const typename Cache::params& settings) {
    if constexpr (requires { values_.retune(settings.values); }) {
      values_.retune(settings.values);
      return true;
    } else {
      return false;
    }
  }

  tensor<B> cosines_;
  tensor<B> shift_;
  Values values_;
  class_segments<B> segments_;
  tensor<B> kernel_;
  tensor<B> sums_;
  std::optional<typename Cache::params> last_;
};

}  // namespace fewclip::caches::detail
