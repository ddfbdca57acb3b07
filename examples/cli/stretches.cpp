#include "stretches.hpp"

#include <chrono>
#include <fewclip/io/training_state_file.hpp>
#include <filesystem>
#include <optional>

#include "interruption.hpp"
#include "model_commands.hpp"
#include "notes.hpp"
#include "progress_line.hpp"

namespace program {
namespace {

/// A method has two stages at most, each with a state.
constexpr std::size_t most_stages = 2;

std::string path_of(const std::string& path, std::size_t stage) { return path + std::to_string(stage); }

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

[[noreturn]] void refuse_other(const std::string& path) {
  throw fewclip::io_error(path + ": it belongs to another fit (selection, settings, images or version differ); the fit begins anew once " +
                          path + " is removed");
}

/// The states that an earlier run left. Whatever else is at their places is refused: it would be replaced.
training_states earlier_states(const kept_states& states) {
  training_states out;
  for (std::size_t stage = 0; stage < most_stages; ++stage) {
    const std::string path = path_of(states.path, stage);
    if (!is_there(path)) continue;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, ignored))) {
      throw fewclip::io_error(fewclip::expected_got(path, "state of an earlier fit", "a file or nothing", "a link or something else"));
    }
    std::optional<fewclip::saved_state> found;
    try {
      found = fewclip::io::read_training_state(path, states.belongs_to);
    } catch (const fewclip::error& problem) {
      throw fewclip::io_error(std::string(problem.what()) + "; the fit begins anew once " + path + " is removed");
    }
    if (!found || out.size() < stage) refuse_other(path);
    out.push_back(std::move(*found));
  }
  return out;
}

}  // namespace

std::unique_ptr<fitted> fit_in_stretches(const engine& methods, const task& given, const kept_states& states) {
  progress_line line;
  line.task(given.method);
  training_states trained = earlier_states(states);
  if (!trained.empty()) note("going on from " + path_of(states.path, 0));
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
      fewclip::io::write_training_state(trained[stage], path_of(states.path, stage), states.belongs_to);
    }
    if (const int number = interruption::signal()) {
      line.clear();
      note("interrupted; the same command goes on from " + path_of(states.path, 0));
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
    note("interrupted");
    throw exit_with{128 + number};
  }
  return out;
}

void require_no_states(const std::string& path) {
  for (std::size_t stage = 0; stage < most_stages; ++stage) {
    if (is_there(path_of(path, stage))) refuse_other(path_of(path, stage));
  }
}

void remove_states(const kept_states& states) {
  for (std::size_t stage = most_stages; stage-- > 0;) {  // the first goes last: a second alone would belong to nothing
    const std::string path = path_of(states.path, stage);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, ignored))) continue;
    try {
      if (!fewclip::io::read_training_state(path, states.belongs_to)) continue;
    } catch (const fewclip::error&) {
      continue;  // none of this fit
    }
    std::filesystem::remove(path, ignored);
  }
}

}  // namespace program
