#pragma once
/// \file
/// Settings under names with a prefix.

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "fewclip/core/settings.hpp"

namespace fewclip::detail {

/// prefix + name, kept for the life of the program, destructors of static objects included: settings refer to their names.
inline std::string_view kept_name(std::string_view prefix, std::string_view name) {
  struct kept {
    std::string text;
    kept* before;
  };
  static constinit std::atomic<kept*> last{nullptr};  // and no lock, which a thread may hold at fork()
  auto made = std::make_unique<kept>(kept{std::string(prefix) + std::string(name), last.load(std::memory_order_acquire)});
  for (const kept* each = made->before; each != nullptr; each = each->before) {
    if (each->text == made->text) return each->text;
  }
  // Two threads may keep one name twice.
  while (!last.compare_exchange_weak(made->before, made.get(), std::memory_order_acq_rel)) {
  }
  return made.release()->text;
}

/// Visits settings under names with a prefix, so that two parts may have settings of one name.
template <class Params, class Self, class Visitor>
void visit_prefixed(Self& self, std::string_view prefix, Visitor&& visit) {
  Params::visit_settings(self, [&](setting about, auto& member) {
    about.name = kept_name(prefix, about.name);
    visit(about, member);
  });
}

}  // namespace fewclip::detail
