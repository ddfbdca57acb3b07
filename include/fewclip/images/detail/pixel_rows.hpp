#pragma once
/// \file
/// Decoded rows to the channels that are asked for.

#include <algorithm>
#include <utility>

#include "fewclip/images/detail/decode_limits.hpp"

namespace fewclip::images::detail {

/// Takes rows with the channels of the file and makes the image of them.
class pixel_rows {
 public:
  /// \param job what is asked for; its is_transparent is set where a pixel is not opaque
  /// \param channels of the rows: 1 grey, 2 grey and alpha, 3 red, green, blue, 4 with alpha
  /// \param has_alpha_mode whether the alpha belongs to Pillow's mode of the file; a transparent colour beside grey or RGB does not
  pixel_rows(const decode_job& job, index width, index height, index channels, bool has_alpha_mode = true)
      : job_(job), from_(channels), out_(width, height, kept_channels(job, channels, has_alpha_mode)) {}

  /// Channels of the image, see the constructor.
  static index kept_channels(const decode_job& job, index channels, bool has_alpha_mode = true) {
    if (!job.keeps_alpha || job.lays_on_white) return 3;
    return channels % 2 == 0 && !has_alpha_mode ? channels - 1 : channels;
  }

  /// Row `y`, `width` pixels of `channels` bytes.
  void put(index y, const std::uint8_t* row) {
    const index width = out_.width();
    std::uint8_t* to = out_.row(y);
    const bool has_alpha = from_ == 2 || from_ == 4;
    if (has_alpha && !job_.is_transparent) note_alpha(row);
    if (from_ == out_.channels()) {
      std::copy_n(row, width * from_, to);
      return;
    }
    if (out_.channels() == 1) {  // grey whose transparent colour is not kept
      for (index x = 0; x < width; ++x) to[x] = row[x * from_];
      return;
    }
    const index green = from_ < 3 ? 0 : 1;
    for (index x = 0; x < width; ++x, row += from_, to += 3) {
      to[0] = row[0];
      to[1] = row[green];
      to[2] = row[2 * green];
      if (has_alpha && job_.lays_on_white) lay_on_white(to, row[from_ - 1]);
    }
  }

  /// The image; no rows can be put afterwards.
  image take() { return std::move(out_); }

 private:
  void note_alpha(const std::uint8_t* row) const {
    for (index x = 0; x < out_.width(); ++x) {
      if (row[x * from_ + from_ - 1] == 255) continue;
      job_.is_transparent = true;
      return;
    }
  }

  const decode_job& job_;
  index from_;
  image out_;
};

}  // namespace fewclip::images::detail
