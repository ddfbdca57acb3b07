#pragma once
/// \file
/// What becomes of the keys of a cache: they stay, or they are trained.

#include <optional>
#include <utility>

#include "fewclip/autograd/operations/packed_product.hpp"
#include "fewclip/autograd/variable.hpp"

namespace fewclip::caches {

/// Keys that stay as they are.
///
/// \models keys
struct frozen_keys {
  /// The keys, packed once.
  template <compute_backend B>
  class fitted {
   public:
    /// \param rows [keys, dim], grouped by class
    explicit fitted(tensor<B> rows) : packed_(B::pack(rows)) {}

    const tensor<B>& rows() const { return packed_.weights; }
    const packed_operand<B>& packed() const { return packed_; }

    /// Lets go of the rows where the packed form is a copy; rows() is then empty.
    void release() {
      if constexpr (requires { packed_.release(); }) packed_.release();
    }

   private:
    packed_operand<B> packed_;
  };
};

/// Keys that are trained; they are not normalised again (as in the authors' code of Tip-Adapter-F).
///
/// \models keys
struct learnable_keys {
  /// The keys as a parameter; packed anew after every change.
  template <compute_backend B>
  class fitted {
   public:
    /// \param rows [keys, dim], grouped by class
    explicit fitted(tensor<B> rows) : rows_(std::move(rows)) { seal(); }

    const parameter<B>& rows() const { return rows_; }
    packed_operand<B> packed() const { return packed_ ? *packed_ : B::pack(rows_.value()); }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      packed_.reset();
      visit("keys", rows_);
    }
    void seal() { packed_ = B::pack(rows_.value()); }

   private:
    parameter<B> rows_;
    std::optional<packed_operand<B>> packed_;
  };
};

}  // namespace fewclip::caches
