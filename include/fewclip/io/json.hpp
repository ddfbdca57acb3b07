#pragma once
/// \file
/// JSON that somebody else wrote: the one way in which fewclip reads it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/io/detail/json_file.hpp"
#include "fewclip/io/detail/utf8.hpp"

namespace fewclip::io {

/// What a JSON text may ask for.
struct json_limits {
  std::size_t bytes = 64'000'000;  ///< of the text; lists of images may be longer, see longest_json_list
  std::size_t depth = 32;          ///< objects and arrays inside each other, the outermost counted
};

/// The bound on files that list images or captions, which grow with a data set: 1 GB.
inline constexpr json_limits longest_json_list{1'000'000'000, 32};

namespace detail {

/// Receives the events of nlohmann's parser and builds the value without recursion; refuses what the rules of parse_json forbid.
class json_builder {
 public:
  json_builder(std::string_view text, std::string where, std::string what, const json_limits& limits)
      : text_(text), where_(std::move(where)), what_(std::move(what)), limits_(limits) {}

  nlohmann::json take() { return std::move(root_); }

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(std::int64_t value) { return add(value); }
  bool number_unsigned(std::uint64_t value) { return add(value); }
  bool number_float(double value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(std::vector<std::uint8_t>&) { return false; }
  bool start_object(std::size_t) { return open(nlohmann::json::object()); }
  bool start_array(std::size_t) { return open(nlohmann::json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    const auto [at, is_new] = open_.back()->emplace(name, nullptr);
    if (!is_new) throw io_error(expected_got(where_, place("key \"" + readable_text(name, 80) + "\""), "once in its object", "twice"));
    member_ = &*at;
    return true;
  }

  template <class Exception>
  bool parse_error(std::size_t position, const std::string& token, const Exception& failure) {
    constexpr int number_overflow = 406;
    const auto head = text_.substr(0, std::min(position, text_.size()));
    const auto line = 1 + std::count(head.begin(), head.end(), '\n');
    std::string at = " at byte " + std::to_string(position);
    if (text_.find('\n') != std::string_view::npos) at += ", line " + std::to_string(line);
    const bool too_large = failure.id == number_overflow;
    throw io_error(expected_got(where_, what_, too_large ? "numbers below 1.8e308" : "JSON",
                                (too_large ? readable_name(token) : "malformed JSON") + at));
  }

 private:
  std::string place(const std::string& of) const { return what_ == "content" ? of : what_ + ", " + of; }

  template <class Value>
  bool add(Value&& value) {
    static_cast<void>(put(nlohmann::json(std::forward<Value>(value))));
    return true;
  }

  /// The place where the value now is: the root, an array's end or a member.
  nlohmann::json* put(nlohmann::json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    if (open_.back()->is_array()) return &open_.back()->emplace_back(std::move(value));
    return &(*member_ = std::move(value));
  }

  bool open(nlohmann::json value) {
    if (open_.size() >= limits_.depth) {
      throw io_error(expected_got(where_, place("nesting"), "at most " + std::to_string(limits_.depth) + " levels", "more"));
    }
    open_.push_back(put(std::move(value)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  std::string where_;
  std::string what_;
  json_limits limits_;
  nlohmann::json root_;
  std::vector<nlohmann::json*> open_;  // an array grows only while nothing in it is open, so the addresses hold
  nlohmann::json* member_ = nullptr;
};

}  // namespace detail

/// The value of a text that is not trusted. Time and memory are bounded by the length of the text, and the result nests no deeper than the
/// limit, so it can be copied, compared and written by recursion.
/// \param text UTF-8, with or without a byte order mark
/// \param where begins messages, usually the path
/// \param what the part of the file, such as "metadata `class_names`"
/// \param limits on size and depth
/// \throws io_error, never an exception of the JSON library: for a longer or deeper text, other bytes than UTF-8, a zero byte, a key twice in
///         one object, a number beyond double, and text that is no JSON, naming the byte and, of several lines, the line
inline nlohmann::json parse_json(std::string_view text, const std::string& where, const std::string& what = "content",
                                 const json_limits& limits = {}) {
  if (text.size() > limits.bytes) {
    throw io_error(expected_got(where, what == "content" ? "size" : what + ", size", "at most " + std::to_string(limits.bytes) + " bytes",
                                std::to_string(text.size())));
  }
  const std::size_t invalid = detail::first_invalid_utf8(text);
  if (invalid != std::string_view::npos) {
    throw io_error(expected_got(where, what, "UTF-8", "other bytes at byte " + std::to_string(invalid + 1)));
  }
  // The parser would take it for the end of the text.
  const std::size_t zero = text.find('\0');
  if (zero != std::string_view::npos) throw io_error(expected_got(where, what, "JSON", "a zero byte at byte " + std::to_string(zero + 1)));
  detail::json_builder builder(text, where, what, limits);
  static_cast<void>(nlohmann::json::sax_parse(text.begin(), text.end(), &builder));
  return builder.take();
}

/// The value that a file holds, see parse_json.
/// \param path a regular file
/// \param limits on size and depth
/// \throws io_error as parse_json, and where the file cannot be read or is no regular file
inline nlohmann::json read_json(const std::string& path, const json_limits& limits = {}) {
  return parse_json(detail::read_text_file(path, limits.bytes), path, "content", limits);
}

}  // namespace fewclip::io
