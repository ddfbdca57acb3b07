#include "interruption.hpp"

#include <csignal>

namespace program {
namespace {

volatile std::sig_atomic_t caught_signal = 0;

void note(int number) { caught_signal = number; }

/// The kernels of oneDNN 2.6 keep numbers below the stack pointer, where a handler would overwrite them; so it gets a stack of its own.
/// Signals for the process go to the main thread, which is the one that makes an interruption.
void use_own_stack() {
  alignas(64) static char memory[1 << 18];
  stack_t own{};
  own.ss_sp = memory;
  own.ss_size = sizeof memory;
  sigaltstack(&own, nullptr);
}

/// \returns what was done before with the signal
struct sigaction noting(int number) {
  struct sigaction ours {};
  ours.sa_handler = note;
  ours.sa_flags = SA_ONSTACK | static_cast<int>(SA_RESETHAND);
  struct sigaction before {};
  sigaction(number, &ours, &before);
  return before;
}

}  // namespace

interruption::interruption() {
  caught_signal = 0;
  use_own_stack();
  before_int_ = noting(SIGINT);
  before_term_ = noting(SIGTERM);
  sigaction(SIGHUP, nullptr, &before_hup_);
  if (before_hup_.sa_handler != SIG_IGN) noting(SIGHUP);  // under nohup the work goes on
}

interruption::~interruption() {
  sigaction(SIGINT, &before_int_, nullptr);
  sigaction(SIGTERM, &before_term_, nullptr);
  sigaction(SIGHUP, &before_hup_, nullptr);
}

int interruption::signal() { return caught_signal; }

}  // namespace program
