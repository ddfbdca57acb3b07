#pragma once
/// \file
/// BMP: from 1 to 32 bits, run lengths, bit fields, either order of the rows; with the pixels of Pillow.

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/pixel_rows.hpp"

namespace fewclip::images::detail {

/// What a BMP file says before its pixels.
struct bmp_outline {
  index width = 0;
  index height = 0;
  bool from_top = false;  ///< else the last row comes first
  index bits = 0;         ///< of a pixel: 1, 4, 8, 16, 24, 32
  std::size_t compression = 0;
  std::size_t pixels = 0;  ///< where they begin
  std::array<std::array<std::uint8_t, 3>, 256> palette{};
  std::array<std::size_t, 4> masks{};  ///< of red, green, blue, alpha in 16 and 32 bits

  static constexpr std::size_t plain = 0, run_lengths_8 = 1, run_lengths_4 = 2, bit_fields = 3;

  bool has_run_lengths() const { return compression == run_lengths_8 || compression == run_lengths_4; }
  index channels() const { return masks[3] != 0 ? 4 : 3; }
  std::size_t row_bytes() const { return static_cast<std::size_t>((width * bits + 31) / 32 * 4); }
  index row_of(index y) const { return from_top ? y : height - 1 - y; }
};

/// Width, height, order of rows, bits and compression.
inline void read_bmp_header(file_bytes bytes, const decode_job& job, bmp_outline& out) {
  const std::size_t size = little_32(bytes, 14);
  const bool is_known = size == 12 || size == 40 || size == 52 || size == 56 || size == 64 || size == 108 || size == 124;
  if (!is_known) job.refuse("header", "12, 40, 52, 56, 64, 108 or 124 bytes", std::to_string(size));
  if (bytes.size() < 14 + size) job.refuse_pixels("BMP", "a truncated one");
  if (size == 12) {
    out.width = static_cast<index>(little_16(bytes, 18));
    out.height = static_cast<index>(little_16(bytes, 20));
    out.bits = static_cast<index>(little_16(bytes, 24));
  } else {
    out.from_top = byte_at(bytes, 25) == 0xFF;
    out.width = static_cast<index>(little_32(bytes, 18));
    out.height = static_cast<index>(little_32(bytes, 22));
    if (out.from_top) out.height = (index{1} << 32) - out.height;
    out.bits = static_cast<index>(little_16(bytes, 28));
    out.compression = little_32(bytes, 30);
  }
  job.check_extents(out.width, out.height);
  const bool bits_known = out.bits == 1 || out.bits == 4 || out.bits == 8 || out.bits == 16 || out.bits == 24 || out.bits == 32;
  if (!bits_known) job.refuse("bits of a pixel", "1, 4, 8, 16, 24 or 32", std::to_string(out.bits));
  const bool fits = out.compression == bmp_outline::plain || (out.compression == bmp_outline::run_lengths_8 && out.bits == 8) ||
                    (out.compression == bmp_outline::run_lengths_4 && out.bits == 4) ||
                    (out.compression == bmp_outline::bit_fields && out.bits >= 16);
  if (!fits) {
    job.refuse("compression", "0 (none), 1 (run lengths of 8 bits), 2 (run lengths of 4 bits) or 3 (bit fields of 16 bits or more)",
               std::to_string(out.compression) + " with " + std::to_string(out.bits) + " bits");
  }
}

/// Which bits are which colour.
inline void read_bmp_masks(file_bytes bytes, const decode_job& job, bmp_outline& out) {
  const std::size_t size = little_32(bytes, 14);
  if (out.compression != bmp_outline::bit_fields) {
    if (out.bits == 16) out.masks = {0x7C00, 0x3E0, 0x1F, 0};
    if (out.bits >= 24) out.masks = {0xFF0000, 0xFF00, 0xFF, 0};
    return;
  }
  for (std::size_t c = 0; c < (size >= 56 && size != 64 ? 4U : 3U); ++c) out.masks[c] = little_32(bytes, 54 + 4 * c);
  if (out.masks == std::array<std::size_t, 4>{} && out.bits == 32) out.masks = {0xFF0000, 0xFF00, 0xFF, 0xFF000000};
  const bool is_usual = out.masks[0] == 0xFF0000 && out.masks[1] == 0xFF00 && out.masks[2] == 0xFF;
  if (out.bits == 24 && !is_usual) job.refuse("bit fields", "blue, green, red in 24 bits", "others");
}

inline bmp_outline read_bmp(file_bytes bytes, const decode_job& job) {
  bmp_outline out;
  read_bmp_header(bytes, job, out);
  const std::size_t size = little_32(bytes, 14);
  const std::size_t entry = size == 12 ? 3 : 4;
  std::size_t colours = size == 12 ? 0 : little_32(bytes, 46);
  out.pixels = little_32(bytes, 10);
  if (out.bits > 8) {
    read_bmp_masks(bytes, job, out);
    if (out.pixels == 0) out.pixels = 14 + size + (out.compression == bmp_outline::bit_fields && size == 40 ? 12 : 0);
    return out;
  }
  if (colours == 0) colours = std::size_t{1} << out.bits;
  if (out.pixels == 0 || out.pixels == 14 + size) out.pixels = 14 + size + entry * colours;  // some programs forget the palette
  for (std::size_t i = 0; i < std::min<std::size_t>(colours, 256); ++i) {
    for (std::size_t c = 0; c < 3; ++c) out.palette[i][c] = static_cast<std::uint8_t>(byte_at(bytes, 14 + size + entry * i + 2 - c));
  }
  return out;
}

/// The bits of a mask as a byte: all ones become 255.
inline std::uint8_t masked_byte(std::size_t value, std::size_t mask) {
  if (mask == 0) return 0;
  const auto shift = static_cast<unsigned>(std::countr_zero(mask));
  return static_cast<std::uint8_t>(((value & mask) >> shift) * 255 / (mask >> shift));
}

/// A row of the file to channels.
inline void expand_bmp_row(const bmp_outline& outline, file_bytes row, std::uint8_t* to) {
  const auto bits = static_cast<std::size_t>(outline.bits);
  for (std::size_t x = 0; x < static_cast<std::size_t>(outline.width); ++x) {
    if (bits <= 8) {
      const std::size_t position = (byte_at(row, x * bits / 8) >> (8 - bits - x * bits % 8)) & ((1U << bits) - 1);
      to = std::copy_n(outline.palette[position].begin(), 3, to);
      continue;
    }
    if (bits == 24) {
      for (std::size_t c = 0; c < 3; ++c) *to++ = std::to_integer<std::uint8_t>(row[3 * x + 2 - c]);
      continue;
    }
    const std::size_t value = bits == 16 ? little_16(row, 2 * x) : little_32(row, 4 * x);
    for (std::size_t c = 0; c < static_cast<std::size_t>(outline.channels()); ++c) *to++ = masked_byte(value, outline.masks[c]);
  }
}

/// Palette positions in run lengths, in the order of the file; rows follow one another as Pillow takes them.
class bmp_runs {
 public:
  bmp_runs(file_bytes bytes, const bmp_outline& outline)
      : bytes_(bytes),
        at_(outline.pixels),
        halves_(outline.compression == bmp_outline::run_lengths_4),
        width_(static_cast<std::size_t>(outline.width)),
        out_(width_ * static_cast<std::size_t>(outline.height)) {}

  /// All positions; fewer than pixels where the runs end before.
  std::vector<std::uint8_t> positions() {
    while (done_ < out_.size() && at_ + 2 <= bytes_.size()) {
      const std::size_t count = byte_at(bytes_, at_);
      const std::size_t second = byte_at(bytes_, at_ + 1);
      at_ += 2;
      if (count > 0) {
        repeat(count, second);
      } else if (second == 0) {
        skip((width_ - done_ % width_) % width_);
        x_ = 0;
      } else if (second == 1) {
        break;
      } else if (second == 2) {
        skip(byte_at(bytes_, at_) + byte_at(bytes_, at_ + 1) * width_);
        at_ += 2;
        x_ = done_ % width_;
      } else {
        copy(second);
      }
    }
    out_.resize(std::min(done_, out_.size()));
    return std::move(out_);
  }

 private:
  std::uint8_t half(std::size_t byte, std::size_t i) const { return static_cast<std::uint8_t>(i % 2 == 0 ? byte >> 4 : byte & 15U); }

  void put(std::uint8_t position) {
    if (done_ < out_.size()) out_[done_++] = position;
  }

  void skip(std::size_t count) { done_ += std::min(count, out_.size() - done_); }

  void repeat(std::size_t count, std::size_t byte) {
    count = std::min(count, x_ < width_ ? width_ - x_ : 0);
    for (std::size_t i = 0; i < count; ++i) put(halves_ ? half(byte, i) : static_cast<std::uint8_t>(byte));
    x_ += count;
  }

  void copy(std::size_t count) {
    const std::size_t size = halves_ ? (count + 1) / 2 : count;
    for (std::size_t i = 0; i < count && at_ + (halves_ ? i / 2 : i) < bytes_.size(); ++i) {
      const std::size_t byte = byte_at(bytes_, at_ + (halves_ ? i / 2 : i));
      put(halves_ ? half(byte, i) : static_cast<std::uint8_t>(byte));
    }
    x_ += count;
    at_ += size;
    at_ += at_ % 2;
  }

  file_bytes bytes_;
  std::size_t at_;
  bool halves_;
  std::size_t width_;
  std::vector<std::uint8_t> out_;
  std::size_t done_ = 0;
  std::size_t x_ = 0;
};

inline image decode_bmp_runs(file_bytes bytes, const decode_job& job, const bmp_outline& outline) {
  const std::vector<std::uint8_t> positions = bmp_runs(bytes, outline).positions();
  if (static_cast<index>(positions.size()) < outline.width * outline.height) {
    job.refuse_pixels("BMP", "fewer pixels than its width and height say");
  }
  pixel_rows out(job, outline.width, outline.height, 3);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(3 * outline.width));
  for (index y = 0; y < outline.height; ++y) {
    const std::uint8_t* const from = positions.data() + y * outline.width;
    std::uint8_t* to = row.data();
    for (index x = 0; x < outline.width; ++x) to = std::copy_n(outline.palette[from[x]].begin(), 3, to);
    out.put(outline.row_of(y), row.data());
  }
  return out.take();
}

inline image decode_bmp(file_bytes bytes, const decode_job& job) {
  const bmp_outline outline = read_bmp(bytes, job);
  const index pixels = outline.width * outline.height;
  const index kept = pixels * pixel_rows::kept_channels(job, outline.channels());
  job.take_memory(kept + outline.width * outline.channels() + (outline.has_run_lengths() ? pixels : 0), kept);
  if (outline.has_run_lengths()) return decode_bmp_runs(bytes, job, outline);
  const auto rows = static_cast<std::size_t>(outline.height);
  const std::size_t last = static_cast<std::size_t>((outline.width * outline.bits + 7) / 8);
  if (outline.pixels + (rows - 1) * outline.row_bytes() + last > bytes.size()) job.refuse_pixels("BMP", "a truncated one");
  pixel_rows out(job, outline.width, outline.height, outline.channels());
  std::vector<std::uint8_t> row(static_cast<std::size_t>(outline.width * outline.channels()));
  for (std::size_t y = 0; y < rows; ++y) {
    expand_bmp_row(outline, bytes.subspan(outline.pixels + y * outline.row_bytes(), last), row.data());
    out.put(outline.row_of(static_cast<index>(y)), row.data());
  }
  return out.take();
}

}  // namespace fewclip::images::detail
