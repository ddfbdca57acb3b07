#pragma once
/// \file
/// How long-running work reports: through a function the caller supplies. The library itself never prints.

#include <functional>
#include <string_view>

#include "fewclip/core/shape.hpp"

namespace fewclip {

/// One report of work in progress.
struct progress {
  std::string_view stage;  ///< what is being done: "fit", "search", ...
  index done = 0;          ///< units finished
  index total = 0;         ///< units in all, 0 where unknown
  double loss = 0;         ///< current training loss, where there is one
};

/// Receives reports; may be empty. Returning false asks the work to stop at this point, keeping what it has reached.
using progress_observer = std::function<bool(const progress&)>;

/// Calls the observer where there is one.
/// \returns false where the observer asks to stop
inline bool report(const progress_observer& observer, const progress& event) { return !observer || observer(event); }

}  // namespace fewclip
