#pragma once

// SIGINT and SIGTERM as a question that work asks between two steps.

namespace program {

/// While one exists, SIGINT and SIGTERM are noted and asked for by signal(); a second one ends the program at once.
class interruption {
 public:
  interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption();

  /// The number of the signal that came, 0 for none.
  static int signal();

 private:
  using handler = void (*)(int);
  handler before_int_;
  handler before_term_;
};

}  // namespace program
