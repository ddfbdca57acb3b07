#pragma once
/// \file
/// The first frame of a GIF file, with the pixels of Pillow.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/pixel_rows.hpp"

namespace fewclip::images::detail {

/// The codes of a GIF frame, which lie in blocks of up to 255 bytes. As in Pillow, a block is of use where it is whole, and what comes behind the
/// last pixel, the blocks' end and the file's, need not be there.
class gif_codes {
 public:
  /// \param at the length of the first block
  gif_codes(file_bytes bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  /// The next code of `width` bits; nothing_left where the whole blocks end.
  std::size_t next(unsigned width) {
    while (held_ < width) {
      if (left_ == 0) {
        left_ = byte_at(bytes_, at_);
        is_cut_ = at_ + 1 + left_ > bytes_.size();
        ++at_;
        if (left_ == 0 || is_cut_) return nothing_left;
      }
      bits_ |= byte_at(bytes_, at_++) << held_;
      held_ += 8;
      --left_;
    }
    const std::size_t out = bits_ & ((std::size_t{1} << width) - 1);
    bits_ >>= width;
    held_ -= width;
    return out;
  }

  /// Whether the file ended where more was to come.
  bool is_cut() const { return is_cut_; }

  static constexpr std::size_t nothing_left = ~std::size_t{0};

 private:
  file_bytes bytes_;
  std::size_t at_;
  std::size_t left_ = 0;
  bool is_cut_ = false;
  std::size_t bits_ = 0;
  unsigned held_ = 0;
};

/// The strings of the LZW coding: each code is another one and a last byte.
struct gif_strings {
  static constexpr std::size_t most = 4096;
  std::array<std::uint16_t, most> before{};
  std::array<std::uint8_t, most> last{};
  std::array<std::uint8_t, most> first{};
  std::array<std::uint16_t, most> length{};

  explicit gif_strings(std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) {
      first[i] = last[i] = static_cast<std::uint8_t>(i);
      length[i] = 1;
    }
  }

  void add(std::size_t at, std::size_t start, std::uint8_t end) {
    before[at] = static_cast<std::uint16_t>(start);
    last[at] = end;
    first[at] = first[start];
    length[at] = static_cast<std::uint16_t>(length[start] + 1);
  }

  /// Writes as much of a string as there is room for. Returns its length.
  std::size_t write(std::size_t code, std::uint8_t* to, std::size_t room) const {
    const std::size_t whole = length[code];
    for (std::size_t i = whole; i > 0; --i, code = before[code]) {
      if (i <= room) to[i - 1] = last[code];
    }
    return whole;
  }
};

/// Decodes palette positions.
/// \param at where the size of the smallest code lies
inline std::vector<std::uint8_t> gif_positions(file_bytes bytes, std::size_t at, std::size_t count, const decode_job& job) {
  const std::size_t bits = byte_at(bytes, at);
  if (bits < 1 || bits > 11) job.refuse("bits of a code", "1 to 11", std::to_string(bits));
  const std::size_t clear = std::size_t{1} << bits;
  gif_codes codes(bytes, at + 1);
  const auto strings = std::make_unique<gif_strings>(std::min<std::size_t>(clear, 256));
  std::vector<std::uint8_t> out(count);
  std::size_t known = clear + 2;
  std::size_t previous = gif_codes::nothing_left;
  auto width = static_cast<unsigned>(bits + 1);
  for (std::size_t done = 0; done < count;) {
    const std::size_t code = codes.next(width);
    if (code == gif_codes::nothing_left || code == clear + 1) {
      job.refuse_pixels("GIF", codes.is_cut() ? "a truncated one" : "fewer pixels than its width and height say");
    }
    if (code == clear) {
      known = clear + 2;
      width = static_cast<unsigned>(bits + 1);
      previous = gif_codes::nothing_left;
      continue;
    }
    const bool is_next = code == known && previous != gif_codes::nothing_left && known < gif_strings::most;
    const bool is_known = code < known && (code < 256 || code > clear + 1) && (previous != gif_codes::nothing_left || code < clear);
    if (!is_next && !is_known) job.refuse_pixels("GIF", "a code that was not defined");
    if (previous != gif_codes::nothing_left && known < gif_strings::most) {
      strings->add(known, previous, strings->first[is_next ? previous : code]);
      ++known;
      if (known == std::size_t{1} << width && width < 12) ++width;
    }
    done += strings->write(code, out.data() + done, count - done);
    previous = code;
  }
  return out;
}

/// Where the first frame of a GIF file lies and what is said about it.
struct gif_frame {
  index width = 0;   ///< of the whole picture
  index height = 0;  ///< of the whole picture
  index left = 0;
  index top = 0;
  index columns = 0;
  index rows = 0;
  bool interlaced = false;
  std::size_t transparent = 256;  ///< a palette position; 256: none
  std::array<std::array<std::uint8_t, 4>, 256> palette{};
  std::size_t codes = 0;  ///< where the smallest code's bits lie

  /// The row of the picture that row `y` in the order of the file is, from the top of the frame.
  index row_of(index y) const {
    if (!interlaced) return y;
    const index eighths = (rows + 7) / 8;
    const index quarters = (rows + 3) / 8;
    const index halves = (rows + 1) / 4;
    if (y < eighths) return 8 * y;
    if ((y -= eighths) < quarters) return 8 * y + 4;
    if ((y -= quarters) < halves) return 4 * y + 2;
    return 2 * (y - halves) + 1;
  }
};

inline void read_gif_palette(file_bytes bytes, std::size_t at, std::size_t flags, gif_frame& out) {
  if (gif_table_bytes(flags) == 0) return;
  out.palette.fill({0, 0, 0, 255});
  for (std::size_t i = 0; i < gif_table_bytes(flags); ++i) out.palette[i / 3][i % 3] = static_cast<std::uint8_t>(byte_at(bytes, at + i));
}

inline gif_frame read_gif(file_bytes bytes, const decode_job& job) {
  gif_frame out;
  for (std::size_t i = 0; i < 256; ++i) {  // without a palette positions are levels of grey
    const auto level = static_cast<std::uint8_t>(i);
    out.palette[i] = {level, level, level, 255};
  }
  read_gif_palette(bytes, 13, byte_at(bytes, 10), out);
  std::size_t at = 13 + gif_table_bytes(byte_at(bytes, 10));
  while (at < bytes.size() && byte_at(bytes, at) != 0x2C) {
    if (byte_at(bytes, at) == 0x3B) job.refuse("frames", "at least one", "none");
    if (byte_at(bytes, at) != 0x21) {  // Pillow goes over such bytes as well
      ++at;
      continue;
    }
    const bool is_control = byte_at(bytes, at + 1) == 0xF9 && byte_at(bytes, at + 2) >= 4;
    if (is_control && (byte_at(bytes, at + 3) & 1U) != 0) out.transparent = byte_at(bytes, at + 6);
    at = behind_gif_blocks(bytes, at + 2);
  }
  if (at + 11 > bytes.size()) job.refuse_pixels("GIF", "a truncated one");
  out.left = static_cast<index>(little_16(bytes, at + 1));
  out.top = static_cast<index>(little_16(bytes, at + 3));
  out.columns = static_cast<index>(little_16(bytes, at + 5));
  out.rows = static_cast<index>(little_16(bytes, at + 7));
  out.width = std::max(static_cast<index>(little_16(bytes, 6)), out.left + out.columns);
  out.height = std::max(static_cast<index>(little_16(bytes, 8)), out.top + out.rows);
  const std::size_t flags = byte_at(bytes, at + 9);
  out.interlaced = (flags & 0x40U) != 0;
  read_gif_palette(bytes, at + 10, flags, out);
  out.codes = at + 10 + gif_table_bytes(flags);
  if (out.transparent < 256) out.palette[out.transparent][3] = 0;
  return out;
}

inline image decode_gif(file_bytes bytes, const decode_job& job) {
  const gif_frame frame = read_gif(bytes, job);
  job.check_extents(frame.width, frame.height);
  if (frame.columns < 1 || frame.rows < 1) job.refuse("first frame", "at least one pixel", "none");
  const index channels = frame.transparent < 256 ? 4 : 3;
  const index kept = frame.width * frame.height * pixel_rows::kept_channels(job, channels);
  const index rows = frame.height * static_cast<index>(sizeof(index)) + frame.width * channels;
  job.take_memory(frame.columns * frame.rows + std::max(static_cast<index>(sizeof(gif_strings)), kept + rows), kept);
  const auto positions = gif_positions(bytes, frame.codes, static_cast<std::size_t>(frame.columns * frame.rows), job);
  std::vector<index> file_row(static_cast<std::size_t>(frame.height), -1);
  for (index y = 0; y < frame.rows; ++y) file_row[static_cast<std::size_t>(frame.top + frame.row_of(y))] = y;
  pixel_rows out(job, frame.width, frame.height, channels);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(frame.width * channels));
  const auto& outside = frame.palette[frame.transparent < 256 ? frame.transparent : 0];
  for (index y = 0; y < frame.height; ++y) {
    const index from = file_row[static_cast<std::size_t>(y)];
    std::uint8_t* to = row.data();
    for (index x = 0; x < frame.width; ++x) {
      const bool inside = from >= 0 && x >= frame.left && x < frame.left + frame.columns;
      const auto& colour = inside ? frame.palette[positions[static_cast<std::size_t>(from * frame.columns + x - frame.left)]] : outside;
      to = std::copy_n(colour.begin(), channels, to);
    }
    out.put(y, row.data());
  }
  return out.take();
}

}  // namespace fewclip::images::detail
