#pragma once
/// \file
/// Where the settings of a head stand among those of a blend.

#include "fewclip/config.hpp"

namespace fewclip::heads::detail {

/// The member `head`, which a blend gives the params of its head.
template <class Params>
struct head_role {
  Params head;

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    Params::visit_settings(self.head, visit);
  }
};

}  // namespace fewclip::heads::detail
