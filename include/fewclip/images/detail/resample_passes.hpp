#pragma once
/// \file
/// Weighted sums of bytes along rows and along columns: a plain form, and one of 16-bit multiplications for SSE2 with the same results.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "fewclip/images/detail/resample_weights.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace fewclip::images::detail {

/// The byte of a sum with 22 fractional bits. Sums are taken modulo 2^32: parts may leave the range, the whole never does.
inline std::uint8_t rounded_byte(std::uint32_t sum) {
  const auto whole = static_cast<std::int32_t>(sum + (1U << (resample_weights::fraction_bits - 1))) >> resample_weights::fraction_bits;
  return static_cast<std::uint8_t>(std::clamp(whole, 0, 255));
}

inline std::uint32_t weight_at(const resample_weights& weights, index place) {
  const auto at = static_cast<std::size_t>(place);
  return (static_cast<std::uint32_t>(weights.high[at]) << resample_weights::low_bits) + static_cast<std::uint32_t>(weights.low[at]);
}

/// One row of `channels` interleaved channels to weights.outputs() pixels.
template <index Channels>
void plain_row_pass(const std::uint8_t* row, const resample_weights& weights, std::uint8_t* out) {
  for (index i = 0; i < weights.outputs(); ++i) {
    const std::uint8_t* const from = row + weights.first[static_cast<std::size_t>(i)] * Channels;
    std::uint32_t sums[Channels] = {};
    for (index j = 0; j < weights.count[static_cast<std::size_t>(i)]; ++j) {
      const std::uint32_t weight = weight_at(weights, i * weights.stride + j);
      for (index c = 0; c < Channels; ++c) sums[c] += from[j * Channels + c] * weight;
    }
    for (index c = 0; c < Channels; ++c) out[i * Channels + c] = rounded_byte(sums[c]);
  }
}

/// Output `i` of the column pass for the bytes begin .. end - 1 of a row.
inline void plain_column_pass(const std::uint8_t* rows, index pitch, const resample_weights& weights, index i, index begin, index end,
                              std::uint8_t* out) {
  constexpr index block = 64;
  std::uint32_t sums[block];
  for (index x = begin; x < end; x += block) {
    const index some = std::min(block, end - x);
    std::fill_n(sums, some, 0U);
    for (index j = 0; j < weights.count[static_cast<std::size_t>(i)]; ++j) {
      const std::uint8_t* const from = rows + (weights.first[static_cast<std::size_t>(i)] + j) * pitch + x;
      const std::uint32_t weight = weight_at(weights, i * weights.stride + j);
      for (index b = 0; b < some; ++b) sums[b] += from[b] * weight;
    }
    for (index b = 0; b < some; ++b) out[x + b] = rounded_byte(sums[b]);
  }
}

#if defined(__SSE2__)

/// Two neighbouring 16-bit weights in each of the four 32-bit places.
inline __m128i weight_pair(const std::int16_t* weights) {
  std::int32_t pair = 0;
  std::memcpy(&pair, weights, sizeof pair);
  return _mm_set1_epi32(pair);
}

/// (high * 2^11 + low + 2^21) >> 22 of four sums.
inline __m128i rounded_sums(__m128i high, __m128i low) {
  const __m128i half = _mm_set1_epi32(1 << (resample_weights::fraction_bits - 1));
  const __m128i sum = _mm_add_epi32(_mm_add_epi32(_mm_slli_epi32(high, resample_weights::low_bits), low), half);
  return _mm_srai_epi32(sum, resample_weights::fraction_bits);
}

/// One row of four interleaved channels, with 4 readable bytes behind it, to weights.outputs() pixels of `Channels` (3 or 4) channels.
/// Writes 4 bytes per pixel, so one byte behind the end where there are three channels.
template <index Channels>
void four_channel_row_pass(const std::uint8_t* row, const resample_weights& weights, std::uint8_t* out) {
  const __m128i zero = _mm_setzero_si128();
  for (index i = 0; i < weights.outputs(); ++i) {
    const std::uint8_t* from = row + weights.first[static_cast<std::size_t>(i)] * 4;
    const std::int16_t* high_weights = weights.high.data() + i * weights.stride;
    const std::int16_t* low_weights = weights.low.data() + i * weights.stride;
    __m128i high = zero;
    __m128i low = zero;
    for (index j = 0; j < weights.count[static_cast<std::size_t>(i)]; j += 2) {
      const __m128i two = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + 4 * j));
      const __m128i paired = _mm_unpacklo_epi8(_mm_unpacklo_epi8(two, _mm_srli_si128(two, 4)), zero);
      high = _mm_add_epi32(high, _mm_madd_epi16(paired, weight_pair(high_weights + j)));
      low = _mm_add_epi32(low, _mm_madd_epi16(paired, weight_pair(low_weights + j)));
    }
    const __m128i words = _mm_packs_epi32(rounded_sums(high, low), zero);
    const std::int32_t pixel = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
    std::memcpy(out + i * Channels, &pixel, sizeof pixel);
  }
}

/// Sixteen bytes from byte `x` on of output `i` of the column pass.
inline void sixteen_columns(const std::uint8_t* rows, index pitch, const resample_weights& weights, index i, index x, std::uint8_t* out) {
  const __m128i zero = _mm_setzero_si128();
  __m128i high[4] = {zero, zero, zero, zero};
  __m128i low[4] = {zero, zero, zero, zero};
  const index count = weights.count[static_cast<std::size_t>(i)];
  const std::uint8_t* from = rows + weights.first[static_cast<std::size_t>(i)] * pitch + x;
  for (index j = 0; j < count; j += 2, from += 2 * pitch) {
    const std::uint8_t* const second = j + 1 < count ? from + pitch : from;  // its weight is 0 where there is none
    const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(second));
    const __m128i left = _mm_unpacklo_epi8(a, b);
    const __m128i right = _mm_unpackhi_epi8(a, b);
    const __m128i paired[4] = {_mm_unpacklo_epi8(left, zero), _mm_unpackhi_epi8(left, zero), _mm_unpacklo_epi8(right, zero),
                               _mm_unpackhi_epi8(right, zero)};
    const __m128i high_pair = weight_pair(weights.high.data() + i * weights.stride + j);
    const __m128i low_pair = weight_pair(weights.low.data() + i * weights.stride + j);
    for (int k = 0; k < 4; ++k) {
      high[k] = _mm_add_epi32(high[k], _mm_madd_epi16(paired[k], high_pair));
      low[k] = _mm_add_epi32(low[k], _mm_madd_epi16(paired[k], low_pair));
    }
  }
  const __m128i first = _mm_packs_epi32(rounded_sums(high[0], low[0]), rounded_sums(high[1], low[1]));
  const __m128i second = _mm_packs_epi32(rounded_sums(high[2], low[2]), rounded_sums(high[3], low[3]));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out + x), _mm_packus_epi16(first, second));
}

#endif

/// Output `i` of the column pass: `bytes` sums over rows that lie `pitch` bytes apart.
inline void column_pass(const std::uint8_t* rows, index pitch, const resample_weights& weights, index i, index bytes, std::uint8_t* out) {
  index done = 0;
#if defined(__SSE2__)
  for (; done + 16 <= bytes; done += 16) sixteen_columns(rows, pitch, weights, i, done, out);
  if (done < bytes && bytes >= 16) {
    sixteen_columns(rows, pitch, weights, i, bytes - 16, out);
    done = bytes;
  }
#endif
  plain_column_pass(rows, pitch, weights, i, done, bytes, out);
}

/// The row pass for any number of channels; keeps the memory of a widened row between calls.
class row_pass {
 public:
  /// \param width pixels of a row \param channels 1 to 4 \param weights must outlive this object
  row_pass(index width, index channels, const resample_weights& weights) : width_(width), channels_(channels), weights_(weights) {
    if (channels < 3) return;
    begin_ = weights.begin();
    end_ = weights.end();
    widened_.resize(static_cast<std::size_t>(4 * width + 4));
  }

  /// One row to weights.outputs() pixels. May write one byte behind them.
  void operator()(const std::uint8_t* row, std::uint8_t* out) {
    switch (channels_) {
      case 1:
        return plain_row_pass<1>(row, weights_, out);
      case 2:
        return plain_row_pass<2>(row, weights_, out);
#if defined(__SSE2__)
      case 3:
        return four_channel_row_pass<3>(widened(row), weights_, out);
      default:
        return four_channel_row_pass<4>(widened(row), weights_, out);
#else
      case 3:
        return plain_row_pass<3>(row, weights_, out);
      default:
        return plain_row_pass<4>(row, weights_, out);
#endif
    }
  }

 private:
  /// The row with four channels and readable memory behind it.
  const std::uint8_t* widened(const std::uint8_t* row) {
    if (channels_ == 4) {
      std::memcpy(widened_.data(), row, static_cast<std::size_t>(4 * width_));
      return widened_.data();
    }
    // Four bytes at a time, the last pixel apart: its fourth byte may lie outside the image.
    const index safe = std::min(end_, width_ - 1);
    for (index x = begin_; x < safe; ++x) std::memcpy(widened_.data() + 4 * x, row + 3 * x, 4);
    if (end_ == width_) std::memcpy(widened_.data() + 4 * (width_ - 1), row + 3 * (width_ - 1), 3);
    return widened_.data();
  }

  index width_;
  index channels_;
  const resample_weights& weights_;
  index begin_ = 0;
  index end_ = 0;
  std::vector<std::uint8_t> widened_;
};

}  // namespace fewclip::images::detail
