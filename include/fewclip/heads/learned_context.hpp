#pragma once
/// \file
/// The zero-shot head with learned words around the class names.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/heads/detail/head_role.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/prompts/text_source.hpp"

namespace fewclip::heads {

/// Where the learned context stands.
enum class context_position {
  end,     ///< context, then the name: the name is at the end
  middle,  ///< half of the context, the name, the other half
  front    ///< the name, then the context: the name is in front
};

/// Whose context it is.
enum class context_sharing {
  shared,    ///< one for all classes
  per_class  ///< one for each class, CoOp's class-specific context
};

/// Text rows of prompts whose words around the class name are learned embeddings (Zhou et al. 2022, arXiv 2109.01134, section 3.2).
///
/// \models adapter, blend_part
/// \tparam Position where the context stands; names as in the authors' code
/// \tparam Sharing one context for all classes or one each
///
/// T_c = norm(text_tower([start] context and name_c in the order of Position, what follows the name in the template, [end])), logits =
/// scale * x T^T. What stands in front of the name in the source's template is replaced by the context; what follows stays (CoOp: "."). The
/// tower is frozen. Trainable: `context`, [M, width] or [classes * M, width]. After seal() the head is a plain text head. Cost of a step:
/// one forward and one backward of the tower over classes * (M + name + 3) tokens, see prompts::encoding_memory.
template <context_position Position = context_position::end, context_sharing Sharing = context_sharing::shared>
struct learned_context {
  /// Settings.
  struct params {
    text::params head;                   ///< the logit scale
    index context_length = 16;           ///< M, number of learned tokens
    double context_deviation = 0.02;     ///< standard deviation of their start
    bool context_from_template = false;  ///< whether they start as the words in front of the name instead, as many tokens as these are
    std::uint64_t seed = 1;              ///< of the start

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      text::params::visit_settings(self.head, visit);
      visit(setting{.name = "context_length",
                    .meaning = "learned tokens of a prompt, where they do not start from the template",
                    .origin = "CoOp, the variant of its comparisons",
                    .lowest = 0,
                    .highest = 1e6},
            self.context_length);
      visit(setting{.name = "context_deviation",
                    .meaning = "standard deviation of the random start of the context",
                    .origin = "CoOp authors' code",
                    .lowest = 0,
                    .highest = 1e3},
            self.context_deviation);
      visit(setting{.name = "context_from_template",
                    .meaning = "whether the context starts as the words in front of the name in the template (1) or random (0)",
                    .origin = "CoOp, the variant of its comparisons",
                    .lowest = 0,
                    .highest = 1},
            self.context_from_template);
      visit(setting{.name = "seed",
                    .meaning = "seed of initial weights and of the order of batches",
                    .origin = "ours",
                    .lowest = 0,
                    .highest = 9e15},
            self.seed);
    }
  };

  /// The member a blend gives these params.
  using role = detail::head_role<params>;
  static const params& params_of(const role& all) { return all.head; }

  static constexpr input_needs needs{.text = true, .unit_rows = true, .text_source = true};

  /// The context and the prompts around it.
  template <compute_backend B>
  class fitted {
   public:
    /// \param classes text rows with a source of as many classes
    /// \param settings see params
    /// \throws value_error without a source; shape_error where source and rows do not belong together, or a prompt with its context is
    /// longer than the tower's
    fitted(const class_text<B>& classes, const support_set<B>&, const params& settings)
        : source_(checked(classes)), scale_(settings.head.scale) {
      const auto& frame = source_->prompts().frame;
      const index length = settings.context_from_template ? frame.name_begin - 1 : settings.context_length;
      const index copies = Sharing == context_sharing::per_class ? source_->classes() : 1;
      std::vector<prompts::prompt_slots> slots;
      for (index c = 0; c < source_->classes(); ++c) {
        slots.push_back(arranged(source_->prompts().classes[static_cast<std::size_t>(c)], copies == 1 ? 0 : c * length, length));
        if (static_cast<index>(slots.back().size()) > source_->text().sizes().context) {
          throw shape_error(expected_got("fewclip::heads::learned_context", "class " + std::to_string(c) + " with its context",
                                         "at most " + std::to_string(source_->text().sizes().context) + " tokens",
                                         std::to_string(slots.back().size())));
        }
      }
      plan_ = source_->plan_for(slots, copies * length);
      context_ = parameter<B>(settings.context_from_template ? words(frame, copies) : random(copies * length, settings));
    }

    /// \param x unit rows [n, dim]
    /// \returns [n, classes]
    template <operand X>
    auto logits(const X& x) const {
      if constexpr (!is_variable<X>::value) {
        if (packed_) return ops::packed_product(x, *packed_, scale_);
      }
      return ops::scale(ops::product_transposed(x, source_->encode(beside(x, context_), plan_)), scale_);
    }

    /// The text rows as the context is now, unit rows [classes, dim].
    tensor<B> class_rows() const { return packed_ ? packed_->weights : source_->encode(context_.value(), plan_); }

    void retune(const params& settings) { scale_ = settings.head.scale; }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      packed_.reset();
      visit("context", context_);
    }

    /// Encodes the prompts for the last time.
    void seal() { packed_ = B::pack(class_rows()); }

    /// What is the same for all prediction settings, for a search: the cosines of some rows.
    /// \param x unit rows [n, dim]
    auto study(const tensor<B>& x) const { return studied_rows(ops::packed_product(x, packed_ ? *packed_ : B::pack(class_rows()))); }

    /// The cosines, scaled by the head's settings.
    class studied_rows {
     public:
      explicit studied_rows(tensor<B> cosines) : cosines_(std::move(cosines)) {}

      /// Calls `visit("scale", scale, term)` for logits = scale * term, term [n, classes].
      template <class Visitor>
      void visit_terms(const params& settings, Visitor&& visit) {
        cosines_.visit_terms(settings.head, visit);
      }

     private:
      typename text::fitted<B>::studied_rows cosines_;
    };

    /// Numbers a study keeps per row.
    index study_width() const { return source_->classes(); }

   private:
    using source = prompts::text_source<B>;

    static const std::shared_ptr<const source>& checked(const class_text<B>& classes) {
      constexpr const char* where = "fewclip::heads::learned_context";
      if (!classes.source()) {
        throw value_error(expected_got(where, "text", "a text tower with the tokens of the prompts (prompts::text_source)", "rows only"));
      }
      require_shape(where, "text", shape{classes.source()->classes(), classes.source()->embed()},
                    shape{classes.classes(), classes.rows().columns()});
      return classes.source();
    }

    /// A prompt with `length` learned tokens, from row `first` on.
    static prompts::prompt_slots arranged(const prompts::tokenised_prompt& prompt, index first, index length) {
      const auto name = prompt.ids.begin() + prompt.name_begin;
      const auto rest = name + prompt.name_length;
      const index before = Position == context_position::end ? length : (Position == context_position::middle ? length / 2 : 0);
      prompts::prompt_slots out{prompt.ids.front()};
      for (index k = 0; k < before; ++k) out.push_back(prompts::learned_token(first + k));
      out.insert(out.end(), name, rest);
      for (index k = before; k < length; ++k) out.push_back(prompts::learned_token(first + k));
      out.insert(out.end(), rest, prompt.ids.end());
      return out;
    }

    /// The embeddings of the words in front of the name, for each copy the same.
    tensor<B> words(const prompts::tokenised_prompt& frame, index copies) const {
      std::vector<std::int32_t> ids;
      for (index copy = 0; copy < copies; ++copy) ids.insert(ids.end(), frame.ids.begin() + 1, frame.ids.begin() + frame.name_begin);
      return source_->token_rows(ids);
    }

    tensor<B> random(index rows, const params& settings) const {
      const random_stream numbers(settings.seed, 3);
      std::vector<typename B::scalar> values(static_cast<std::size_t>(rows * source_->width()));
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<typename B::scalar>(settings.context_deviation * numbers.normal(i));
      }
      return tensor<B>::from_host(values.data(), {rows, source_->width()});
    }

    std::shared_ptr<const source> source_;
    double scale_;
    typename source::plan plan_;
    parameter<B> context_;
    std::optional<packed_operand<B>> packed_;
  };
};

}  // namespace fewclip::heads
