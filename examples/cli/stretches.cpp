#include "stretches.hpp"

#include <chrono>
#include <cstdio>
#include <fewclip/io/training_state_file.hpp>
#include <filesystem>
#include <optional>

#include "interruption.hpp"
#include "model_commands.hpp"
#include "progress_line.hpp"

namespace program {
namespace {

/// The states that an earlier run left.
training_states earlier_states(const kept_states& states) {
  training_states out;
  for (;;) {
    const std::string path = states.path + std::to_string(out.size());
    std::optional<fewclip::saved_state> found;
    try {
      found = fewclip::io::read_training_state(path, states.belongs_to);
    } catch (const fewclip::error& problem) {
      throw fewclip::io_error(std::string(problem.what()) + "; the fit begins anew once " + path + " is removed");
    }
    if (!found && out.empty()) require_no_states(states.path);
    if (!found) return out;
    out.push_back(std::move(*found));
  }
}

}  // namespace

std::unique_ptr<fitted> fit_in_stretches(const engine& methods, const task& given, const kept_states& states) {
  progress_line line;
  line.task(given.method);
  training_states trained = earlier_states(states);
  if (!trained.empty()) std::fprintf(stderr, "fewclip: going on from %s0\n", states.path.c_str());
  for (;;) {
    bool stopped = false;
    std::optional<std::chrono::steady_clock::time_point> begin;  // of the training, which preparations precede
    const auto show = line.observer();
    auto out = methods.fit(
        given,
        [&](const fewclip::progress& at) {
          if (show && !show(at)) return false;
          if (at.done >= at.total) return true;  // what is finished needs no other stretch
          const auto now = std::chrono::steady_clock::now();
          if (!begin) begin = now;
          const bool ends = interruption::signal() != 0 || now - *begin > std::chrono::seconds(20);
          stopped = stopped || ends;
          return !ends;
        },
        &trained);
    if (!stopped) return out;
    out.reset();  // the states are all that goes on
    for (std::size_t stage = 0; stage < trained.size(); ++stage) {
      fewclip::io::write_training_state(trained[stage], states.path + std::to_string(stage), states.belongs_to);
    }
    if (const int number = interruption::signal()) {
      line.clear();
      std::fprintf(stderr, "fewclip: interrupted; the same command goes on from %s0\n", states.path.c_str());
      throw exit_with{128 + number};
    }
  }
}

std::unique_ptr<fitted> fit_at_once(const engine& methods, const task& given) {
  progress_line line;
  line.task(given.method);
  const auto show = line.observer();
  auto out = methods.fit(
      given, [&](const fewclip::progress& at) { return (!show || show(at)) && interruption::signal() == 0; }, nullptr);
  if (const int number = interruption::signal()) {
    line.clear();
    std::fprintf(stderr, "fewclip: interrupted\n");
    throw exit_with{128 + number};
  }
  return out;
}

void require_no_states(const std::string& path) {
  const std::string first = path + "0";
  std::error_code ignored;
  if (!std::filesystem::exists(first, ignored)) return;
  throw fewclip::io_error(first + ": it belongs to another fit (selection, settings, images or version differ); the fit begins anew once " +
                          first + " is removed");
}

void remove_states(const std::string& path) {
  std::error_code ignored;
  for (std::size_t stage = 0; std::filesystem::remove(path + std::to_string(stage), ignored); ++stage) {
  }
}

}  // namespace program
