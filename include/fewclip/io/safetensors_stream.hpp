#pragma once
/// \file
/// Writing a safetensors file whose tensors become known one after the other.

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/io/atomic_file.hpp"
#include "fewclip/io/safetensors_writer.hpp"

namespace fewclip::io {

/// Writes one safetensors file tensor by tensor, in any order, and keeps none of them: each goes to its place in the temporary file. The file
/// appears when commit() finds it complete, and is then the one that safetensors_writer would have written.
class safetensors_stream {
 public:
  /// Creates the temporary file and writes its header.
  /// \param path the target, see atomic_file
  /// \param plan names, types and shapes (safetensors_writer::declare) and the metadata
  /// \throws io_error where it cannot be written; safetensors_error as safetensors_writer::header
  safetensors_stream(const std::string& path, const safetensors_writer& plan) : file_(path) {
    const std::string start = plan.header();
    file_.write(start);
    for (tensor_info& each : plan.tensors()) {
      each.begin += start.size();
      each.end += start.size();
      missing_.emplace(each.name, each);
    }
  }

  /// Writes one tensor.
  /// \param name a planned one that has not been written
  /// \param values its elements, row-major
  /// \throws value_error for another name, type or number of elements; io_error where it cannot be written
  template <class T>
  void write(const std::string& name, const std::vector<T>& values) {
    const auto at = missing_.find(name);
    if (at == missing_.end()) {
      throw value_error(expected_got(here, "tensor " + detail::readable_name(name), "a planned name, once", "another"));
    }
    const tensor_info& planned = at->second;
    if (planned.type != dtype_of<T> || planned.elements() != values.size()) {
      throw value_error(expected_got(here, "tensor " + detail::readable_name(name),
                                     std::to_string(planned.elements()) + " elements of " + planned.type_name,
                                     std::to_string(values.size()) + " of " + std::string(name_of(dtype_of<T>))));
    }
    file_.write_at(planned.begin, std::as_bytes(std::span(values)));
    missing_.erase(at);
  }

  /// Puts the file in its place.
  /// \throws value_error where a planned tensor is missing; io_error as atomic_file::commit
  void commit() {
    if (!missing_.empty()) {
      throw value_error(expected_got(here, "tensor " + detail::readable_name(missing_.begin()->first), "its elements", "none"));
    }
    file_.commit();
  }

 private:
  static constexpr const char* here = "fewclip::io::safetensors_stream";

  atomic_file file_;
  std::map<std::string, tensor_info> missing_;
};

}  // namespace fewclip::io
