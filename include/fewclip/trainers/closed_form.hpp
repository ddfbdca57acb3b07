#pragma once
/// \file
/// The trainer of methods that need no training.

#include <type_traits>

#include "fewclip/concepts/trainer.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip::trainers {

/// Leaves the model as its construction made it.
///
/// \models trainer
struct closed_form {
  using params = no_settings;

  /// Does nothing.
  template <compute_backend B, class Model>
  static training_report train(Model&, const tensor<B>&, const label_tensor<B>&, const params&, const progress_observer& = {},
                               std::type_identity_t<trainer_state<B>>* = nullptr, const watched_value& = {}) {
    return {};
  }
};

}  // namespace fewclip::trainers
