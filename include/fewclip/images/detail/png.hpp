#pragma once
/// \file
/// PNG: all kinds, with the pixels of Pillow; memory is that of the samples as the file has them and of the image.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "fewclip/images/detail/inflate.hpp"
#include "fewclip/images/detail/pixel_rows.hpp"

namespace fewclip::images::detail {

/// What a PNG file says before its pixels, and where they lie.
struct png_outline {
  index width = 0;
  index height = 0;
  index depth = 0;       ///< bits of a sample: 1, 2, 4, 8, 16
  std::size_t kind = 0;  ///< 0 grey, 2 colours, 3 palette, 4 grey and alpha, 6 colours and alpha
  bool interlaced = false;
  std::array<std::array<std::uint8_t, 4>, 256> palette{};
  bool palette_has_alpha = false;
  std::optional<std::array<std::size_t, 3>> transparent{};  ///< samples of the colour that is transparent
  std::size_t first_data = 0;                               ///< where the first IDAT chunk begins; the others follow it
  std::size_t data_bytes = 0;                               ///< of all IDAT chunks

  /// Samples of a pixel in the file.
  index samples() const { return kind == 2 ? 3 : kind == 4 ? 2 : kind == 6 ? 4 : 1; }
  /// Channels of a pixel in memory.
  index channels() const { return kind == 3 ? (palette_has_alpha ? 4 : 3) : samples() + (transparent ? 1 : 0); }
  /// Bytes of a row of so many pixels in the file, without its filter.
  std::size_t row_bytes(index pixels) const { return static_cast<std::size_t>((pixels * samples() * depth + 7) / 8); }
};

/// The name of a chunk for messages, whatever its bytes.
inline std::string png_chunk_name(file_bytes bytes, std::size_t at) {
  std::string out;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t letter = byte_at(bytes, at + i);
    const bool is_letter = (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
    out += is_letter ? static_cast<char>(letter) : '?';
  }
  return out;
}

inline void read_png_header(file_bytes bytes, const decode_job& job, png_outline& out) {
  if (bytes.size() < 33) job.refuse_pixels("PNG", "a truncated one");
  if (big_32(bytes, 8) != 13 || png_chunk_name(bytes, 12) != "IHDR") {
    job.refuse("first chunk", "IHDR of 13 bytes", png_chunk_name(bytes, 12) + " of " + std::to_string(big_32(bytes, 8)));
  }
  out.width = static_cast<index>(big_32(bytes, 16));
  out.height = static_cast<index>(big_32(bytes, 20));
  out.depth = static_cast<index>(byte_at(bytes, 24));
  out.kind = byte_at(bytes, 25);
  job.check_extents(out.width, out.height, out.depth);
  const bool whole = out.depth == 8 || (out.depth == 16 && out.kind != 3);
  const bool part = (out.depth == 1 || out.depth == 2 || out.depth == 4) && (out.kind == 0 || out.kind == 3);
  const bool known = out.kind == 0 || out.kind == 2 || out.kind == 3 || out.kind == 4 || out.kind == 6;
  if (!known || !(whole || part)) {
    job.refuse("colour type and bit depth", "a pair of the PNG standard", std::to_string(out.kind) + " and " + std::to_string(out.depth));
  }
  if (byte_at(bytes, 26) != 0 || byte_at(bytes, 27) != 0 || byte_at(bytes, 28) > 1) {
    job.refuse(
        "compression, filter and interlace method", "0, 0 and 0 or 1",
        std::to_string(byte_at(bytes, 26)) + ", " + std::to_string(byte_at(bytes, 27)) + " and " + std::to_string(byte_at(bytes, 28)));
  }
  out.interlaced = byte_at(bytes, 28) == 1;
}

/// Takes a chunk `content` that is neither the header nor pixels.
inline void read_png_chunk(const std::string& name, file_bytes content, const decode_job& job, png_outline& out) {
  if (name == "PLTE") {
    if (content.size() % 3 != 0 || content.size() > 768 || content.empty()) {
      job.refuse("PLTE chunk", "1 to 256 colours of 3 bytes", std::to_string(content.size()) + " bytes");
    }
    for (std::size_t i = 0; i < content.size(); ++i) out.palette[i / 3][i % 3] = std::to_integer<std::uint8_t>(content[i]);
    return;
  }
  if (name == "tRNS" && out.kind == 3) {
    for (std::size_t i = 0; i < std::min<std::size_t>(content.size(), 256); ++i)
      out.palette[i][3] = std::to_integer<std::uint8_t>(content[i]);
    out.palette_has_alpha = true;
    return;
  }
  if (name == "tRNS" && (out.kind == 0 || out.kind == 2)) {
    const std::size_t expected = out.kind == 0 ? 2 : 6;
    if (content.size() < expected) {
      job.refuse("tRNS chunk", std::to_string(expected) + " bytes", std::to_string(content.size()));
    }
    out.transparent = {big_16(content, 0), big_16(content, 2), big_16(content, 4)};
    return;
  }
  const bool is_critical = name[0] >= 'A' && name[0] <= 'Z';
  if (is_critical && name != "IEND") job.refuse("chunks", "those of the PNG standard", "a critical one called " + name);
}

/// Walks over the chunks up to the end of the pixels; what comes behind, and whether anything does, is of no account, as in Pillow.
inline png_outline read_png(file_bytes bytes, const decode_job& job) {
  png_outline out;
  read_png_header(bytes, job, out);
  for (std::size_t i = 0; i < 256; ++i) out.palette[i] = {0, 0, 0, 255};
  bool has_palette = false;
  bool has_pixels = false;
  for (std::size_t at = 33; at < bytes.size();) {
    const std::size_t length = big_32(bytes, at);
    const std::string name = png_chunk_name(bytes, at + 4);
    if (has_pixels && name != "IDAT") break;
    if (bytes.size() - at < 12 || length > bytes.size() - at - 12) job.refuse_pixels("PNG", "a truncated one");
    const file_bytes content = bytes.subspan(at + 8, length);
    if (name == "IEND") break;
    if (name == "IDAT") {
      if (!has_pixels) out.first_data = at;
      out.data_bytes += content.size();
      has_pixels = true;
    } else {
      read_png_chunk(name, content, job, out);
      has_palette = has_palette || name == "PLTE";
    }
    at += 12 + length;
  }
  if (out.kind == 3 && !has_palette) job.refuse("PLTE chunk", "one before the pixels", "none");
  if (out.data_bytes == 0) job.refuse_pixels("PNG", has_pixels ? "one without coded data" : "one without IDAT chunk");
  return out;
}

/// The coded pixels, with room for what inflating appends.
inline std::vector<std::byte> png_data(file_bytes bytes, const png_outline& outline) {
  std::vector<std::byte> out;
  out.reserve(outline.data_bytes + inflate_padding);
  for (std::size_t at = outline.first_data; out.size() < outline.data_bytes; at += 12 + big_32(bytes, at)) {
    const file_bytes content = bytes.subspan(at + 8, big_32(bytes, at));
    out.insert(out.end(), content.begin(), content.end());
  }
  return out;
}

/// The predictor of Paeth.
inline int paeth(int left, int up, int corner) {
  const int to_left = std::abs(up - corner);
  const int to_up = std::abs(left - corner);
  const int to_corner = std::abs(left + up - 2 * corner);
  const int other = to_up <= to_corner ? up : corner;
  return to_left <= to_up && to_left <= to_corner ? left : other;
}

/// Takes the filter away from a row.
/// \param above the row above, `size` bytes; zeros for the first one
/// \param step bytes of a pixel, at least 1
/// \returns whether the filter is one of the standard
inline bool unfilter_row(std::size_t filter, std::uint8_t* row, const std::uint8_t* above, std::size_t size, std::size_t step) {
  const auto add = [](std::uint8_t& to, int value) { to = static_cast<std::uint8_t>(to + value); };
  const std::size_t head = std::min(step, size);
  switch (filter) {
    case 0:
      return true;
    case 1:
      for (std::size_t i = head; i < size; ++i) add(row[i], row[i - step]);
      return true;
    case 2:
      for (std::size_t i = 0; i < size; ++i) add(row[i], above[i]);
      return true;
    case 3:
      for (std::size_t i = 0; i < head; ++i) add(row[i], above[i] / 2);
      for (std::size_t i = head; i < size; ++i) add(row[i], (row[i - step] + above[i]) / 2);
      return true;
    case 4:
      for (std::size_t i = 0; i < head; ++i) add(row[i], above[i]);
      for (std::size_t i = head; i < size; ++i) add(row[i], paeth(row[i - step], above[i], above[i - step]));
      return true;
    default:
      return false;
  }
}

/// A row of the file to 8-bit channels.
/// \param to pixels * outline.channels() bytes
inline void expand_png_row(const png_outline& outline, const std::uint8_t* row, index pixels, std::uint8_t* to) {
  const index samples = outline.samples();
  const auto sample = [&](index at) -> std::size_t {
    if (outline.depth == 8) return row[at];
    if (outline.depth == 16) return static_cast<std::size_t>(row[2 * at]) << 8 | row[2 * at + 1];
    const index bit = at * outline.depth;
    return (row[bit / 8] >> (8 - outline.depth - bit % 8)) & ((1U << outline.depth) - 1);
  };
  const std::size_t scale = outline.depth >= 8 ? 1 : 255 / ((std::size_t{1} << outline.depth) - 1);
  for (index x = 0; x < pixels; ++x) {
    if (outline.kind == 3) {
      const auto& colour = outline.palette[sample(x)];
      to = std::copy_n(colour.begin(), outline.palette_has_alpha ? 4 : 3, to);
      continue;
    }
    bool is_transparent = true;
    for (index c = 0; c < samples; ++c) {
      const std::size_t value = sample(x * samples + c);
      is_transparent = is_transparent && outline.transparent && value == (*outline.transparent)[static_cast<std::size_t>(c)];
      *to++ = static_cast<std::uint8_t>(outline.depth == 16 ? value >> 8 : value * scale);
    }
    if (outline.transparent) *to++ = is_transparent ? 0 : 255;
  }
}

/// One of the seven passes of an interlaced file, or all of one that is not.
struct png_pass {
  index left, top, across, down;  ///< the first pixel, and the steps

  index columns(index width) const { return (width - left + across - 1) / across; }
  index rows(index height) const { return (height - top + down - 1) / down; }
};

inline std::vector<png_pass> passes_of(const png_outline& outline) {
  if (!outline.interlaced) return {{0, 0, 1, 1}};
  std::vector<png_pass> out;
  for (const png_pass& pass : {png_pass{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}) {
    if (outline.width > pass.left && outline.height > pass.top) out.push_back(pass);
  }
  return out;
}

/// Puts the rows of one pass where they belong.
/// \param raw the first byte of the pass; the filters are taken away in place
/// \param done receives each row: its number in the pass and its bytes as in the file
/// \returns the first byte behind the pass
template <class Done>
std::uint8_t* unfilter_pass(const png_outline& outline, const png_pass& pass, std::uint8_t* raw, const decode_job& job, Done done) {
  const std::size_t size = outline.row_bytes(pass.columns(outline.width));
  const auto step = static_cast<std::size_t>(std::max(index{1}, outline.samples() * outline.depth / 8));
  const std::vector<std::uint8_t> zeros(size);
  const std::uint8_t* above = zeros.data();
  for (index y = 0; y < pass.rows(outline.height); ++y, raw += size + 1) {
    if (!unfilter_row(*raw, raw + 1, above, size, step)) job.refuse("filter of a row", "0 to 4", std::to_string(*raw));
    above = raw + 1;
    done(y, raw + 1);
  }
  return raw;
}

/// The coded pixels are given back before the image is made.
/// \param raw bytes of the rows as in the file
inline void take_png_memory(const png_outline& outline, std::size_t raw, const decode_job& job) {
  const index pixels = outline.width * outline.height;
  const index kept = pixels * pixel_rows::kept_channels(job, outline.channels(), !outline.transparent);
  const index rows = static_cast<index>(outline.row_bytes(outline.width)) + outline.width * outline.channels();
  const auto coded = static_cast<index>(outline.data_bytes + inflate_padding);
  const index whole = outline.interlaced ? pixels * outline.channels() : 0;
  job.take_memory(static_cast<index>(raw + inflate_slack) + std::max(coded, whole + kept + rows), kept);
}

inline image decode_png(file_bytes bytes, const decode_job& job) {
  const png_outline outline = read_png(bytes, job);
  const std::vector<png_pass> passes = passes_of(outline);
  std::size_t wanted = 0;
  for (const png_pass& pass : passes) {
    wanted += static_cast<std::size_t>(pass.rows(outline.height)) * (outline.row_bytes(pass.columns(outline.width)) + 1);
  }
  const index channels = outline.channels();
  take_png_memory(outline, wanted, job);
  const std::unique_ptr<std::uint8_t[]> raw = inflated(png_data(bytes, outline), wanted, job, "PNG");
  pixel_rows out(job, outline.width, outline.height, channels, !outline.transparent);
  if (!outline.interlaced) {
    const bool is_plain = outline.depth == 8 && outline.kind != 3 && !outline.transparent;
    std::vector<std::uint8_t> row(static_cast<std::size_t>(outline.width * channels));
    unfilter_pass(outline, passes[0], raw.get(), job, [&](index y, const std::uint8_t* from) {
      if (!is_plain) expand_png_row(outline, from, outline.width, row.data());
      out.put(y, is_plain ? from : row.data());
    });
    return out.take();
  }
  image whole(outline.width, outline.height, channels);
  std::uint8_t* from = raw.get();
  for (const png_pass& pass : passes) {
    const index columns = pass.columns(outline.width);
    std::vector<std::uint8_t> row(static_cast<std::size_t>(columns * channels));
    from = unfilter_pass(outline, pass, from, job, [&](index y, const std::uint8_t* bytes_of_row) {
      expand_png_row(outline, bytes_of_row, columns, row.data());
      std::uint8_t* const to = whole.row(pass.top + y * pass.down) + pass.left * channels;
      for (index x = 0; x < columns; ++x) std::copy_n(row.data() + x * channels, channels, to + x * pass.across * channels);
    });
  }
  for (index y = 0; y < whole.height(); ++y) out.put(y, whole.row(y));
  return out.take();
}

}  // namespace fewclip::images::detail
