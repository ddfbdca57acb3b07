#pragma once
/// \file
/// Many rows, collected batch by batch, in memory or in a temporary file.

#include <concepts>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/io/detail/unlinked_file.hpp"

namespace fewclip::io {

/// Where a row_store keeps its rows.
struct row_store_options {
  std::size_t bytes_in_memory = std::size_t{1} << 30;  ///< up to this many bytes stay in memory; ours
  std::string folder{};                                ///< where a temporary file may be made beyond that; empty for nowhere
};

/// Rows of one width, appended batch by batch and then read as a matrix.
///
/// All rows stay in memory where the expected ones fit into the bound. Else they go to a temporary file, which is memory-mapped by finish(), so that
/// the system reads pages when they are touched and may drop them again. The file has no name from the start: nothing is left behind, however
/// the process ends. A folder in memory (tmpfs) saves none. Outside POSIX there is no such file and the rows stay in memory.
/// Movable, not copyable; views from rows() stay valid when the object is moved.
class row_store {
 public:
  /// \param width floats per row, at least 1
  /// \param expected_rows how many rows come at most
  /// \param options bound and folder
  /// \throws value_error for a width below 1, a negative number of rows, more bytes than can be counted, or rows beyond the bound without a
  ///         folder; the message names the need
  /// \throws io_error where the folder has less free space than is needed, naming need and room, or no file can be made in it
  row_store(index width, index expected_rows, const row_store_options& options = {}) : width_(width), expected_(expected_rows) {
    if (width < 1) throw value_error(expected_got(here, "width", "at least 1", std::to_string(width)));
    if (expected_rows < 0) throw value_error(expected_got(here, "expected_rows", "at least 0", std::to_string(expected_rows)));
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<index>::max()) / sizeof(float);
    if (static_cast<std::size_t>(expected_rows) > most / static_cast<std::size_t>(width)) {
      throw value_error(expected_got(here, "expected_rows", "rows whose bytes can be counted", estimate()));
    }
    if (needed() <= options.bytes_in_memory) {
      numbers_.reserve(needed() / sizeof(float));
      return;
    }
    if (options.folder.empty()) {
      throw value_error(expected_got(here, "rows in memory", "at most " + std::to_string(options.bytes_in_memory) + " bytes, or a folder",
                                     std::to_string(needed()) + " bytes for " + estimate() + " and no folder"));
    }
    if constexpr (!detail::unlinked_file::available) return;
    require_room(options.folder);
    file_ = detail::unlinked_file(options.folder);
  }

  row_store(row_store&&) noexcept = default;
  row_store& operator=(row_store&&) noexcept = default;
  row_store(const row_store&) = delete;
  row_store& operator=(const row_store&) = delete;
  ~row_store() = default;

  /// Adds rows behind those that are there.
  /// \param rows whole rows, one after the other; copied
  /// \throws shape_error for a number of floats that is no multiple of the width
  /// \throws value_error for more rows than expected, or after finish()
  /// \throws io_error where the file cannot be written; the store is then of no further use
  void append(std::span<const float> rows) {
    if (finished_) throw value_error(expected_got(here, "append", "a store that is not finished", "a finished one"));
    const auto floats = static_cast<index>(rows.size());
    if (floats % width_ != 0) {
      throw shape_error(
          expected_got(here, "append", "a multiple of " + std::to_string(width_) + " floats", std::to_string(floats) + " floats"));
    }
    if (floats / width_ > expected_ - count_) {
      throw value_error(
          expected_got(here, "append", "at most " + std::to_string(expected_) + " rows in all", std::to_string(count_ + floats / width_)));
    }
    if (on_disk())
      file_.append(std::as_bytes(rows));
    else
      numbers_.insert(numbers_.end(), rows.begin(), rows.end());
    count_ += floats / width_;
  }

  /// Adds the rows of an xtensor array or view; otherwise the same.
  /// \throws shape_error unless it is row-major without gaps
  template <xtensor_array Array>
  requires std::same_as<typename Array::value_type, float>
  void append(const Array& rows) { append(fewclip::detail::elements_of(rows)); }

  /// Ends appending; fewer rows than expected are fine. A second call does nothing.
  /// \throws io_error where the file cannot be mapped
  void finish() {
    if (finished_) return;
    if (on_disk()) file_.map();
    finished_ = true;
  }

  /// All rows, \shape{rows, width}; valid as long as this object, or the one it was moved into, lives.
  /// \throws value_error before finish()
  matrix_view<float> rows() && = delete;
  matrix_view<float> rows() const& {
    if (!finished_) throw value_error(expected_got(here, "rows", "a finished store", "one without finish()"));
    return {on_disk() ? static_cast<const float*>(file_.data()) : numbers_.data(), count_, width_};
  }

  /// Whether the rows are in a file.
  bool on_disk() const { return file_.open(); }

  /// How many bytes the rows have that were appended.
  std::size_t bytes() const { return static_cast<std::size_t>(count_ * width_) * sizeof(float); }

 private:
  static constexpr const char* here = "fewclip::io::row_store";

  std::string estimate() const { return std::to_string(expected_) + " rows of " + std::to_string(width_) + " floats"; }
  std::size_t needed() const { return static_cast<std::size_t>(expected_ * width_) * sizeof(float); }

  void require_room(const std::string& folder) const {
    std::error_code failure;
    const std::filesystem::space_info space = std::filesystem::space(folder, failure);
    if (failure) throw io_error(expected_got(folder, "free space", "a folder", failure.message()));
    if (space.available >= needed()) return;
    throw io_error(expected_got(folder, "free space", std::to_string(needed()) + " bytes for " + estimate(),
                                std::to_string(space.available) + " bytes"));
  }

  index width_ = 1;
  index expected_ = 0;
  index count_ = 0;
  bool finished_ = false;
  std::vector<float> numbers_;
  detail::unlinked_file file_;
};

}  // namespace fewclip::io
