#pragma once
/// \file
/// The CUDA system of Thrust, with matrix products by cuBLAS.

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <thrust/system/cuda/execution_policy.h>
#include <thrust/system/cuda/memory.h>
#include <thrust/system_error.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>

#include "fewclip/backend/detail/thrust_system.hpp"

namespace fewclip::backend::detail {

/// \throws device_error unless the status is success
inline void require_cuda(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  (void)cudaGetLastError();
  throw device_error(expected_got("fewclip::backend::cuda", what, "success", cudaGetErrorString(status)));
}

/// \throws device_error unless the status is success
inline void require_cublas(cublasStatus_t status, const char* what) {
  if (status != CUBLAS_STATUS_SUCCESS) {
    throw device_error(expected_got("fewclip::backend::cuda", what, "success", cublasGetStatusString(status)));
  }
}

/// A thread's own connection to cuBLAS, since one handle must not be used by two threads at once. It belongs to the device that is current
/// when the thread computes its first product.
class cublas_connection {
 public:
  static cublasHandle_t handle() {
    thread_local const cublas_connection own;
    return own.handle_;
  }
  cublas_connection(const cublas_connection&) = delete;
  cublas_connection& operator=(const cublas_connection&) = delete;

 private:
  cublas_connection() { require_cublas(cublasCreate(&handle_), "connection to cuBLAS"); }
  ~cublas_connection() { (void)cublasDestroy(handle_); }

  cublasHandle_t handle_ = nullptr;
};

template <>
struct thrust_system<systems::cuda> {
  static constexpr const char* name = "cuda";
  static constexpr bool host_accessible = false;

  static auto execution() { return ::thrust::cuda::par; }

  template <class Function>
  static void guarded(const Function& function) {
    try {
      function();
    } catch (const ::thrust::system_error& failure) {
      throw device_error(expected_got("fewclip::backend::cuda", "work on the device", "success", failure.what()));
    }
  }

  static void* allocate(std::size_t bytes) {
    try {
      return ::thrust::raw_pointer_cast(::thrust::cuda::malloc(bytes));
    } catch (const std::bad_alloc&) {
      refuse(bytes);
    } catch (const ::thrust::system_error&) {
      refuse(bytes);
    }
    return nullptr;
  }

  /// A failure here means that the device is gone, and with it its memory; there is nobody to tell.
  static void release(void* block) noexcept { (void)cudaFree(block); }

  static void from_host(void* out, const void* in, std::size_t bytes) {
    require_cuda(cudaMemcpy(out, in, bytes, cudaMemcpyHostToDevice), "copy to the device");
  }
  static void to_host(void* out, const void* in, std::size_t bytes) {
    require_cuda(cudaMemcpy(out, in, bytes, cudaMemcpyDeviceToHost), "copy to the host");
  }

  /// cuBLAS reads and writes column by column, so a row-major C = A B is its C^T = B^T A^T: the same memory with the operands swapped.
  static void multiply(const thrust_product<float>& job) {
    require_cublas(
        cublasSgemm_64(cublas_connection::handle(), turn(job.transpose_right), turn(job.transpose_left), job.columns, job.rows, job.depth,
                       &job.alpha, job.right, job.right_stride, job.left, job.left_stride, &job.beta, job.out, job.columns),
        "matrix product");
  }
  static void multiply(const thrust_product<double>& job) {
    require_cublas(
        cublasDgemm_64(cublas_connection::handle(), turn(job.transpose_right), turn(job.transpose_left), job.columns, job.rows, job.depth,
                       &job.alpha, job.right, job.right_stride, job.left, job.left_stride, &job.beta, job.out, job.columns),
        "matrix product");
  }

  /// One call per group of products; a batch of inner extent 0 only scales c, which cuBLAS does for depth 0 as well.
  static void multiply(const thrust_product_batch<float>& job) {
    const product_batch& n = job.extents;
    for (index o = 0; o < n.outer; ++o) {
      require_cublas(
          cublasSgemmStridedBatched_64(cublas_connection::handle(), turn(job.transpose_right), turn(job.transpose_left), n.columns, n.rows,
                                       n.depth, &job.alpha, job.b + o * n.b.outer, n.b.row, n.b.inner, job.a + o * n.a.outer, n.a.row,
                                       n.a.inner, &job.beta, job.c + o * n.c.outer, n.c.row, n.c.inner, n.inner),
          "batched matrix product");
    }
  }
  static void multiply(const thrust_product_batch<double>& job) {
    const product_batch& n = job.extents;
    for (index o = 0; o < n.outer; ++o) {
      require_cublas(
          cublasDgemmStridedBatched_64(cublas_connection::handle(), turn(job.transpose_right), turn(job.transpose_left), n.columns, n.rows,
                                       n.depth, &job.alpha, job.b + o * n.b.outer, n.b.row, n.b.inner, job.a + o * n.a.outer, n.a.row,
                                       n.a.inner, &job.beta, job.c + o * n.c.outer, n.c.row, n.c.inner, n.inner),
          "batched matrix product");
    }
  }

 private:
  static cublasOperation_t turn(bool transpose) { return transpose ? CUBLAS_OP_T : CUBLAS_OP_N; }

  [[noreturn]] static void refuse(std::size_t bytes) {
    (void)cudaGetLastError();
    int devices = 0;
    const cudaError_t status = cudaGetDeviceCount(&devices);
    if (status != cudaSuccess || devices == 0) {
      throw device_error(expected_got("fewclip::backend::cuda", "device", "a CUDA device and its driver",
                                      status != cudaSuccess ? cudaGetErrorString(status) : "no device"));
    }
    std::size_t available = 0;
    std::size_t total = 0;
    if (cudaMemGetInfo(&available, &total) != cudaSuccess) (void)cudaGetLastError();
    throw device_error(expected_got("fewclip::backend::cuda", "memory of the device", std::to_string(bytes) + " bytes",
                                    std::to_string(available) + " bytes free of " + std::to_string(total)));
  }
};

}  // namespace fewclip::backend::detail
