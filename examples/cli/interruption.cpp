#include "interruption.hpp"

#include <csignal>

namespace program {
namespace {

volatile std::sig_atomic_t caught_signal = 0;

void note(int number) {
  caught_signal = number;
  std::signal(number, SIG_DFL);
}

}  // namespace

interruption::interruption() : before_int_(std::signal(SIGINT, note)), before_term_(std::signal(SIGTERM, note)) { caught_signal = 0; }

interruption::~interruption() {
  std::signal(SIGINT, before_int_);
  std::signal(SIGTERM, before_term_);
}

int interruption::signal() { return caught_signal; }

}  // namespace program
