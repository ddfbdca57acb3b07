#pragma once
/// \file
/// The host systems of Thrust: backend::thrust<systems::omp> and backend::thrust<systems::cpp>, for a plain C++ compiler.
///
/// Needs one copy of Thrust on the include path, CCCL's or the distribution's, and -fopenmp for systems::omp. No macro has to be set.

#include <thrust/system/cpp/execution_policy.h>
#include <thrust/system/cpp/memory.h>
#include <thrust/system/omp/execution_policy.h>
#include <thrust/system/omp/memory.h>

#include <cstddef>
#include <cstring>

#include "fewclip/backend/detail/thrust_backend.hpp"
#include "fewclip/backend/detail/thrust_host_product.hpp"

namespace fewclip::backend::detail {

/// What the two host systems share.
struct thrust_host_system {
  static constexpr bool host_accessible = true;

  template <class Function>
  static void guarded(const Function& function) {
    function();
  }
  static void from_host(void* out, const void* in, std::size_t bytes) { std::memcpy(out, in, bytes); }
  static void to_host(void* out, const void* in, std::size_t bytes) { std::memcpy(out, in, bytes); }

 protected:
  template <class Execution, class Scalar>
  static void multiply_on(const Execution& execution, const thrust_product<Scalar>& job) {
    const host_product_tile<Scalar> tile{job};
    ::thrust::for_each_n(execution, ::thrust::counting_iterator<index>(0), tile.tiles(), tile);
  }
  template <class Execution, class Scalar>
  static void multiply_on(const Execution& execution, const thrust_product_batch<Scalar>& job) {
    const host_batch_row<Scalar> row{job};
    ::thrust::for_each_n(execution, ::thrust::counting_iterator<index>(0), row.rows(), row);
  }
};

template <>
struct thrust_system<systems::cpp> : thrust_host_system {
  static constexpr const char* name = "cpp";
  static auto execution() { return ::thrust::cpp::par; }
  static void* allocate(std::size_t bytes) { return ::thrust::raw_pointer_cast(::thrust::cpp::malloc(bytes)); }
  static void release(void* block) { ::thrust::cpp::free(::thrust::cpp::pointer<void>(block)); }
  template <class Job>
  static void multiply(const Job& job) {
    multiply_on(execution(), job);
  }
};

template <>
struct thrust_system<systems::omp> : thrust_host_system {
  static constexpr const char* name = "omp";
  static auto execution() { return ::thrust::omp::par; }
  static void* allocate(std::size_t bytes) { return ::thrust::raw_pointer_cast(::thrust::omp::malloc(bytes)); }
  static void release(void* block) { ::thrust::omp::free(::thrust::omp::pointer<void>(block)); }
  template <class Job>
  static void multiply(const Job& job) {
    multiply_on(execution(), job);
  }
};

}  // namespace fewclip::backend::detail
