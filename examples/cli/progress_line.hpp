#pragma once

// How far the work is: one line on the terminal, else a line once a minute.

#include <chrono>
#include <fewclip/core/progress.hpp>
#include <string>

namespace program {

/// Rewrites one line of stderr, ten times a second at most. Where stderr is no terminal, writes a line of its own, once a minute at most and not in
/// the first; the minute is that of the program, not of one object.
class progress_line {
 public:
  progress_line();
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;
  ~progress_line() { clear(); }

  /// What is being worked on, such as "3/40 ape, 8 shots, seed 2".
  void task(const std::string& text);

  /// Takes the reports of fits and searches.
  fewclip::progress_observer observer();

  /// Removes the line.
  void clear();

 private:
  void show(const std::string& detail);

  bool terminal_;
  bool shown_ = false;
  std::string task_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace program
