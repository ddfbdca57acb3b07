#pragma once
/// \file
/// The backend on Thrust, for any of its systems; the systems are in fewclip/backend/thrust.hpp and fewclip/backend/cuda.cuh.

#include <thrust/copy.h>
#include <thrust/fill.h>
#include <thrust/for_each.h>
#include <thrust/iterator/counting_iterator.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>

#include "fewclip/backend/detail/thrust_system.hpp"
#include "fewclip/concepts/compute_backend.hpp"

namespace fewclip::backend {

/// The memory of a system of Thrust.
/// \tparam System a tag of fewclip::systems
template <class System>
struct thrust_memory {
  /// Whether the host may read this memory through a plain pointer.
  static constexpr bool host_accessible = detail::thrust_system<System>::host_accessible;

  /// Memory for `count` elements, not initialised; null for none.
  /// \throws device_error where a device is absent or has no memory left; std::bad_alloc where the host has none left
  template <class Scalar>
  static std::shared_ptr<Scalar> allocate(index count) {
    if (count == 0) return {};
    void* block = system::allocate(static_cast<std::size_t>(count) * sizeof(Scalar));
    return std::shared_ptr<Scalar>(static_cast<Scalar*>(block), [](Scalar* p) { system::release(p); });
  }

  /// Sets `count` elements to `value`.
  template <class Scalar>
  static void fill(Scalar* out, Scalar value, index count) {
    if (count > 0) system::guarded([&] { ::thrust::fill_n(system::execution(), out, count, value); });
  }

  /// Copies `count` elements inside this memory.
  template <class Scalar>
  static void copy(Scalar* out, const Scalar* in, index count) {
    if (count > 0) system::guarded([&] { ::thrust::copy_n(system::execution(), in, count, out); });
  }

  /// Copies `count` elements from the host.
  template <class Scalar>
  static void from_host(Scalar* out, const Scalar* in, index count) {
    if (count > 0) system::from_host(out, in, static_cast<std::size_t>(count) * sizeof(Scalar));
  }

  /// Copies `count` elements to the host.
  template <class Scalar>
  static void to_host(Scalar* out, const Scalar* in, index count) {
    if (count > 0) system::to_host(out, in, static_cast<std::size_t>(count) * sizeof(Scalar));
  }

 private:
  using system = detail::thrust_system<System>;
};

/// A system of Thrust as a backend: the code of the CUDA backend, which also runs on the host without a GPU.
///
/// \models compute_backend
/// \tparam System systems::cpp, systems::omp (both in fewclip/backend/thrust.hpp) or systems::cuda (in fewclip/backend/cuda.cuh)
/// \tparam Scalar float or double
///
/// On the host systems products are plain loops: for checking what will run on a GPU; backend::cpu is the fast one there. The number of
/// OpenMP threads is OpenMP's own setting, not fewclip::set_threads. On CUDA products are cuBLAS calls on the current device, in full
/// precision, and every primitive has finished on the device, or waits in order behind those that have, when it returns.
/// Deterministic on the host systems for any number of threads.
template <class System, class Scalar = float>
struct thrust {
  static_assert(std::is_same_v<Scalar, float> || std::is_same_v<Scalar, double>,
                "fewclip::backend::thrust: Scalar needs to be float or double, see docs/extend/backend.md");
  static_assert(
      requires { detail::thrust_system<System>::host_accessible; },
      "fewclip::backend::thrust: System needs to be systems::cpp or systems::omp with fewclip/backend/thrust.hpp included, or "
      "systems::cuda with fewclip/backend/cuda.cuh included, see docs/extend/backend.md");

  using scalar = Scalar;
  using memory = thrust_memory<System>;
  using tensor_type = basic_tensor<Scalar, thrust>;

  /// For reports: "thrust/omp/f32".
  static std::string name() { return std::string("thrust/") + system::name + (std::is_same_v<Scalar, double> ? "/f64" : "/f32"); }

  /// A right operand of many products; shares the storage of the tensor it was made from.
  struct packed_matrix {
    tensor_type weights;  ///< [columns, depth]
    index columns() const { return weights.rows(); }
    index depth() const { return weights.columns(); }
  };

  /// \throws device_error where the device refuses or the body fails on it
  template <class Body>
  static void for_each(index count, const Body& body) {
    if (count <= 0) return;
    system::guarded([&] { ::thrust::for_each_n(system::execution(), ::thrust::counting_iterator<index>(0), count, body); });
  }

  /// \throws device_error where the device refuses or the body fails on it
  template <class Body>
  static void for_each_row(index rows, index, const Body& body) {
    for_each(rows, body);
  }

  static packed_matrix pack(const tensor_type& weights) { return {weights}; }

  /// \throws shape_error where inner extents differ or c does not have the extents of the product; device_error
  static void product(const product_options& options, const tensor_type& a, const tensor_type& b, tensor_type& c) {
    const index rows = options.transpose_left ? a.columns() : a.rows();
    const index depth = options.transpose_left ? a.rows() : a.columns();
    const index columns = options.transpose_right ? b.rows() : b.columns();
    const index b_depth = options.transpose_right ? b.columns() : b.rows();
    if (depth != b_depth) {
      throw shape_error(
          expected_got("fewclip::backend::product", "inner extent of the right operand", std::to_string(depth), std::to_string(b_depth)));
    }
    require_shape("fewclip::backend::product", "result", shape{rows, columns}, shape{c.rows(), c.columns()});
    const Scalar* left = a.data();
    const Scalar* right = b.data();
    multiply({options.transpose_left, options.transpose_right, static_cast<Scalar>(options.alpha), static_cast<Scalar>(options.beta), rows,
              columns, depth, left, a.columns(), right, b.columns(), c.mutable_data()});
  }

  /// The products of as many rows as fit into 64 MB are computed at a time; then one call of `epilogue` per row sees all columns.
  /// \throws shape_error where x and the packed operand differ in depth; device_error
  template <class Epilogue>
  static void product_rows(const tensor_type& x, const packed_matrix& weights, const Epilogue& epilogue) {
    const index depth = weights.depth();
    if (x.columns() != depth) {
      throw shape_error(expected_got("fewclip::backend::product_rows", "columns of x", std::to_string(depth), std::to_string(x.columns())));
    }
    const index rows = x.rows();
    const index columns = weights.columns();
    if (rows == 0 || columns == 0) return;
    const index row_bytes = columns * static_cast<index>(sizeof(Scalar));
    const index step = std::clamp<index>(buffer_bytes / row_bytes, 1, rows);
    const std::shared_ptr<Scalar> buffer = memory::template allocate<Scalar>(step * columns);
    for (index first = 0; first < rows; first += step) {
      const index count = std::min(step, rows - first);
      multiply({false, true, Scalar(1), Scalar(0), count, columns, depth, x.data() + first * depth, depth, weights.weights.data(), depth,
                buffer.get()});
      for_each(count, detail::row_of_products<Scalar, Epilogue>{epilogue, buffer.get(), first, columns});
    }
  }

  /// As product_rows.
  template <class Epilogue>
  static void product_tiles(const tensor_type& x, const packed_matrix& weights, const Epilogue& epilogue) {
    product_rows(x, weights, epilogue);
  }

  /// \throws device_error
  static void batched_product(const product_options& options, const product_batch& batch, const Scalar* a, const Scalar* b, Scalar* c) {
    if (batch.outer * batch.inner == 0 || batch.rows * batch.columns == 0) return;
    const detail::thrust_product_batch<Scalar> job{options.transpose_left,
                                                   options.transpose_right,
                                                   static_cast<Scalar>(options.alpha),
                                                   static_cast<Scalar>(options.beta),
                                                   batch,
                                                   a,
                                                   b,
                                                   c};
    system::multiply(job);
  }

 private:
  using system = detail::thrust_system<System>;
  static constexpr index buffer_bytes = index{64} << 20;

  static void multiply(const detail::thrust_product<Scalar>& job) {
    if (job.rows == 0 || job.columns == 0) return;
    if (job.depth == 0) {
      for_each(job.rows * job.columns, detail::scaled_element<Scalar>{job.out, job.beta});
    } else {
      system::multiply(job);
    }
  }
};

}  // namespace fewclip::backend
