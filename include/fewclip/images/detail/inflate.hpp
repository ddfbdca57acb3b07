#pragma once
/// \file
/// zlib streams through stb_image's inflate.

#include <algorithm>
#include <climits>
#include <cstdint>
#include <memory>
#include <vector>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/decode_limits.hpp"
#include "fewclip/images/detail/stb_image_static.hpp"

namespace fewclip::images::detail {

inline constexpr std::size_t inflate_slack = 65536;   ///< some encoders write a little more than the rows
inline constexpr std::size_t inflate_padding = 1024;  ///< the decoder reads zeros behind the end without a word

/// The bytes that a zlib stream unpacks to; the first `wanted` of them are of use.
/// \param stream bytes of the stream; `inflate_padding` are appended
/// \throws io_error where there are fewer, or many more
inline std::unique_ptr<std::uint8_t[]> inflated(std::vector<std::byte> stream, std::size_t wanted, const decode_job& job,
                                                const std::string& format) {
  if (wanted > INT_MAX - inflate_slack || stream.size() > INT_MAX - inflate_padding) {
    job.refuse("size", "less than 2 GiB of samples and of coded data", std::to_string(wanted) + " and " + std::to_string(stream.size()));
  }
  const std::size_t size = stream.size();
  stream.resize(size + inflate_padding);
  const std::unique_ptr<std::uint8_t[]> none;
  std::unique_ptr<std::uint8_t[]> out(new std::uint8_t[wanted + inflate_slack]);  // not set to zero
  stb::stbi__zbuf state{};
  state.zbuffer = reinterpret_cast<stb::stbi_uc*>(stream.data());
  state.zbuffer_end = state.zbuffer + stream.size();
  const int whole = stb::stbi__do_zlib(&state, reinterpret_cast<char*>(out.get()), static_cast<int>(wanted + inflate_slack), 0, 1);
  const auto got = static_cast<std::size_t>(state.zout - state.zout_start);
  const auto taken = static_cast<std::size_t>(state.zbuffer - reinterpret_cast<stb::stbi_uc*>(stream.data()));
  const std::size_t ahead = static_cast<std::size_t>(std::max(state.num_bits, 0)) / 8;  // bytes that were taken and not used
  if (taken > size + ahead) job.refuse_pixels(format, "a truncated one");
  if (whole == 0) job.refuse_pixels(format, got > wanted ? "more data than its width and height explain" : "damaged compressed data");
  if (got < wanted) job.refuse_pixels(format, "fewer pixels than its width and height say");
  return out;
}

}  // namespace fewclip::images::detail
