#pragma once
/// \file
/// The class-signature divergence of Tip-X.

#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/caches/detail/signature.hpp"
#include "fewclip/concepts/adapter.hpp"

namespace fewclip::caches {

/// Where signature_divergence takes the range of divergences and cosines from, by which it rescales.
namespace rescaling {
/// From the support rows against each other, once, at the fit: a query's score does not depend on other queries.
struct frozen {
  static constexpr bool from_queries = false;
};
/// From all queries of a call, as in the authors' code: scores depend on which queries come together.
struct transductive {
  static constexpr bool from_queries = true;
};
}  // namespace rescaling

/// Compares what the texts say of the query with what they say of each support row, by Kullback-Leibler divergence
/// (Udandarao et al. 2023, arXiv 2211.16198, section 3.2).
///
/// \models adapter, inside adapters::blend, where its params stand under `divergence`
/// \tparam Rescaling rescaling::frozen (default) or rescaling::transductive
///
/// With signatures S_i = softmax(F_i T^T / tau) and q_b likewise, M[b, i] = KL(q_b || S_i); Mr is M rescaled linearly to the range of the
/// cosines; logits[b, c] = -gamma * sum over rows i of class c of Mr[b, i]. Only class sums are needed: sum_i M[b, i] = n_c h_b - q_b . U_c
/// with h_b = sum q ln q and U_c the sum of ln S_i over class c (exact), so a query costs classes^2 instead of rows * classes. All logarithms
/// have ln(classes) added, which cancels: what remains is small, so single precision suffices.
///
/// Deviations from the authors' code: the range is frozen at the fit (theirs: that of the test queries, onto a stale validation range); the
/// last n mod 100 queries are not skipped. Where all divergences are equal, Mr is the lower end everywhere. Gradients of the queries take the
/// range as a constant, which it is where it is frozen.
template <class Rescaling = rescaling::frozen>
struct signature_divergence {
  /// Settings.
  struct params {
    double gamma = 1;          ///< weight in a blend
    double temperature = 0.5;  ///< tau

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "gamma",
                    .meaning = "weight of the signature divergence",
                    .origin = "ours: the authors search 0.1 to 30",
                    .lowest = 0,
                    .highest = 1e6,
                    .takes_effect = effect::prediction,
                    .linear = true},
            self.gamma);
      visit(setting{.name = "temperature",
                    .meaning = "temperature tau of the signatures, on cosines without a logit scale",
                    .origin = "SuS-X authors' code, default 0.5",
                    .lowest = 1e-3,
                    .highest = 1e6},
            self.temperature);
    }
  };

  /// The member a blend gives these params.
  struct role {
    params divergence;
    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      params::visit_settings(self.divergence, visit);
    }
  };
  static const params& params_of(const role& all) { return all.divergence; }

  static constexpr input_needs needs{.text = true, .support = true, .unit_rows = true, .whole_batch = Rescaling::from_queries};

  /// The class sums of the log-signatures and the ranges.
  template <compute_backend B>
  class fitted {
   public:
    /// \param text text rows [classes, dim]
    /// \param support support rows with labels
    /// \param settings see params
    fitted(const class_text<B>& text, const support_set<B>& support, const params& settings)
        : gamma_(settings.gamma), temperature_(settings.temperature), texts_(B::pack(text.rows())) {
      const std::vector<index> counts = support.labels().counts();
      std::vector<typename B::scalar> as_scalar(counts.begin(), counts.end());
      counts_ = tensor<B>::from_host(as_scalar.data(), shape{static_cast<index>(counts.size())});
      const auto rows = detail::signatures<B>(support.features(), texts_, temperature_);
      log_sums_ = detail::sum_by_class<B>(rows.logs, support.labels());
      if constexpr (Rescaling::from_queries) {
        features_ = support.features();
        logs_ = rows.logs;
      } else {
        range_ = detail::rescaling_range<B>(rows, rows.logs, support.features(), support.features());
      }
    }

    /// \param x unit rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      return scores(x, gamma_);
    }

    void retune(const params& settings) { gamma_ = settings.gamma; }

    /// What is the same for all prediction settings, for a search: the class sums of the divergences of some rows.
    class studied_rows {
     public:
      static constexpr bool whole_batch = Rescaling::from_queries;

      explicit studied_rows(tensor<B> sums) : sums_(std::move(sums)) {}

      /// Calls `visit("gamma", gamma, term)` for logits = gamma * term, term [n, classes].
      template <class Visitor>
      void visit_terms(const params& settings, Visitor&& visit) {
        visit("gamma", settings.gamma, sums_);
      }

     private:
      tensor<B> sums_;
    };

    /// \param x unit rows [n, dim]
    studied_rows study(const tensor<B>& x) const { return studied_rows(scores(x, 1)); }

    /// Numbers a study keeps per row.
    index study_width() const { return counts_.size(); }

   private:
    template <operand X>
    auto scores(const X& x, double gamma) const {
      detail::range_source<B> ranged;
      if constexpr (Rescaling::from_queries) ranged = {value_of(x), logs_, features_};
      return apply(detail::divergence_operation<B>{log_sums_, counts_, range_, ranged, gamma},
                   ops::packed_product(x, texts_, 1 / temperature_));
    }

    double gamma_;
    double temperature_;
    packed_operand<B> texts_;
    tensor<B> counts_;
    tensor<B> log_sums_;
    tensor<B> features_;
    tensor<B> logs_;
    detail::affine_range range_;
  };
};

}  // namespace fewclip::caches
