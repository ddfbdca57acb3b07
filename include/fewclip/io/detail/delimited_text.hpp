#pragma once
/// \file
/// Tables as text: fields between commas or tabs, quoted where they hold one.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"

namespace fewclip::io::detail {

/// One row of a table and the line that it begins in, counted from 1.
struct table_row {
  std::size_t line = 1;
  std::vector<std::string> fields;
};

/// Splits RFC 4180 text into rows. A field may be quoted; `""` in a quoted field is one quote. Empty lines are skipped.
class delimited_text {
 public:
  /// \param text borrowed
  /// \param separator a comma or a tab
  /// \param path for messages
  delimited_text(std::string_view text, char separator, std::string path) : text_(text), separator_(separator), path_(std::move(path)) {}

  std::vector<table_row> rows() {
    std::vector<table_row> out;
    while (at_ < text_.size()) {
      table_row row{line_, {}};
      do row.fields.push_back(field());
      while (take(separator_));
      end_of_row();
      if (row.fields.size() > 1 || !row.fields[0].empty()) out.push_back(std::move(row));
    }
    return out;
  }

 private:
  bool take(char expected) {
    if (at_ >= text_.size() || text_[at_] != expected) return false;
    ++at_;
    return true;
  }

  std::string field() {
    if (take('"')) return quoted();
    const std::string_view ends = separator_ == ',' ? ",\r\n" : "\t\r\n";
    const std::size_t end = text_.find_first_of(ends, at_);
    std::string out(text_.substr(at_, end == std::string_view::npos ? end : end - at_));
    at_ += out.size();
    return out;
  }

  std::string quoted() {
    const std::size_t begun = line_;
    std::string out;
    for (;; ++at_) {
      if (at_ >= text_.size())
        throw io_error(expected_got(path_, "line " + std::to_string(begun), "a closing quote", "the end of the file"));
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        out += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        out += text_[at_++];
      } else {
        ++at_;
        return out;
      }
    }
  }

  void end_of_row() {
    take('\r');
    if (at_ < text_.size() && !take('\n')) {
      throw io_error(expected_got(path_, "line " + std::to_string(line_), "a separator or the end of the line after a field",
                                  "more text after a closing quote or a carriage return"));
    }
    ++line_;
  }

  std::string_view text_;
  char separator_;
  std::string path_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace fewclip::io::detail
