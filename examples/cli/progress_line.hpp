#pragma once

// One line on the terminal that says how far the work is.

#include <chrono>
#include <fewclip/core/progress.hpp>
#include <string>

namespace program {

/// Rewrites one line of stderr, ten times a second at most; silent where stderr is no terminal.
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
