#include "progress_line.hpp"

#include <unistd.h>

#include <cstdio>

#include "notes.hpp"

namespace program {

progress_line::progress_line() : terminal_(isatty(STDERR_FILENO) != 0) {}

void progress_line::task(const std::string& text) {
  task_ = printable(text);
  last_ = {};
  show("");
}

fewclip::progress_observer progress_line::observer() {
  if (!terminal_) return {};
  return [this](const fewclip::progress& event) {
    std::string detail = ": " + std::string(event.stage) + " " + std::to_string(event.done);
    if (event.total > 0) detail += " of " + std::to_string(event.total);
    show(detail);
    return true;
  };
}

void progress_line::show(const std::string& detail) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - last_ < std::chrono::milliseconds(100)) return;
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
