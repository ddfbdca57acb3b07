#pragma once
/// \file
/// The header of .npy files: the part of Python's dictionary syntax that NumPy writes.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/dtype.hpp"

namespace fewclip::io::detail {

struct npy_header {
  std::string descr;
  bool fortran_order = false;
  std::vector<std::size_t> shape;
};

/// Reads "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }".
class npy_dictionary {
 public:
  npy_dictionary(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  npy_header parse() {
    expect('{');
    while (!accept('}')) {
      member(quoted("key"));
      if (accept(',')) continue;
      expect('}');
      break;
    }
    skip_space();
    if (at_ != text_.size()) fail("nothing after the dictionary");
    constexpr std::array<const char*, 3> keys{"descr", "fortran_order", "shape"};
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (!seen_[i]) throw io_error(expected_got(file_, "header", std::string("the key '") + keys[i] + "'", "none"));
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    const std::string got = at_ < text_.size() ? readable_name(text_.substr(at_, 12)) : "the end";
    throw io_error(expected_got(file_, "header, byte " + std::to_string(at_), expected, got));
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool accept(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(std::string("'") + c + "'");
  }

  std::string quoted(const char* what) {
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail(std::string("a quoted ") + what);
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail("a closing quote");
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return std::string(inside);
  }

  void member(const std::string& key) {
    expect(':');
    const std::size_t which = key == "descr" ? 0 : key == "fortran_order" ? 1 : key == "shape" ? 2 : 3;
    if (which == 3 || std::exchange(seen_[which], true)) {
      throw io_error(expected_got(file_, "header", "descr, fortran_order and shape, once each", readable_name(key)));
    }
    if (which == 0) out_.descr = description();
    if (which == 1) out_.fortran_order = truth();
    if (which == 2) extents();
  }

  std::string description() {
    skip_space();
    if (at_ < text_.size() && text_[at_] == '[') {
      throw io_error(expected_got(file_, "element type", "one of <f2, <f4, <f8, <i4, <i8, |u1", "a structured type"));
    }
    return quoted("type such as '<f4'");
  }

  bool truth() {
    skip_space();
    for (const bool value : {false, true}) {
      const std::string_view word = value ? "True" : "False";
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    }
    fail("True or False");
  }

  void extents() {
    expect('(');
    while (!accept(')')) {
      if (out_.shape.size() == 32) fail("at most 32 dimensions");
      out_.shape.push_back(number());
      if (accept(',')) continue;
      expect(')');
      break;
    }
  }

  std::size_t number() {
    skip_space();
    const std::size_t start = at_;
    std::size_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const auto digit = static_cast<std::size_t>(text_[at_] - '0');
      if (value > (std::numeric_limits<std::size_t>::max() - digit) / 10) fail("an extent below 2^64");
      value = value * 10 + digit;
    }
    if (at_ == start) fail("an extent, a number >= 0");
    return value;
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0;
  npy_header out_;
  std::array<bool, 3> seen_{};
};

/// Cuts magic, version and header off the front of `bytes`.
inline npy_header take_npy_header(std::span<const std::byte>& bytes, const std::string& file) {
  constexpr std::string_view magic = "\x93NUMPY";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(magic)) throw io_error(expected_got(file, "first bytes", "the .npy mark \\x93NUMPY", "others"));
  const int major = text.size() > 6 ? static_cast<unsigned char>(text[6]) : 0;
  const int minor = text.size() > 7 ? static_cast<unsigned char>(text[7]) : 0;
  if ((major != 1 && major != 2) || minor != 0) {
    throw io_error(expected_got(file, ".npy version", "1.0 or 2.0", std::to_string(major) + "." + std::to_string(minor)));
  }
  const std::size_t field = major == 1 ? 2 : 4;
  if (text.size() < 8 + field) throw io_error(expected_got(file, "size", "a header length behind the version", "the end"));
  std::size_t length = 0;
  for (std::size_t i = 0; i < field; ++i) length |= static_cast<std::size_t>(static_cast<unsigned char>(text[8 + i])) << (8 * i);
  const std::size_t left = text.size() - 8 - field;
  if (length > left) {
    throw io_error(
        expected_got(file, "length of the header", "at most the " + std::to_string(left) + " bytes that follow", std::to_string(length)));
  }
  bytes = bytes.subspan(8 + field + length);
  return npy_dictionary(text.substr(8 + field, length), file).parse();
}

/// The element type of a NumPy type text; refuses all but six.
inline dtype npy_dtype(const std::string& descr, const std::string& file) {
  if (descr == "<f2") return dtype::f16;
  if (descr == "<f4") return dtype::f32;
  if (descr == "<f8") return dtype::f64;
  if (descr == "<i4") return dtype::i32;
  if (descr == "<i8") return dtype::i64;
  if (descr == "|u1" || descr == "<u1") return dtype::u8;
  const std::string note = descr.starts_with('>')                 ? ", which is big-endian"
                           : descr.find('O') != std::string::npos ? ", which is an object"
                                                                  : "";
  throw io_error(expected_got(file, "element type", "one of <f2, <f4, <f8, <i4, <i8, |u1", readable_name(descr) + note));
}

/// The NumPy type text of an element type.
inline const char* npy_descr(dtype type) {
  switch (type) {
    case dtype::f16:
      return "<f2";
    case dtype::f32:
      return "<f4";
    case dtype::f64:
      return "<f8";
    case dtype::i32:
      return "<i4";
    case dtype::i64:
      return "<i8";
    case dtype::u8:
      return "|u1";
    default:
      throw value_error(
          expected_got("fewclip::io::write_npy", "element type", "one of F16, F32, F64, I32, I64, U8", std::string(name_of(type))));
  }
}

}  // namespace fewclip::io::detail
