#pragma once
/// \file
/// WebP through libwebp: still images, and the first frame of animations on the canvas that Pillow shows it on.

#include <webp/decode.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/pixel_rows.hpp"

namespace fewclip::images::detail {

inline std::string webp_reason(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return "a truncated one";
    case VP8_STATUS_BITSTREAM_ERROR:
      return "a damaged one";
    case VP8_STATUS_OUT_OF_MEMORY:
      return "one for which memory is lacking";
    default:
      return "one that libwebp refuses with status " + std::to_string(static_cast<int>(status));
  }
}

/// One frame of an animation: where it lies, and a file that holds it alone.
struct webp_frame {
  index left = 0;
  index top = 0;
  std::vector<std::byte> file{};
};

inline std::size_t little_24(file_bytes bytes, std::size_t at) { return little_16(bytes, at) | byte_at(bytes, at + 2) << 16; }

inline bool has_tag(file_bytes bytes, std::size_t at, const char* tag) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (byte_at(bytes, at + i) != static_cast<unsigned char>(tag[i])) return false;
  }
  return true;
}

inline void append_little(std::vector<std::byte>& to, std::size_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) to.push_back(static_cast<std::byte>(value >> (8 * i)));
}

inline void append_tag(std::vector<std::byte>& to, const char* tag) {
  for (std::size_t i = 0; i < 4; ++i) to.push_back(static_cast<std::byte>(tag[i]));
}

/// The first ANMF chunk, made a file of its own.
/// \throws io_error where there is none or it is cut
inline webp_frame first_webp_frame(file_bytes bytes, const decode_job& job) {
  std::size_t at = 12;
  while (at + 8 <= bytes.size() && !has_tag(bytes, at, "ANMF")) {
    const std::size_t size = little_32(bytes, at + 4);
    at += 8 + size + size % 2;
  }
  if (at + 8 > bytes.size()) job.refuse("frames", "at least one", "none");
  const std::size_t size = little_32(bytes, at + 4);
  if (size < 24 || size > bytes.size() - at - 8) job.refuse_pixels("WebP", "a truncated one");
  const file_bytes chunk = bytes.subspan(at + 8, size);
  webp_frame out;
  out.left = 2 * static_cast<index>(little_24(chunk, 0));
  out.top = 2 * static_cast<index>(little_24(chunk, 3));
  const std::size_t content = size - 16 + size % 2;
  out.file.reserve(12 + 18 + content + 1);
  append_tag(out.file, "RIFF");
  append_little(out.file, 4 + 18 + content, 4);
  append_tag(out.file, "WEBP");
  append_tag(out.file, "VP8X");
  append_little(out.file, 10, 4);
  append_little(out.file, has_tag(chunk, 16, "ALPH") || has_tag(chunk, 16, "VP8L") ? 0x10 : 0, 4);
  append_little(out.file, little_24(chunk, 6), 3);
  append_little(out.file, little_24(chunk, 9), 3);
  out.file.insert(out.file.end(), chunk.begin() + 16, chunk.end());
  out.file.resize(12 + 18 + content);
  return out;
}

/// Decodes to the pixels from `to` on.
inline void decode_webp_pixels(file_bytes bytes, std::uint8_t* to, std::size_t room, index pitch, bool has_alpha, const decode_job& job) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) job.refuse("libwebp", "the version of its header", "an older one");
  config.output.colorspace = has_alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = to;
  config.output.u.RGBA.stride = static_cast<int>(pitch);
  config.output.u.RGBA.size = room;
  const VP8StatusCode done = WebPDecode(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (done != VP8_STATUS_OK) job.refuse_pixels("WebP", webp_reason(done));
}

inline WebPBitstreamFeatures webp_features(file_bytes bytes, const decode_job& job) {
  WebPBitstreamFeatures out;
  const VP8StatusCode seen = WebPGetFeatures(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), &out);
  if (seen != VP8_STATUS_OK) job.refuse("header", "that of a WebP file", webp_reason(seen));
  return out;
}

/// The first frame at its place; the canvas around it is black and, where the file has alpha, transparent.
inline void decode_webp_animation(file_bytes bytes, image& canvas, const decode_job& job) {
  const webp_frame frame = first_webp_frame(bytes, job);
  const WebPBitstreamFeatures found = webp_features(frame.file, job);
  const window place{frame.left, frame.top, found.width, found.height};
  const bool inside = place.left + place.width <= canvas.width() && place.top + place.height <= canvas.height();
  if (!inside || found.has_animation != 0) job.refuse("first frame", "one inside the canvas", place.text());
  const index pitch = canvas.width() * canvas.channels();
  const std::size_t start = static_cast<std::size_t>(place.top * pitch + place.left * canvas.channels());
  decode_webp_pixels(frame.file, canvas.bytes().data() + start, canvas.bytes().size() - start, pitch, canvas.channels() == 4, job);
}

/// What libwebp holds beside the pixels: rows around the current one; for lossless pictures and for alpha, which may be coded as one, four
/// bytes a pixel, a quarter for each of three images of settings, and tables for up to 2600 groups, as many as its own encoder makes, of which
/// each takes at least two bytes of the file; and the plane of alpha.
inline index webp_working_bytes(const WebPBitstreamFeatures& found, index size) {
  constexpr index lossy = 1;  // WebPBitstreamFeatures::format
  const index pixels = static_cast<index>(found.width) * found.height;
  const index rows = (index{1} << 17) + 256 * static_cast<index>(found.width);
  if (found.format == lossy && found.has_alpha == 0) return rows;
  const index groups = std::min({pixels / 16 + 1, size / 2, index{2600}});
  return rows + 5 * pixels + 20000 * groups + (found.has_alpha != 0 ? pixels : 0);
}

inline image decode_with_webp(file_bytes bytes, const decode_job& job) {
  const WebPBitstreamFeatures found = webp_features(bytes, job);
  job.check_extents(found.width, found.height);
  const bool has_alpha = found.has_alpha != 0;
  const index pixels = static_cast<index>(found.width) * found.height;
  const index kept = pixels * pixel_rows::kept_channels(job, has_alpha ? 4 : 3);
  const index frame = found.has_animation != 0 ? job.file_bytes : 0;
  const index working = webp_working_bytes(found, job.file_bytes) + frame;
  job.take_memory(pixels * (has_alpha ? 4 : 3) + (has_alpha ? std::max(working, kept) : working), kept);
  image whole(found.width, found.height, has_alpha ? 4 : 3);
  if (found.has_animation != 0) {
    decode_webp_animation(bytes, whole, job);
  } else {
    decode_webp_pixels(bytes, whole.bytes().data(), whole.bytes().size(), whole.width() * whole.channels(), has_alpha, job);
  }
  if (!has_alpha) return whole;
  pixel_rows out(job, whole.width(), whole.height(), 4);
  for (index y = 0; y < whole.height(); ++y) out.put(y, whole.row(y));
  return out.take();
}

}  // namespace fewclip::images::detail
