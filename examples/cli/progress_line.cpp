#include "progress_line.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "notes.hpp"

namespace program {

namespace {

using clock = std::chrono::steady_clock;

/// When the last line for no terminal was due.
clock::time_point& last_minute() {
  static clock::time_point out = clock::now();
  return out;
}

}  // namespace

progress_line::progress_line() : terminal_(isatty(STDERR_FILENO) != 0) { last_minute(); }

void progress_line::task(const std::string& text) {
  task_ = printable(text);
  last_ = {};
  show("");
}

fewclip::progress_observer progress_line::observer() {
  return [this](const fewclip::progress& event) {
    std::string detail = ": " + std::string(event.stage) + " " + std::to_string(event.done);
    if (event.total > 0) detail += " of " + std::to_string(event.total);
    show(detail);
    return true;
  };
}

void progress_line::show(const std::string& detail) {
  const auto now = clock::now();
  if (!terminal_) {
    if (now - last_minute() < std::chrono::minutes(1)) return;
    last_minute() = now;
    std::fprintf(stderr, "%s: %s%s\n", program_invocation_short_name, task_.c_str(), detail.c_str());
    return;
  }
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  shown_ = true;
  std::fprintf(stderr, "\r\033[K%s%s", task_.c_str(), detail.c_str());
  std::fflush(stderr);
}

void progress_line::clear() {
  if (!shown_) return;
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace program
