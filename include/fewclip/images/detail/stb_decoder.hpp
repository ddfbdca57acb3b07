#pragma once
/// \file
/// JPEG, PNG, BMP and GIF through stb_image.

#include <climits>
#include <cstdlib>
#include <memory>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/decode_limits.hpp"
#include "fewclip/images/detail/stb_image_static.hpp"

namespace fewclip::images::detail {

struct free_memory {
  void operator()(void* memory) const { std::free(memory); }
};

/// What the decoder says, or that it was refused the memory that the file asked for.
inline std::string stb_reason() {
  const char* const reason = stb::stbi_failure_reason();
  const std::string text = reason == nullptr ? "no reason" : reason;
  return text == "outofmem" ? "more data than its width and height explain" : "`" + text + "`";
}

/// The channels to ask for; 0 leaves them to the file. Alpha is what Pillow's modes have: a transparent colour beside grey or RGB is none,
/// nor is the fourth byte of a BMP file.
inline int stb_channels(file_bytes bytes, const decode_job& job, const std::string& format) {
  if (!job.keeps_alpha || format == "BMP") return 3;
  const std::size_t png_kind = byte_at(bytes, 25);
  return format != "PNG" ? 0 : png_kind == 0 ? 1 : png_kind == 2 ? 3 : 0;
}

/// What of the file the decoder may see, or a refusal of what it would not survive or not notice.
inline file_bytes checked_file(file_bytes bytes, const decode_job& job, const std::string& format) {
  if (bytes.size() > static_cast<std::size_t>(INT_MAX)) job.refuse("size", "less than 2 GiB", std::to_string(bytes.size()) + " bytes");
  if (format == "PNG" && bytes.size() >= 24) {  // stb_image would call large extents an unknown format
    job.check_extents(static_cast<index>(big_32(bytes, 16)), static_cast<index>(big_32(bytes, 20)));
  }
  if (format == "GIF" && !gif_is_complete(bytes)) job.refuse("pixels", "a complete GIF file", "a truncated one");
  if (format != "JPEG") return bytes;
  const jpeg_outline outline = outline_of_jpeg(bytes);
  if (outline.end == 0) job.refuse("pixels", "a complete JPEG file", "a truncated one");
  if (!outline.tables_fit) job.refuse("Huffman table", "at most 256 codes", "more");
  if (!outline.tables_known) job.refuse("Huffman table", "one for each scan", "none");
  return bytes.first(outline.end);
}

/// \param format "JPEG", "PNG", "BMP" or "GIF", for messages
inline image decode_with_stb(file_bytes bytes, const decode_job& job, const std::string& format) {
  bytes = checked_file(bytes, job, format);
  std::vector<std::byte> opaque;
  if (format == "GIF" && !job.keeps_alpha) bytes = opaque = gif_without_transparency(bytes);
  const auto* const data = reinterpret_cast<const stb::stbi_uc*>(bytes.data());
  const auto size = static_cast<int>(bytes.size());
  int width = 0;
  int height = 0;
  int channels = 0;
  stb::allocation_limit() = std::size_t{1} << 20;  // tables; pixels come later
  if (stb::stbi_info_from_memory(data, size, &width, &height, &channels) == 0) {
    job.refuse("header", "that of a " + format + " file", stb_reason());
  }
  job.check_extents(width, height);
  // The largest legitimate buffers: a 16-bit PNG of four channels with its filter bytes, doubled by growth, and the file's own coded data.
  stb::allocation_limit() =
      20 * static_cast<std::size_t>(width + 16) * static_cast<std::size_t>(height + 16) + 4 * bytes.size() + (1U << 20);
  const int wanted = stb_channels(bytes, job, format);
  int kept_width = 0;
  int kept_height = 0;
  const std::unique_ptr<stb::stbi_uc, free_memory> pixels(
      stb::stbi_load_from_memory(data, size, &kept_width, &kept_height, &channels, wanted));
  if (!pixels || kept_width != width || kept_height != height) job.refuse("pixels", "a complete " + format + " file", stb_reason());
  if (format == "BMP" && !bmp_is_complete(bytes, static_cast<std::size_t>(width), static_cast<std::size_t>(height))) {
    job.refuse("pixels", "a complete BMP file", "a truncated one");
  }
  if (wanted != 0) channels = wanted;
  const std::size_t count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels);
  return {width, height, channels, std::vector<std::uint8_t>(pixels.get(), pixels.get() + count)};
}

}  // namespace fewclip::images::detail
