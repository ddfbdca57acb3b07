#pragma once

// SIGINT, SIGTERM and SIGHUP as a question that work asks between two steps.

#include <signal.h>

namespace program {

/// While one exists, SIGINT, SIGTERM and SIGHUP are noted and asked for by signal(); a second one ends the program at
/// once. A SIGHUP that is ignored, as under nohup, stays so. To be made in the main thread.
class interruption {
 public:
  interruption();
  interruption(const interruption&) = delete;
  interruption& operator=(const interruption&) = delete;
  ~interruption();

  /// The number of the signal that came, 0 for none.
  static int signal();

 private:
  struct sigaction before_int_ {};
  struct sigaction before_term_ {};
  struct sigaction before_hup_ {};
};

}  // namespace program
