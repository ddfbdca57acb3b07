#pragma once
/// \file
/// The key-value cache of the Tip-Adapter family.

#include <cstring>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/elementwise.hpp"
#include "fewclip/caches/detail/affinity_study.hpp"
#include "fewclip/caches/detail/grouping.hpp"
#include "fewclip/caches/keys.hpp"
#include "fewclip/caches/values.hpp"
#include "fewclip/concepts/adapter.hpp"
#include "fewclip/concepts/kernel.hpp"
#include "fewclip/concepts/keys.hpp"
#include "fewclip/concepts/refiner.hpp"
#include "fewclip/concepts/values.hpp"
#include "fewclip/kernels/exponential_affinity.hpp"
#include "fewclip/refiners/all_channels.hpp"

namespace fewclip::caches {

/// Remembers the support rows and lets each vote for its class, by its affinity with the query.
///
/// \models adapter, inside adapters::blend, where its params stand under `cache`
/// \tparam Kernel the affinity, kernels::exponential_affinity
/// \tparam Keys frozen_keys or learnable_keys
/// \tparam Values labels, divergence_weights or learnable_weights
/// \tparam Refiner refiners::all_channels or refiners::prior_channels: what is done to texts, keys and queries first
///
/// logits[b, c] = alpha * sum over keys i of class c of w_i K(x_b, F_i). Keys are grouped by class at the fit (a copy, unless the support set
/// already is; row order never matters), so values are never a matrix of keys times classes, and prediction stores nothing of size queries
/// times keys. Cost per query: keys * dim multiply-adds and as many exponentials as keys.
template <class Kernel = kernels::exponential_affinity, class Keys = frozen_keys, class Values = labels,
          class Refiner = refiners::all_channels>
struct key_value {
  using kernel_type = Kernel;

  /// Settings.
  struct params {
    double alpha = 1;  ///< weight of the cache in a blend
    typename Kernel::params kernel;
    typename Values::params values;
    typename Refiner::params refiner;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "alpha",
                    .meaning = "weight of the cache term beside the scaled text cosines",
                    .origin = "Tip-Adapter paper, stated default 1",
                    .lowest = 0,
                    .highest = 1e6,
                    .takes_effect = effect::prediction,
                    .linear = true},
            self.alpha);
      Kernel::params::visit_settings(self.kernel, visit);
      Values::params::visit_settings(self.values, visit);
      Refiner::params::visit_settings(self.refiner, visit);
    }
  };

  /// The member a blend gives these params.
  struct role {
    params cache;
    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      params::visit_settings(self.cache, visit);
    }
  };
  static const params& params_of(const role& all) { return all.cache; }

  static constexpr input_needs needs =
      input_needs{.text = std::is_same_v<Values, divergence_weights>, .support = true, .unit_rows = true} | Refiner::needs;

  /// Keys, values and the refiner.
  template <compute_backend B>
  class fitted {
    static_assert(fewclip::kernel<Kernel, B>,
                  "fewclip::caches::key_value: Kernel needs 'params' and 'class_sums(params, x, keys, packed, weights, segments)' [concept "
                  "kernel], see docs/extend/kernel.md");
    static_assert(fewclip::keys<Keys, B>,
                  "fewclip::caches::key_value: Keys needs 'fitted<B>(rows)' with 'rows() const' and 'packed() const' [concept keys], see "
                  "docs/extend/keys.md");
    static_assert(fewclip::values<Values, B>,
                  "fewclip::caches::key_value: Values needs 'params' and 'fitted<B>(text, keys, segments, params)' with 'weights() const' "
                  "[concept values], see docs/extend/values.md");
    static_assert(fewclip::refiner<Refiner, B>,
                  "fewclip::caches::key_value: Refiner needs 'refine(x) const' [concept refiner], see docs/extend/refiner.md");

   public:
    /// \param text text rows, used by refiner and values
    /// \param support support rows [rows, dim] with labels
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings)
        : settings_(settings),
          refiner_(text, support, settings.refiner),
          segments_(detail::segments_of<B>(support.labels())),
          keys_(refiner_.refine(detail::grouped_by_class<B>(support))),
          values_(text.empty() ? text.rows() : refiner_.refine(text.rows()), value_of(keys_.rows()), segments_, settings.values) {}

    /// \param x unit rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return ops::scale(sums(x), settings_.alpha);
    }

    /// The logits where every cosine with a key of class c is shifted by shift[b, c].
    /// \param x unit rows [n, dim]
    /// \param shift [n, classes]
    template <operand X, operand Shift>
    requires shiftable_kernel<Kernel, B>
    auto logits(const X& x, const Shift& shift) const {
      return ops::scale(Kernel::shifted(settings_.kernel, sums(x), shift), settings_.alpha);
    }

    /// Kernel values summed per class, before alpha, [n, classes].
    template <operand X>
    auto sums(const X& x) const {
      return Kernel::class_sums(settings_.kernel, refiner_.refine(x), keys_.rows(), keys_.packed(), values_.weights(), segments_);
    }

    void retune(const params& settings) {
      settings_ = settings;
      if constexpr (requires { values_.retune(settings.values); }) values_.retune(settings.values);
    }

    auto parts() { return std::tie(refiner_, keys_, values_); }

    /// Lets go of rows that sealed keys do not need.
    void seal() {
      if constexpr (requires {
                      requires(static_cast<bool>(Kernel::packed_keys_suffice));  // nvcc takes no constant bool itself
                      keys_.release();
                    })
        keys_.release();
    }

    /// What is the same for all prediction settings, for a search: the affinities of some rows with all keys.
    using studied_rows = detail::affinity_study<B, key_value, typename Values::template fitted<B>>;

    /// \param x unit rows [n, dim]
    /// \param shift added to every cosine with a key of class c, [n, classes]; empty for none
    studied_rows study(const tensor<B>& x, const tensor<B>& shift = {}) const requires detail::kernel_of_cosines_known<Kernel, B> {
      return studied_rows(ops::packed_product(refiner_.refine(x), keys_.packed()), shift, values_, segments_);
    }

    /// Numbers a study keeps per row.
    index study_width() const { return 2 * segments_.class_of.size(); }

    const typename Refiner::template fitted<B>& refiner() const { return refiner_; }
    const typename Values::template fitted<B>& values() const { return values_; }

   private:
    params settings_;
    typename Refiner::template fitted<B> refiner_;
    class_segments<B> segments_;
    typename Keys::template fitted<B> keys_;
    typename Values::template fitted<B> values_;
  };
};

}  // namespace fewclip::caches
