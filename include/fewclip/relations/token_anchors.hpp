#pragma once
/// \file
/// Anchors that are texts with a learned class token.

#include <cstdint>
#include <memory>
#include <numeric>
#include <vector>

#include "fewclip/autograd/apply.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/relations/detail/anchor_bank.hpp"

namespace fewclip::relations {

/// How learned class tokens start.
enum class anchor_start {
  words,  ///< each as the mean of the token embeddings of a name (ours)
  random  ///< normal, standard deviation 0.02 (ours, that of CoOp)
};

/// Texts whose class token is learned, through the frozen text tower: the idea of RTOS.
///
/// \models anchors
/// \tparam Start how the tokens start
///
/// A_m = norm(text_tower([start] template with e_m for the name [end])). Under anchor_start::words the names are anchor_words of the source, or
/// the class names where it has none, chosen by farthest points among their rows where they are more than `anchor_count`. Trainable: `anchors`,
/// [anchors, width of a token]. Cost of a step: forward and backward of the tower over anchors * (template + 1) tokens.
template <anchor_start Start = anchor_start::words>
struct token_anchors {
  /// Settings.
  struct params {
    index anchor_count = 256;  ///< M; at most, where they start from words
    std::uint64_t seed = 1;    ///< of a random start

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      detail::visit_anchor_count(visit, self.anchor_count);
      visit(setting{.name = "seed",
                    .meaning = "seed of initial weights and of the order of batches",
                    .origin = "ours",
                    .lowest = 0,
                    .highest = 9e15},
            self.seed);
    }
  };

  static constexpr input_needs needs{.text = true, .unit_rows = true, .text_source = true};

  /// The tokens and the template around them.
  template <compute_backend B>
  class fitted {
   public:
    /// \param text class rows with a source
    /// \param settings see params
    /// \throws value_error without a source
    fitted(const class_text<B>& text, const support_set<B>&, const params& settings) : source_(text.source()) {
      if (!source_) {
        throw value_error(expected_got("fewclip::relations::token_anchors", "text",
                                       "a text tower with the tokens of the prompts (prompts::text_source)", "rows only"));
      }
      anchors_ = parameter<B>(Start == anchor_start::words ? words(settings) : random(settings));
      std::vector<prompts::prompt_slots> slots;
      for (index m = 0; m < anchors_.value().rows(); ++m) slots.push_back(source_->framed({prompts::learned_token(m)}));
      plan_ = source_->plan_for(slots, anchors_.value().rows());
    }

    /// \returns unit rows [anchors, dim], beside x
    template <operand X>
    auto rows(const X& x) const {
      return source_->encode(beside(x, anchors_), plan_);
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("anchors", anchors_);
    }

   private:
    using source = prompts::text_source<B>;

    /// Token ids of the names to start from.
    std::vector<std::vector<std::int32_t>> names() const {
      if (!source_->prompts().anchor_words.empty()) return source_->prompts().anchor_words;
      std::vector<std::vector<std::int32_t>> out;
      for (const prompts::tokenised_prompt& each : source_->prompts().classes) {
        const auto name = each.ids.begin() + each.name_begin;
        out.emplace_back(name, name + each.name_length);
      }
      return out;
    }

    /// Which of the names; without their rows where all are taken.
    std::vector<label> chosen(const std::vector<std::vector<std::int32_t>>& all, index count) const {
      if (static_cast<index>(all.size()) > count) return detail::farthest_points(source_->word_rows(all), count);
      std::vector<label> out(all.size());
      std::iota(out.begin(), out.end(), label{0});
      return out;
    }

    tensor<B> words(const params& settings) const {
      const auto all = names();
      const auto width = static_cast<std::size_t>(source_->width());
      std::vector<typename B::scalar> out;
      for (const label which : chosen(all, settings.anchor_count)) {
        const auto& ids = all[static_cast<std::size_t>(which)];
        const auto rows = source_->token_rows(ids).to_host();
        for (std::size_t d = 0; d < width; ++d) {
          double sum = 0;
          for (std::size_t k = 0; k < ids.size(); ++k) sum += static_cast<double>(rows[k * width + d]);
          out.push_back(static_cast<typename B::scalar>(ids.empty() ? 0 : sum / static_cast<double>(ids.size())));
        }
      }
      return tensor<B>::from_host(out.data(), {static_cast<index>(out.size() / width), source_->width()});
    }

    tensor<B> random(const params& settings) const {
      const random_stream numbers(settings.seed, 4);
      std::vector<typename B::scalar> values(static_cast<std::size_t>(settings.anchor_count * source_->width()));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<typename B::scalar>(0.02 * numbers.normal(i));
      return tensor<B>::from_host(values.data(), {settings.anchor_count, source_->width()});
    }

    std::shared_ptr<const source> source_;
    typename source::plan plan_;
    parameter<B> anchors_;
  };
};

}  // namespace fewclip::relations
