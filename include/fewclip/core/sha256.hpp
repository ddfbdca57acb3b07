#pragma once
/// \file
/// SHA-256 (FIPS 180-4): names the exact bytes of weights and images in files and tests.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/config.hpp"

namespace fewclip {

/// The SHA-256 of bytes that come piece by piece.
class sha256 {
 public:
  /// 32 bytes, most significant first.
  using digest = std::array<std::uint8_t, 32>;

  /// Adds bytes. \cost about 2 to 5 nanoseconds per byte, one thread, no memory
  void add(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    length_ += bytes.size();
    if (held_ > 0) {
      const std::size_t some = std::min(bytes.size(), block_.size() - held_);
      std::memcpy(block_.data() + held_, bytes.data(), some);
      held_ += some;
      bytes = bytes.subspan(some);
      if (held_ < block_.size()) return;
      add_block(block_.data());
      held_ = 0;
    }
    for (; bytes.size() >= block_.size(); bytes = bytes.subspan(block_.size())) add_block(bytes.data());
    if (!bytes.empty()) std::memcpy(block_.data(), bytes.data(), bytes.size());
    held_ = bytes.size();
  }

  /// Adds the bytes of a text.
  void add(std::string_view text) { add(std::as_bytes(std::span(text.data(), text.size()))); }

  /// The digest of everything so far; more can be added afterwards.
  digest finish() const {
    sha256 last = *this;
    const std::uint64_t bits = length_ * 8;
    last.block_[last.held_++] = std::byte{0x80};
    if (last.held_ > 56) {
      std::fill(last.block_.begin() + static_cast<std::ptrdiff_t>(last.held_), last.block_.end(), std::byte{0});
      last.add_block(last.block_.data());
      last.held_ = 0;
    }
    std::fill(last.block_.begin() + static_cast<std::ptrdiff_t>(last.held_), last.block_.end(), std::byte{0});
    for (std::size_t i = 0; i < 8; ++i) last.block_[56 + i] = static_cast<std::byte>(bits >> (56 - 8 * i));
    last.add_block(last.block_.data());
    digest out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(last.state_[i / 4] >> (24 - 8 * (i % 4)));
    return out;
  }

  /// The digest as 64 lower-case hexadecimal digits.
  std::string hex() const {
    std::string out;
    for (const unsigned byte : finish()) {
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15U];
    }
    return out;
  }

 private:
  static constexpr std::array<std::uint32_t, 64> constants{
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
      0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
      0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
      0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
      0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
      0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

  void add_block(const std::byte* block) {
    std::array<std::uint32_t, 64> words;
    for (std::size_t i = 0; i < 16; ++i) {
      const auto at = [&](std::size_t k) { return std::to_integer<std::uint32_t>(block[4 * i + k]); };
      words[i] = at(0) << 24 | at(1) << 16 | at(2) << 8 | at(3);
    }
    for (std::size_t i = 16; i < 64; ++i) {
      const std::uint32_t x = words[i - 15];
      const std::uint32_t y = words[i - 2];
      words[i] =
          words[i - 16] + (std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3) + words[i - 7] + (std::rotr(y, 17) ^ std::rotr(y, 19) ^ y >> 10);
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t i = 0; i < 64; ++i) {
      const std::uint32_t one =
          h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + words[i];
      const std::uint32_t two = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + one;
      d = c;
      c = b;
      b = a;
      a = one + two;
    }
    const std::array<std::uint32_t, 8> added{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state_[i] += added[i];
  }

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> block_{};
  std::size_t held_ = 0;
  std::uint64_t length_ = 0;
};

/// The digest of bytes in memory as 64 lower-case hexadecimal digits.
inline std::string sha256_of(std::span<const std::byte> bytes) {
  sha256 digest;
  digest.add(bytes);
  return digest.hex();
}

/// The digest of one text. \param text any bytes
inline std::string sha256_of(std::string_view text) { return sha256_of(std::as_bytes(std::span(text.data(), text.size()))); }

/// The digest of a list of texts joined by newlines: the identity of class names and of prompts.
/// \param texts in the order of the labels; for prompts, class by class
inline std::string sha256_of_list(const std::vector<std::string>& texts) {
  sha256 digest;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    if (at > 0) digest.add(std::string_view("\n"));
    digest.add(texts[at]);
  }
  return digest.hex();
}

}  // namespace fewclip
