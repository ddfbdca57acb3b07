#pragma once
/// \file
/// JPEG through stb_image.

#include <climits>
#include <cstdlib>
#include <memory>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/decode_limits.hpp"
#include "fewclip/images/detail/jpeg_frame.hpp"
#include "fewclip/images/detail/stb_image_static.hpp"

namespace fewclip::images::detail {

struct free_memory {
  void operator()(void* memory) const { std::free(memory); }
};

/// What the decoder holds beside the pixels: one byte for each sample, in progressive files two more for its coefficient; both fill up units of
/// at most 32 x 32 pixels.
inline index stb_working_bytes(const jpeg_frame& frame) {
  const index samples = frame.components * (frame.width + 31) * (frame.height + 31);
  return (index{1} << 17) + samples * (frame.marker == 0xC2 ? 3 : 1);
}

/// What of the file the decoder may see, or a refusal of what it would not survive or not notice.
inline file_bytes checked_jpeg(file_bytes bytes, const jpeg_frame& frame, const decode_job& job) {
  if (bytes.size() > static_cast<std::size_t>(INT_MAX)) job.refuse("size", "less than 2 GiB", std::to_string(bytes.size()) + " bytes");
  if (frame.is_arithmetic()) job.refuse("coding", "Huffman's, as stb_image decodes this file", "arithmetic coding");
  const jpeg_outline outline = outline_of_jpeg(bytes);
  if (outline.end == 0) job.refuse_pixels("JPEG", "a truncated one");
  if (!outline.tables_fit) job.refuse("Huffman table", "at most 256 codes", "more");
  if (!outline.tables_known) job.refuse("Huffman table", "one for each scan", "none");
  if (static_cast<index>(outline.scans) > most_scans(frame.width * frame.height)) refuse_scans(job, frame.width, frame.height);
  return bytes.first(outline.end);
}

inline image decode_with_stb(file_bytes bytes, const decode_job& job) {
  const jpeg_frame frame = checked_frame(bytes, job);
  bytes = checked_jpeg(bytes, frame, job);
  const auto* const data = reinterpret_cast<const stb::stbi_uc*>(bytes.data());
  const auto size = static_cast<int>(bytes.size());
  int width = 0;
  int height = 0;
  int channels = 0;
  stb::allocation_limit() = std::size_t{1} << 20;  // tables; pixels come later
  if (stb::stbi_info_from_memory(data, size, &width, &height, &channels) == 0) {
    job.refuse("header", "that of a JPEG file which stb_image decodes", "another one");
  }
  job.check_extents(width, height);
  const int wanted = job.keeps_alpha && !job.lays_on_white ? 0 : 3;
  const index kept = static_cast<index>(width) * height * (wanted == 0 && channels == 1 ? 1 : 3);
  job.take_memory(kept + std::max(kept, stb_working_bytes(frame)), kept);
  // The largest legitimate buffers: coefficients of 4 components, and the pixels.
  stb::allocation_limit() =
      20 * static_cast<std::size_t>(width + 16) * static_cast<std::size_t>(height + 16) + 4 * bytes.size() + (1U << 20);
  int kept_width = 0;
  int kept_height = 0;
  const std::unique_ptr<stb::stbi_uc, free_memory> pixels(
      stb::stbi_load_from_memory(data, size, &kept_width, &kept_height, &channels, wanted));
  if (!pixels || kept_width != width || kept_height != height) job.refuse_pixels("JPEG", "damaged data, or a kind that is not decoded");
  if (wanted != 0) channels = wanted;
  const std::size_t count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels);
  return {width, height, channels, std::vector<std::uint8_t>(pixels.get(), pixels.get() + count)};
}

}  // namespace fewclip::images::detail
