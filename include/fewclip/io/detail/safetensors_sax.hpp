#pragma once
/// \file
/// The header of a safetensors file, event by event: no document tree, duplicates seen, depth bounded.

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/io/detail/readable_name.hpp"
#include "fewclip/io/safetensors_format.hpp"

namespace fewclip::io::detail {

/// What a header holds, before the rules on byte ranges are applied.
struct safetensors_header {
  std::vector<tensor_info> tensors;
  std::map<std::string, std::string> metadata;
};

/// Receives the events of nlohmann's parser. Returning false ends the parse; failure() then says why.
class safetensors_sax {
 public:
  struct failure_text {
    safetensors_rule rule;
    std::string what;
    std::string expected;
    std::string got;
  };

  explicit safetensors_sax(const safetensors_limits& limits) : limits_(limits) {}

  const std::optional<failure_text>& failure() const { return failure_; }
  const std::optional<std::string>& duplicate() const { return duplicate_; }
  safetensors_header take() { return std::move(header_); }

  bool null() { return slot_ == slot::metadata || slot_ == slot::ignored || refuse("null"); }
  bool boolean(bool) { return slot_ == slot::ignored || refuse("a truth value"); }
  bool number_integer(std::int64_t) { return slot_ == slot::ignored || refuse("a negative number"); }
  bool number_float(double, const std::string&) {
    return slot_ == slot::ignored || refuse("a number with a fraction, an exponent or too many digits");
  }
  bool binary(std::vector<std::uint8_t>&) { return refuse("binary data"); }

  bool number_unsigned(std::uint64_t value) {
    if (slot_ == slot::ignored) return true;
    if (slot_ == slot::extent) {
      if (tensor_.shape.size() == limits_.rank) {
        return fail(safetensors_rule::limit_exceeded, tensor_text() + ", rank", "at most " + std::to_string(limits_.rank), "more");
      }
      tensor_.shape.push_back(static_cast<std::size_t>(value));
      return true;
    }
    if (slot_ != slot::offset) return refuse("a number");
    if (offsets_ == 2) return refuse("a third offset");
    (offsets_++ == 0 ? tensor_.begin : tensor_.end) = static_cast<std::size_t>(value);
    return true;
  }

  bool string(std::string& value) {
    if (slot_ == slot::ignored) return true;
    if (slot_ == slot::metadata_value) {
      if (!header_.metadata.emplace(key_, std::move(value)).second && !duplicate_) duplicate_ = key_;
      return true;
    }
    if (slot_ != slot::type) return refuse("a text");
    tensor_.type_name = std::move(value);
    tensor_.type = dtype_named(tensor_.type_name);
    has_type_ = true;
    return true;
  }

  bool start_object(std::size_t) {
    if (!deeper()) return false;
    switch (slot_) {
      case slot::document:
        frames_.push_back({slot::entry, {}});
        break;
      case slot::metadata:
        frames_.push_back({slot::metadata_value, {}});
        break;
      case slot::ignored:
        frames_.push_back({slot::ignored, {}});
        break;
      case slot::entry:
        begin_tensor();
        break;
      default:
        return refuse("an object");
    }
    return true;
  }

  bool key(std::string& name) {
    key_ = name;
    frame& here = frames_.back();
    slot_ = here.inside;
    if (here.inside == slot::entry) return top_key();
    if (here.inside == slot::metadata_value) return true;
    if (!here.keys.insert(name).second && !duplicate_) duplicate_ = name;
    if (here.inside == slot::member)
      slot_ = name == "dtype" ? slot::type : name == "shape" ? slot::shape : name == "data_offsets" ? slot::offsets : slot::ignored;
    return true;
  }

  bool end_object() {
    const bool was_tensor = frames_.back().inside == slot::member;
    frames_.pop_back();
    return !was_tensor || end_tensor();
  }

  bool start_array(std::size_t) {
    if (!deeper()) return false;
    switch (slot_) {
      case slot::shape:
        slot_ = slot::extent;
        break;
      case slot::offsets:
        slot_ = slot::offset;
        break;
      case slot::ignored:
        break;
      default:
        return refuse("an array");
    }
    frames_.push_back({slot_, {}});
    // A repeated key starts afresh; that it is repeated is reported once the whole header is known to be JSON.
    if (slot_ == slot::offset) offsets_ = 0;
    if (slot_ == slot::extent) {
      tensor_.shape.clear();
      has_shape_ = true;
    }
    return true;
  }

  bool end_array() {
    const slot ended = frames_.back().inside;
    frames_.pop_back();
    if (ended == slot::offset && offsets_ != 2) return refuse(std::to_string(offsets_) + " offsets");
    // Inside an array that is ignored the next value is ignored as well; otherwise a key comes first and sets the slot.
    slot_ = slot::ignored;
    return true;
  }

  template <class Exception>
  bool parse_error(std::size_t position, const std::string&, const Exception&) {
    return fail(safetensors_rule::invalid_json, "header", "a JSON object", "malformed JSON at byte " + std::to_string(position));
  }

 private:
  /// The place of the next value.
  enum class slot { document, metadata, metadata_value, entry, member, type, shape, extent, offsets, offset, ignored };

  struct frame {
    slot inside;                 ///< the slot of the values, or of what a key leads to
    std::set<std::string> keys;  ///< seen so far; not kept for the top level and the metadata
  };

  std::string tensor_text() const { return "tensor " + readable_name(tensor_.name); }

  bool fail(safetensors_rule rule, std::string what, std::string expected, std::string got) {
    if (!failure_) failure_ = failure_text{rule, std::move(what), std::move(expected), std::move(got)};
    return false;
  }

  bool refuse(const std::string& got) {
    const auto [what, expected] = [&]() -> std::pair<std::string, std::string> {
      switch (slot_) {
        case slot::document:
          return {"header", "a JSON object"};
        case slot::metadata:
          return {"__metadata__", "an object of texts"};
        case slot::metadata_value:
          return {"__metadata__, key " + readable_name(key_), "a text"};
        case slot::entry:
          return {"tensor " + readable_name(key_), "an object with dtype, shape and data_offsets"};
        case slot::type:
          return {tensor_text() + ", dtype", "a text"};
        case slot::shape:
        case slot::extent:
          return {tensor_text() + ", shape", "an array of numbers >= 0"};
        default:
          return {tensor_text() + ", data_offsets", "an array of two numbers >= 0"};
      }
    }();
    return fail(safetensors_rule::invalid_json, what, expected, got);
  }

  bool deeper() {
    if (frames_.size() < limits_.depth) return true;
    return fail(safetensors_rule::limit_exceeded, "header, nesting", "at most " + std::to_string(limits_.depth), "more");
  }

  bool top_key() {
    if (key_ == "__metadata__") {
      slot_ = slot::metadata;
      if (std::exchange(has_metadata_, true) && !duplicate_) duplicate_ = key_;
      return true;
    }
    if (key_.size() > limits_.name_bytes) {
      return fail(safetensors_rule::limit_exceeded, "tensor " + readable_name(key_) + ", bytes of the name",
                  "at most " + std::to_string(limits_.name_bytes), std::to_string(key_.size()));
    }
    if (header_.tensors.size() == limits_.tensors) {
      return fail(safetensors_rule::limit_exceeded, "number of tensors", "at most " + std::to_string(limits_.tensors), "more");
    }
    return true;
  }

  void begin_tensor() {
    frames_.push_back({slot::member, {}});
    tensor_ = tensor_info{};
    tensor_.name = key_;
    offsets_ = 0;
    has_type_ = has_shape_ = false;
  }

  bool end_tensor() {
    if (has_type_ && has_shape_ && offsets_ == 2) {
      header_.tensors.push_back(std::move(tensor_));
      return true;
    }
    const char* const missing = !has_type_ ? "dtype" : !has_shape_ ? "shape" : "data_offsets";
    return fail(safetensors_rule::invalid_json, tensor_text(), "an object with dtype, shape and data_offsets",
                std::string("no ") + missing);
  }

  safetensors_limits limits_;
  safetensors_header header_;
  std::optional<failure_text> failure_;
  std::optional<std::string> duplicate_;
  std::vector<frame> frames_;
  slot slot_ = slot::document;
  std::string key_;
  tensor_info tensor_;
  int offsets_ = 0;
  bool has_type_ = false;
  bool has_shape_ = false;
  bool has_metadata_ = false;
};

}  // namespace fewclip::io::detail
