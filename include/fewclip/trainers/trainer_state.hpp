#pragma once
/// \file
/// All that training depends on between two steps, in memory and in a form that any file format can hold.

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <type_traits>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"

namespace fewclip {

/// A tensor as plain numbers; double holds every float exactly.
struct saved_values {
  std::vector<index> extents;
  std::vector<double> values;
};

/// A trainer_state as plain numbers by name, for any file format.
using saved_state = std::map<std::string, saved_values>;

/// All that training depends on between two steps. Default-constructed it stands for the beginning.
///
/// A trainer that is given one goes on from it bit for bit, and saves to it when it returns. The data, the settings and the model must be
/// the same as before; names and extents of the parameters are checked, nothing else.
template <compute_backend B>
struct trainer_state {
  index step = 0;                                                  ///< steps made
  std::map<std::string, tensor<B>> tensors;                        ///< "parameter/...", "optimizer/...", "best/..."
  std::map<std::string, index> counts;                             ///< integers of the optimizer
  std::vector<double> losses;                                      ///< before each step
  std::vector<double> learning_rates;                              ///< of each step
  std::vector<double> watched;                                     ///< values that early stopping has seen
  double best_watched = -std::numeric_limits<double>::infinity();  ///< largest of them so far
  index checks_since_best = 0;                                     ///< how often the watched value did not improve since

  /// Whether there is something to go on from.
  bool begun() const { return !tensors.empty(); }

  /// The same as plain numbers.
  saved_state save() const {
    saved_state out;
    for (const auto& [name, value] : tensors) {
      const auto numbers = value.to_host();
      saved_values& to = out["tensor/" + name];
      for (index d = 0; d < value.rank(); ++d) to.extents.push_back(value.extents()[d]);
      to.values.assign(numbers.begin(), numbers.end());
    }
    for (const auto& [name, value] : counts) out["count/" + name] = list({static_cast<double>(value)});
    out["losses"] = list(losses);
    out["learning_rates"] = list(learning_rates);
    out["watched"] = list(watched);
    if (!watched.empty()) out["best_watched"] = list({best_watched});
    out["step"] = list({static_cast<double>(step)});
    out["checks_since_best"] = list({static_cast<double>(checks_since_best)});
    return out;
  }

  /// What save gave, back again.
  /// \throws value_error for a missing name, or numbers that do not fit their extents
  static trainer_state load(const saved_state& saved) {
    trainer_state out;
    for (const auto& [name, each] : saved) {
      if (name.starts_with("tensor/")) out.tensors[name.substr(7)] = load_tensor(name, each);
      if (name.starts_with("count/")) out.counts[name.substr(6)] = static_cast<index>(first(saved, name));
    }
    out.losses = find(saved, "losses").values;
    out.learning_rates = find(saved, "learning_rates").values;
    out.watched = find(saved, "watched").values;
    if (!out.watched.empty()) out.best_watched = first(saved, "best_watched");
    out.step = static_cast<index>(first(saved, "step"));
    out.checks_since_best = static_cast<index>(first(saved, "checks_since_best"));
    return out;
  }

 private:
  static saved_values list(std::vector<double> values) {
    saved_values out;
    out.extents = {static_cast<index>(values.size())};
    out.values = std::move(values);
    return out;
  }

  static const saved_values& find(const saved_state& saved, const std::string& name) {
    const auto at = saved.find(name);
    if (at == saved.end()) throw value_error(expected_got("fewclip::trainer_state::load", name, "an entry of that name", "none"));
    return at->second;
  }

  static double first(const saved_state& saved, const std::string& name) {
    const saved_values& found = find(saved, name);
    if (found.values.empty()) throw value_error(expected_got("fewclip::trainer_state::load", name, "a number", "none"));
    return found.values.front();
  }

  static tensor<B> load_tensor(const std::string& name, const saved_values& saved) {
    shape extents;
    for (const index extent : saved.extents) extents.append(extent);
    if (extents.size() != static_cast<index>(saved.values.size())) {
      throw value_error(expected_got("fewclip::trainer_state::load", name, std::to_string(extents.size()) + " numbers",
                                     std::to_string(saved.values.size())));
    }
    const std::vector<typename B::scalar> numbers(saved.values.begin(), saved.values.end());
    return tensor<B>::from_host(numbers.data(), extents);
  }
};

}  // namespace fewclip
