#pragma once
/// \file
/// WebP through libwebp.

#include <webp/decode.h>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/decode_limits.hpp"

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

inline image decode_with_webp(file_bytes bytes, const decode_job& job) {
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) job.refuse("libwebp", "the version of its header", "an older one");
  const VP8StatusCode seen = WebPGetFeatures(data, bytes.size(), &config.input);
  if (seen != VP8_STATUS_OK) job.refuse("header", "that of a WebP file", webp_reason(seen));
  job.check_extents(config.input.width, config.input.height);
  if (config.input.has_animation != 0) job.refuse("kind", "a still WebP image", "an animation");
  image out(config.input.width, config.input.height, config.input.has_alpha != 0 && job.keeps_alpha ? 4 : 3);
  config.output.colorspace = out.channels() == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = out.bytes().data();
  config.output.u.RGBA.stride = static_cast<int>(out.width() * out.channels());
  config.output.u.RGBA.size = out.bytes().size();
  const VP8StatusCode done = WebPDecode(data, bytes.size(), &config);
  WebPFreeDecBuffer(&config.output);
  if (done != VP8_STATUS_OK) job.refuse("pixels", "a complete WebP file", webp_reason(done));
  return out;
}

}  // namespace fewclip::images::detail
