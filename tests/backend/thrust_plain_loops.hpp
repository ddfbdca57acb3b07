#pragma once
// A backend of plain loops on the host: known to be right by reading it, and free of Eigen, which nvcc need not see.

#include <string>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/memory.hpp"

namespace fewclip::thrust_checks {

template <class Scalar>
struct plain_loops {
  using scalar = Scalar;
  using memory = fewclip::host_memory;
  using tensor_type = fewclip::basic_tensor<Scalar, plain_loops>;
  using index = fewclip::index;

  struct packed_matrix {
    tensor_type weights;
    index columns() const { return weights.rows(); }
    index depth() const { return weights.columns(); }
  };

  static std::string name() { return "plain loops"; }

  template <class Body>
  static void for_each(index count, const Body& body) {
    for (index i = 0; i < count; ++i) body(i);
  }
  template <class Body>
  static void for_each_row(index rows, index, const Body& body) {
    for_each(rows, body);
  }

  static packed_matrix pack(const tensor_type& weights) { return {weights}; }

  static void product(const fewclip::product_options& options, const tensor_type& a, const tensor_type& b, tensor_type& c) {
    const index depth = options.transpose_left ? a.rows() : a.columns();
    const Scalar* left = a.data();
    const Scalar* right = b.data();
    Scalar* out = c.mutable_data();
    for (index i = 0; i < c.rows(); ++i) {
      for (index j = 0; j < c.columns(); ++j) {
        double sum = 0;
        for (index k = 0; k < depth; ++k) {
          const Scalar l = left[options.transpose_left ? k * a.columns() + i : i * a.columns() + k];
          const Scalar r = right[options.transpose_right ? j * b.columns() + k : k * b.columns() + j];
          sum += static_cast<double>(l) * static_cast<double>(r);
        }
        Scalar& target = out[i * c.columns() + j];
        target = static_cast<Scalar>(options.alpha * sum + (options.beta == 0 ? 0 : options.beta * static_cast<double>(target)));
      }
    }
  }

  template <class Epilogue>
  static void product_rows(const tensor_type& x, const packed_matrix& w, const Epilogue& epilogue) {
    tensor_type all({x.rows(), w.columns()});
    product({.transpose_right = true}, x, w.weights, all);
    Scalar* values = all.mutable_data();
    for (index row = 0; row < x.rows() && w.columns() > 0; ++row) epilogue(row, index{0}, w.columns(), values + row * w.columns());
  }
  template <class Epilogue>
  static void product_tiles(const tensor_type& x, const packed_matrix& w, const Epilogue& epilogue) {
    product_rows(x, w, epilogue);
  }

  static void batched_product(const fewclip::product_options& options, const fewclip::product_batch& n, const Scalar* a, const Scalar* b,
                              Scalar* c) {
    for (index o = 0; o < n.outer; ++o) {
      for (index i = 0; i < n.inner; ++i) {
        const Scalar* left = a + o * n.a.outer + i * n.a.inner;
        const Scalar* right = b + o * n.b.outer + i * n.b.inner;
        Scalar* out = c + o * n.c.outer + i * n.c.inner;
        for (index row = 0; row < n.rows; ++row) {
          for (index j = 0; j < n.columns; ++j) {
            double sum = 0;
            for (index k = 0; k < n.depth; ++k) {
              const Scalar l = left[options.transpose_left ? k * n.a.row + row : row * n.a.row + k];
              const Scalar r = right[options.transpose_right ? j * n.b.row + k : k * n.b.row + j];
              sum += static_cast<double>(l) * static_cast<double>(r);
            }
            Scalar& target = out[row * n.c.row + j];
            target = static_cast<Scalar>(options.alpha * sum + (options.beta == 0 ? 0 : options.beta * static_cast<double>(target)));
          }
        }
      }
    }
  }
};

}  // namespace fewclip::thrust_checks
