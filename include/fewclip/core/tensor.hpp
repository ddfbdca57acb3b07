#pragma once
/// \file
/// The array type of every backend.

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// A dense, row-major, n-dimensional array of `Scalar` in the memory of `Backend`, with the semantics of a value.
///
/// Copies are cheap: they share storage until one of them is written to (copy on write), so a tensor can be handed around, saved for a
/// backward pass or kept in a fitted model without thought. `borrow` wraps the caller's memory without copying it; the first write copies.
/// Reading one tensor from many threads is safe; writing needs exclusive access to that object.
///
/// \tparam Scalar element type
/// \tparam Backend a compute_backend; supplies `memory`, and tells operations which primitives to use
template <class Scalar, class Backend>
class basic_tensor {
 public:
  using scalar = Scalar;
  using backend = Backend;

  /// An empty tensor of shape [0].
  basic_tensor() : extents_{0} {}

  /// A tensor of `extents` filled with `value`.
  explicit basic_tensor(const shape& extents, Scalar value = Scalar(0)) : basic_tensor(uninitialised(extents)) {
    if (size() > 0) Backend::memory::fill(storage_.get(), value, size());
  }

  /// A tensor whose elements are to be written before they are read.
  static basic_tensor uninitialised(const shape& extents) {
    basic_tensor out;
    out.extents_ = extents;
    out.storage_ = Backend::memory::template allocate<Scalar>(extents.size());
    return out;
  }

  /// A read-only view of memory that the caller keeps alive and unchanged for as long as this tensor or a copy of it is used.
  /// \param data `extents.size()` elements, row-major, in the memory of the backend
  /// \param extents the shape
  /// \throws value_error for a null pointer to more than no elements
  static basic_tensor borrow(const Scalar* data, const shape& extents) {
    require_memory(data, extents, "fewclip::tensor::borrow");
    basic_tensor out;
    out.extents_ = extents;
    out.storage_ = std::shared_ptr<Scalar>(const_cast<Scalar*>(data), [](Scalar*) {});
    out.borrowed_ = true;
    return out;
  }

  /// Extents alone, of a tensor that has been let go of; what reads its elements reads nothing.
  /// \param extents the shape
  static basic_tensor without_memory(const shape& extents) {
    basic_tensor out;
    out.extents_ = extents;
    out.borrowed_ = true;
    return out;
  }

  /// A read-only view of memory that `owner` keeps alive; the first write copies.
  /// \param owner `extents.size()` elements, row-major, in the memory of the backend, for example a part of a mapped file
  /// \param extents the shape
  /// \throws value_error for a null pointer to more than no elements
  static basic_tensor share(std::shared_ptr<const Scalar> owner, const shape& extents) {
    require_memory(owner.get(), extents, "fewclip::tensor::share");
    basic_tensor out;
    out.extents_ = extents;
    out.storage_ = std::const_pointer_cast<Scalar>(std::move(owner));
    out.borrowed_ = true;
    return out;
  }

  /// A copy of host memory.
  /// \param data `extents.size()` elements, row-major, on the host
  /// \param extents the shape
  /// \throws value_error for a null pointer to more than no elements
  static basic_tensor from_host(const Scalar* data, const shape& extents) {
    require_memory(data, extents, "fewclip::tensor::from_host");
    basic_tensor out = uninitialised(extents);
    if (out.size() > 0) Backend::memory::from_host(out.storage_.get(), data, out.size());
    return out;
  }

  /// The elements, row-major, on the host.
  std::vector<Scalar> to_host() const {
    std::vector<Scalar> out(static_cast<std::size_t>(size()));
    if (size() > 0) Backend::memory::to_host(out.data(), data(), size());
    return out;
  }

  const shape& extents() const { return extents_; }
  index rank() const { return extents_.rank(); }
  index rows() const { return extents_.rows(); }
  index columns() const { return extents_.columns(); }
  index size() const { return extents_.size(); }
  bool empty() const { return size() == 0; }

  /// The elements, in the memory of the backend.
  const Scalar* data() const { return storage_.get(); }

  /// The elements for writing; copies them first where the storage is shared or borrowed.
  Scalar* mutable_data() {
    if (borrowed_ || storage_.use_count() > 1) *this = clone();
    return storage_.get();
  }

  /// A copy with storage of its own.
  basic_tensor clone() const {
    basic_tensor out = uninitialised(extents_);
    if (size() > 0) Backend::memory::copy(out.storage_.get(), data(), size());
    return out;
  }

  /// The same elements under other extents, sharing storage.
  /// \throws shape_error unless the number of elements is equal
  basic_tensor reshaped(const shape& extents) const {
    if (extents.size() != size()) {
      throw shape_error(expected_got("fewclip::tensor::reshaped", "extents", std::to_string(size()) + " elements", extents.text()));
    }
    basic_tensor out = *this;
    out.extents_ = extents;
    return out;
  }

  /// Rows begin .. begin+count-1 of the outermost dimension, sharing storage; not checked.
  basic_tensor rows_slice(index begin, index count) const {
    shape extents{count};
    for (index d = 1; d < rank(); ++d) extents.append(extents_[d]);
    basic_tensor out = *this;
    out.extents_ = extents;
    out.storage_ = std::shared_ptr<Scalar>(storage_, storage_.get() + begin * columns());
    return out;
  }

 private:
  static void require_memory(const Scalar* data, const shape& extents, const char* where) {
    if (data == nullptr && extents.size() > 0) {
      throw value_error(expected_got(where, "data", "a pointer to " + std::to_string(extents.size()) + " elements", "null"));
    }
  }

  shape extents_;
  std::shared_ptr<Scalar> storage_;
  bool borrowed_ = false;
};

/// The tensor of a backend's own scalar type.
template <class Backend>
using tensor = basic_tensor<typename Backend::scalar, Backend>;

}  // namespace fewclip
