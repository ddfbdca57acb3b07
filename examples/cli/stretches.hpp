#pragma once

// A fit that can be interrupted, and goes on when it is asked for again.

#include <memory>
#include <string>

#include "task.hpp"

namespace program {

/// Where the states of an interrupted training are kept: one file for each stage, PATH0 and so on.
struct kept_states {
  std::string path;
  std::string belongs_to;  // digest of everything that the training depends on; states of another one are refused
};

/// Trains in stretches of about 20 seconds; after each, the states are on disk. Goes on from those that are there. Throws fewclip::io_error, naming the
/// file, for one that cannot be read or belongs to another fit, and exit_with after SIGINT, SIGTERM or SIGHUP.
std::unique_ptr<fitted> fit_in_stretches(const engine& methods, const task& given, const kept_states& states);

/// Fits without states: what needs no training, and searches, which begin anew. Throws exit_with after SIGINT, SIGTERM or SIGHUP.
std::unique_ptr<fitted> fit_at_once(const engine& methods, const task& given);

/// Throws fewclip::io_error where something is at the places of states, for a fit that has none.
void require_no_states(const std::string& path);

/// Removes the states of this fit, and nothing else that may be at their places.
void remove_states(const kept_states& states);

}  // namespace program
