#pragma once
/// \file
/// JPEG through libjpeg-turbo, with the settings of Pillow: accurate integer transform, smooth chroma upsampling.
///
/// The C library reports failures by longjmp. Each function below that calls it under a setjmp holds no object with a destructor, so a jump
/// skips none; what must be freed belongs to the caller.

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <vector>

#include "fewclip/images/detail/complete_file.hpp"
#include "fewclip/images/detail/decode_limits.hpp"
#include "fewclip/images/detail/jpeg_frame.hpp"

// Needs std::FILE and std::size_t from above.
#include <jpeglib.h>

namespace fewclip::images::detail {

/// The decoder's state with its callbacks. The address must not change.
struct jpeg_state {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_source_mgr source{};
  jpeg_progress_mgr progress{};
  std::jmp_buf escape{};
  std::array<char, JMSG_LENGTH_MAX> message{};
  bool ended_early = false;
  bool scans_too_many = false;

  jpeg_state() = default;
  jpeg_state(const jpeg_state&) = delete;
  jpeg_state& operator=(const jpeg_state&) = delete;
  ~jpeg_state() { jpeg_destroy_decompress(&info); }
};

inline jpeg_state& state_of(j_common_ptr info) { return *static_cast<jpeg_state*>(info->client_data); }

inline void jpeg_fail(j_common_ptr info) {
  jpeg_state& state = state_of(info);
  state.errors.format_message(info, state.message.data());
  std::longjmp(state.escape, 1);
}

inline boolean jpeg_source_ended(j_decompress_ptr info) {
  jpeg_state& state = *static_cast<jpeg_state*>(info->client_data);
  state.ended_early = true;
  std::longjmp(state.escape, 1);
}

inline void jpeg_skip(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  if (static_cast<std::size_t>(count) > info->src->bytes_in_buffer) jpeg_source_ended(info);
  info->src->next_input_byte += count;
  info->src->bytes_in_buffer -= static_cast<std::size_t>(count);
}

/// Scans that add nothing could otherwise keep a decoder busy for minutes.
inline void jpeg_check_scans(j_common_ptr info) {
  const j_decompress_ptr decoder = reinterpret_cast<j_decompress_ptr>(info);
  const index pixels = static_cast<index>(decoder->image_width) * static_cast<index>(decoder->image_height);
  if (decoder->input_scan_number <= most_scans(pixels)) return;
  state_of(info).scans_too_many = true;
  std::longjmp(state_of(info).escape, 1);
}

/// Reads up to the first scan. False where that failed.
inline bool read_jpeg_header(jpeg_state& state, const unsigned char* data, std::size_t size) {
  state.info.err = jpeg_std_error(&state.errors);
  state.errors.error_exit = jpeg_fail;
  state.errors.emit_message = [](j_common_ptr, int) {};
  state.errors.output_message = [](j_common_ptr) {};
  state.info.client_data = &state;
  if (setjmp(state.escape) != 0) return false;
  jpeg_create_decompress(&state.info);
  state.source.next_input_byte = data;
  state.source.bytes_in_buffer = size;
  state.source.init_source = [](j_decompress_ptr) {};
  state.source.fill_input_buffer = jpeg_source_ended;
  state.source.skip_input_data = jpeg_skip;
  state.source.resync_to_restart = jpeg_resync_to_restart;
  state.source.term_source = [](j_decompress_ptr) {};
  state.info.src = &state.source;
  state.progress.progress_monitor = jpeg_check_scans;
  state.info.progress = &state.progress;
  jpeg_read_header(&state.info, TRUE);
  return true;
}

/// Reads all rows to `out`, which has room for output_height rows of `pitch` bytes. False where that failed.
inline bool read_jpeg_rows(jpeg_state& state, unsigned char* out, std::size_t pitch) {
  if (setjmp(state.escape) != 0) return false;
  jpeg_start_decompress(&state.info);
  while (state.info.output_scanline < state.info.output_height) {
    JSAMPROW row = out + state.info.output_scanline * pitch;
    jpeg_read_scanlines(&state.info, &row, 1);
  }
  jpeg_finish_decompress(&state.info);
  return true;
}

/// Cyan, magenta, yellow and black, stored inverted as all programs do, to red, green and blue with Pillow's rounding.
inline void inverted_cmyk_to_rgb(const std::uint8_t* from, std::uint8_t* to, index pixels) {
  for (; pixels > 0; --pixels, from += 4, to += 3) {
    const int white = from[3];
    for (int c = 0; c < 3; ++c) {
      const int t = (255 - from[c]) * white + 128;
      to[c] = static_cast<std::uint8_t>(std::max(0, white - ((t + (t >> 8)) >> 8)));
    }
  }
}

/// What the library holds while it decodes: its tables, the rows around the current one, and, for a file of several scans, two bytes for each
/// coefficient of all blocks, which fill up whole units of the scans.
inline index jpeg_working_bytes(jpeg_decompress_struct& info) {
  const auto filled_up = [](index count, int unit) { return (count + unit - 1) / unit * unit; };
  index out = (index{1} << 17) + index{64} * info.num_components * (static_cast<index>(info.image_width) + 32);
  if (jpeg_has_multiple_scans(&info) == 0) return out;
  for (int c = 0; c < info.num_components; ++c) {
    const jpeg_component_info& each = info.comp_info[c];
    const index rows = filled_up(static_cast<index>(each.height_in_blocks), each.v_samp_factor);
    const index columns = filled_up(static_cast<index>(each.width_in_blocks), each.h_samp_factor);
    out += rows * (columns * static_cast<index>(sizeof(JBLOCK)) + static_cast<index>(sizeof(JBLOCKROW)));
  }
  return out;
}

inline image decode_with_jpeg_turbo(file_bytes bytes, const decode_job& job) {
  const jpeg_frame frame = checked_frame(bytes, job);
  jpeg_state state;
  const auto refuse = [&] {
    if (state.scans_too_many) refuse_scans(job, frame.width, frame.height);
    job.refuse_pixels("JPEG", state.ended_early ? "a truncated one" : "`" + std::string(state.message.data()) + "`");
  };
  if (!read_jpeg_header(state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size())) refuse();
  jpeg_decompress_struct& info = state.info;
  const auto width = static_cast<index>(info.image_width);
  const auto height = static_cast<index>(info.image_height);
  job.check_extents(width, height);
  const index channels = info.num_components;
  if (channels != 1 && channels != 3 && channels != 4) job.refuse("components", "1, 3 or 4", std::to_string(channels));
  info.out_color_space = channels == 1 && job.keeps_alpha && !job.lays_on_white ? JCS_GRAYSCALE : channels == 4 ? JCS_CMYK : JCS_RGB;
  const index stored = info.out_color_space == JCS_GRAYSCALE ? 1 : channels == 4 ? 4 : 3;
  const index kept = width * height * std::min(stored, index{3});
  job.take_memory(jpeg_working_bytes(info) + kept + (stored == 4 ? width * height * 4 : 0), kept);
  image out(width, height, std::min(stored, index{3}));
  if (stored != 4) {
    if (!read_jpeg_rows(state, out.bytes().data(), static_cast<std::size_t>(width * stored))) refuse();
    return out;
  }
  std::vector<std::uint8_t> inks(static_cast<std::size_t>(width * height * 4));
  if (!read_jpeg_rows(state, inks.data(), static_cast<std::size_t>(width * 4))) refuse();
  inverted_cmyk_to_rgb(inks.data(), out.bytes().data(), width * height);
  return out;
}

}  // namespace fewclip::images::detail
