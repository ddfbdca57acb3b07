#pragma once
/// \file
/// XXH64 with seed 0 (Collet, xxHash specification 0.1.1): a checksum at the speed of memory. It finds damage, not forgery.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "fewclip/config.hpp"

namespace fewclip::io::detail {

/// The checksum of bytes that come piece by piece.
class xxh64 {
 public:
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

  std::uint64_t finish() const {
    std::uint64_t out = prime5;
    if (length_ >= block_.size()) {
      out = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) + std::rotl(lanes_[3], 18);
      for (const std::uint64_t lane : lanes_) out = (out ^ mixed(0, lane)) * prime1 + prime4;
    }
    out += length_;
    std::size_t at = 0;
    for (; at + 8 <= held_; at += 8) out = std::rotl(out ^ mixed(0, word<std::uint64_t>(block_.data() + at)), 27) * prime1 + prime4;
    for (; at + 4 <= held_; at += 4) out = std::rotl(out ^ (word<std::uint32_t>(block_.data() + at) * prime1), 23) * prime2 + prime3;
    for (; at < held_; ++at) out = std::rotl(out ^ (std::to_integer<std::uint64_t>(block_[at]) * prime5), 11) * prime1;
    out = (out ^ (out >> 33)) * prime2;
    out = (out ^ (out >> 29)) * prime3;
    return out ^ (out >> 32);
  }

 private:
  static constexpr std::uint64_t prime1 = 0x9E3779B185EBCA87U;
  static constexpr std::uint64_t prime2 = 0xC2B2AE3D27D4EB4FU;
  static constexpr std::uint64_t prime3 = 0x165667B19E3779F9U;
  static constexpr std::uint64_t prime4 = 0x85EBCA77C2B2AE63U;
  static constexpr std::uint64_t prime5 = 0x27D4EB2F165667C5U;

  /// Little-endian, as safetensors files are; the library runs on such machines only.
  template <class T>
  static std::uint64_t word(const std::byte* from) {
    T out;
    std::memcpy(&out, from, sizeof out);
    return out;
  }

  static std::uint64_t mixed(std::uint64_t lane, std::uint64_t input) { return std::rotl(lane + input * prime2, 31) * prime1; }

  void add_block(const std::byte* block) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i] = mixed(lanes_[i], word<std::uint64_t>(block + 8 * i));
  }

  std::array<std::uint64_t, 4> lanes_{prime1 + prime2, prime2, 0, 0 - prime1};
  std::array<std::byte, 32> block_{};
  std::size_t held_ = 0;
  std::uint64_t length_ = 0;
};

}  // namespace fewclip::io::detail
