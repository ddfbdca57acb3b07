#pragma once
/// \file
/// A fitted part of a model as a setting: how a component gets at an encoder or a pooler that exists already.

#include <memory>
#include <string>
#include <utility>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"

namespace fewclip {

/// A shared, unchanging `Part::fitted<B>` that fits into a params struct, which does not know the backend. Empty by default. Cheap to copy.
///
/// It is no hyper-parameter: visit_settings does not list it, and saved settings do not hold it.
/// \tparam Part a component or a pooler
template <class Part>
class shared_part {
 public:
  shared_part() = default;

  /// \param part kept alive for as long as a copy of this is
  template <compute_backend B>
  static shared_part of(std::shared_ptr<const typename Part::template fitted<B>> part) {
    shared_part out;
    out.kind_ = &kind<typename Part::template fitted<B>>;
    out.part_ = std::move(part);
    return out;
  }

  /// A copy of `part`; its tensors share storage with the original.
  template <compute_backend B>
  static shared_part copy_of(const typename Part::template fitted<B>& part) {
    return of<B>(std::make_shared<const typename Part::template fitted<B>>(part));
  }

  bool empty() const { return part_ == nullptr; }

  /// The part.
  /// \param where the component that needs it, for the message
  /// \param what the member of its params, for the message
  /// \throws value_error where it is empty, or was made for another backend
  template <compute_backend B>
  std::shared_ptr<const typename Part::template fitted<B>> get(const std::string& where, const std::string& what) const {
    if (empty()) throw value_error(expected_got(where, what, "a fitted part, see shared_part::copy_of", "none"));
    if (kind_ != &kind<typename Part::template fitted<B>>) {
      throw value_error(expected_got(where, what, "a part fitted on the backend of the classifier", "one of another backend"));
    }
    return std::static_pointer_cast<const typename Part::template fitted<B>>(part_);
  }

 private:
  template <class Fitted>
  static inline const char kind = 0;

  const char* kind_ = nullptr;
  std::shared_ptr<const void> part_;
};

}  // namespace fewclip
