#pragma once
/// \file
/// SHA-256, which tells files and lists of texts apart by content.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fewclip {

/// The SHA-256 digest (NIST FIPS 180-4, section 6.2) of bytes that come in pieces. Any split into pieces gives the same digest.
class sha256 {
 public:
  /// Adds bytes.
  void add(std::span<const std::byte> bytes) {
    for (const std::byte each : bytes) {
      block_[length_++ % block_.size()] = std::to_integer<std::uint8_t>(each);
      if (length_ % block_.size() == 0) compress();
    }
  }

  /// Adds the bytes of a text.
  void add(std::string_view text) { add(std::as_bytes(std::span(text.data(), text.size()))); }

  /// The digest of what was added so far, 64 hexadecimal digits in small letters; more can be added afterwards.
  std::string hex() const {
    sha256 last = *this;
    last.finish();
    std::string out;
    for (const std::uint32_t word : last.state_) {
      for (int shift = 28; shift >= 0; shift -= 4) out += "0123456789abcdef"[(word >> shift) & 15U];
    }
    return out;
  }

 private:
  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  static constexpr std::array<std::uint32_t, 64> constants{
      0x428a2f98U, 0x71374491U, 0xb5c0fbcfU, 0xe9b5dba5U, 0x3956c25bU, 0x59f111f1U, 0x923f82a4U, 0xab1c5ed5U, 0xd807aa98U, 0x12835b01U,
      0x243185beU, 0x550c7dc3U, 0x72be5d74U, 0x80deb1feU, 0x9bdc06a7U, 0xc19bf174U, 0xe49b69c1U, 0xefbe4786U, 0x0fc19dc6U, 0x240ca1ccU,
      0x2de92c6fU, 0x4a7484aaU, 0x5cb0a9dcU, 0x76f988daU, 0x983e5152U, 0xa831c66dU, 0xb00327c8U, 0xbf597fc7U, 0xc6e00bf3U, 0xd5a79147U,
      0x06ca6351U, 0x14292967U, 0x27b70a85U, 0x2e1b2138U, 0x4d2c6dfcU, 0x53380d13U, 0x650a7354U, 0x766a0abbU, 0x81c2c92eU, 0x92722c85U,
      0xa2bfe8a1U, 0xa81a664bU, 0xc24b8b70U, 0xc76c51a3U, 0xd192e819U, 0xd6990624U, 0xf40e3585U, 0x106aa070U, 0x19a4c116U, 0x1e376c08U,
      0x2748774cU, 0x34b0bcb5U, 0x391c0cb3U, 0x4ed8aa4aU, 0x5b9cca4fU, 0x682e6ff3U, 0x748f82eeU, 0x78a5636fU, 0x84c87814U, 0x8cc70208U,
      0x90befffaU, 0xa4506cebU, 0xbef9a3f7U, 0xc67178f2U};

  /// Letters as in the standard: a..h working variables, w the message schedule.
  void compress() {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t t = 0; t < 16; ++t) {
      for (std::size_t byte = 0; byte < 4; ++byte) w[t] = (w[t] << 8) | block_[4 * t + byte];
    }
    for (std::size_t t = 16; t < 64; ++t) {
      const std::uint32_t small0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
      const std::uint32_t small1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
      w[t] = small1 + w[t - 7] + small0 + w[t - 16];
    }
    auto [a, b, c, d, e, f, g, h] = state_;
    for (std::size_t t = 0; t < 64; ++t) {
      const std::uint32_t big1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
      const std::uint32_t t1 = h + big1 + ((e & f) ^ (~e & g)) + constants[t] + w[t];
      const std::uint32_t big0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
      const std::uint32_t t2 = big0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> after{a, b, c, d, e, f, g, h};
    for (std::size_t at = 0; at < state_.size(); ++at) state_[at] += after[at];
  }

  void finish() {
    const std::uint64_t bits = length_ * 8;
    const std::array<std::byte, 1> one{std::byte{0x80}};
    const std::array<std::byte, 1> zero{std::byte{0}};
    add(one);
    while (length_ % block_.size() != 56) add(zero);
    for (int shift = 56; shift >= 0; shift -= 8) {
      const std::array<std::byte, 1> byte{static_cast<std::byte>(bits >> shift)};
      add(byte);
    }
  }

  std::array<std::uint32_t, 8> state_{0x6a09e667U, 0xbb67ae85U, 0x3c6ef372U, 0xa54ff53aU,
                                      0x510e527fU, 0x9b05688cU, 0x1f83d9abU, 0x5be0cd19U};
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t length_ = 0;
};

/// The digest of one text, 64 hexadecimal digits. \param text any bytes
inline std::string sha256_of(std::string_view text) {
  sha256 digest;
  digest.add(text);
  return digest.hex();
}

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
