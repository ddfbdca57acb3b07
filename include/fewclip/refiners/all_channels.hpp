#pragma once
/// \file
/// The refiner that changes nothing.

#include "fewclip/autograd/variable.hpp"
#include "fewclip/concepts/adapter.hpp"

namespace fewclip::refiners {

/// Keeps every channel as it is.
///
/// \models refiner
struct all_channels {
  using params = no_settings;

  static constexpr input_needs needs{};

  /// Passes rows through.
  template <compute_backend B>
  class fitted {
   public:
    fitted(const class_text<B>&, const support_set<B>&, const params&) {}

    template <operand X>
    const X& refine(const X& x) const {
      return x;
    }
  };
};

}  // namespace fewclip::refiners
