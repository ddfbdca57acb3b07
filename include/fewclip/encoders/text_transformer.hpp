#pragma once
/// \file
/// CLIP's text transformer.

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/autograd/operations/tokens.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/encoders/architecture.hpp"
#include "fewclip/encoders/detail/text_buckets.hpp"
#include "fewclip/layers/transformer.hpp"

namespace fewclip::encoders {

/// Token ids to text features (Radford et al. 2021, arXiv 2103.00020, section 2.4): embeddings and positions, causal transformer blocks, layer
/// norm, the row where the text ends, projection.
struct text_transformer {
  using params = text_architecture;

  /// Token ids on the host, one text per row: [n, columns] with columns <= context.
  using token_ids = matrix_view<std::int32_t>;

  /// The weights, zero (gains of the norms: one) until they are set through visit_parameters.
  ///
  /// What follows the end of a text cannot influence its row, since the mask is causal. So texts are sorted by length into batches, each
  /// cut after its longest end, and the last block computes the end rows alone; both are exact.
  template <compute_backend B>
  class fitted {
   public:
    /// \throws value_error for sizes that do not fit, see text_architecture::check
    explicit fitted(const params& sizes)
        : sizes_(checked(sizes)),
          embeddings_(tensor<B>({sizes.vocabulary, sizes.width})),
          positions_(tensor<B>({sizes.context, sizes.width})),
          blocks_({sizes.width, sizes.layers, sizes.heads, sizes.mlp_width, sizes.act, sizes.epsilon, true}),
          after_(sizes.width, sizes.epsilon),
          projection_(sizes.width, sizes.embed) {}

    const params& sizes() const { return sizes_; }

    /// Packs the weights for inference; to be called again once they have changed.
    /// \param after_each called with each part that was packed, for example to let go of its weights
    template <class AfterEach = layers::nothing>
    void prepare(const AfterEach& after_each = {}) {
      blocks_.prepare(after_each);
      projection_.prepare();
      after_each(projection_);
    }

    /// As layers::transformer::recompute_blocks.
    void recompute_blocks(bool recomputed) { blocks_.recompute_blocks(recomputed); }

    /// Where each text ends, by the pooling rule of the sizes: the row that is read.
    /// \throws shape_error for more columns than the context; value_error for an id outside of the vocabulary, or a text without end
    std::vector<label> ends(const token_ids& ids) const { return detail::text_ends(ids, sizes_); }

    /// \param ids each in 0 .. vocabulary - 1; what follows the end of a text is not read
    /// \returns features [n, embed] in the order of the texts, not normalised
    /// \throws shape_error, value_error as of ends()
    tensor<B> encode(const token_ids& ids) const {
      const std::vector<label> all_ends = ends(ids);
      tensor<B> pooled = tensor<B>::uninitialised({ids.rows(), sizes_.width});
      for (const auto& bucket : detail::text_buckets(all_ends)) {
        std::vector<label> bucket_ends;
        for (const index text : bucket.texts) bucket_ends.push_back(all_ends[static_cast<std::size_t>(text)]);
        const tensor<B> rows =
            pooled_rows(embed_tokens(on_device(detail::truncated(ids, bucket.texts, bucket.length))), bucket.length, bucket_ends);
        for (std::size_t i = 0; i < bucket.texts.size(); ++i) {
          B::memory::copy(pooled.mutable_data() + bucket.texts[i] * sizes_.width, rows.data() + static_cast<index>(i) * sizes_.width,
                          sizes_.width);
        }
      }
      return projection_.forward(pooled);
    }

    /// The same on a tape, for gradients of the parameters that are bound to it; all texts in one piece, cut after the longest end.
    variable<B> encode(tape<B>& record, const token_ids& ids) const {
      const std::vector<label> all_ends = ends(ids);
      if (all_ends.empty()) throw shape_error(expected_got("fewclip::encoders::text_transformer::encode", "texts", "at least one", "none"));
      const index length = static_cast<index>(*std::max_element(all_ends.begin(), all_ends.end())) + 1;
      const bool bound = embeddings_.leaf().owner() == &record;
      const variable<B> table = bound ? embeddings_.leaf() : record.constant(embeddings_.value());
      return encode_embeddings(ops::gather_rows(table, on_device(detail::truncated(ids, every(ids.rows()), length))), all_ends);
    }

    /// Features of texts given as embeddings, for prompts that are learned.
    /// \param x token embeddings without positions, [n * length, width]; tensor or variable
    /// \param ends the row of each text that is read, [n]; length is the rows of x per text, longer than every end
    /// \returns features [n, embed], not normalised
    /// \throws shape_error where the number of texts does not divide the rows of x; value_error for an end outside of its text
    template <operand X>
    auto encode_embeddings(const X& x, const std::vector<label>& ends) const {
      const index length = detail::length_of_each(value_of(x).rows(), ends, sizes_.context);
      return projection_.forward(pooled_rows(x, length, ends));
    }

    /// Embeddings of tokens without positions.
    /// \param ids [m], in the memory of the backend; not checked
    /// \returns [m, width]
    tensor<B> embed_tokens(const label_tensor<B>& ids) const { return ops::gather_rows(embeddings_, ids); }

    /// Every row after the final layer norm, before the projection; nothing is cut.
    /// \returns [n, columns of ids, width]
    /// \throws shape_error, value_error as of ends()
    tensor<B> rows(const token_ids& ids) const {
      detail::require_ids(ids, sizes_);
      const tensor<B> x = embed_tokens(on_device(detail::truncated(ids, every(ids.rows()), ids.columns())));
      const auto out = after_.forward(blocks_.forward(ops::add_positions(x, positions_, ids.columns()), ids.columns()));
      return out.reshaped({ids.rows(), ids.columns(), sizes_.width});
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("token_embedding.weight", embeddings_);
      visit("positional_embedding", positions_);
      fewclip::visit_parameters(blocks_, "transformer.", visit);
      fewclip::visit_parameters(after_, "ln_final.", visit);
      visit("text_projection", projection_.weight());
    }

   private:
    static const params& checked(const params& sizes) {
      sizes.check();
      return sizes;
    }

    static label_tensor<B> on_device(const std::vector<label>& values) {
      return label_tensor<B>::from_host(values.data(), {static_cast<index>(values.size())});
    }

    static std::vector<index> every(index texts) {
      std::vector<index> out(static_cast<std::size_t>(texts));
      std::iota(out.begin(), out.end(), index{0});
      return out;
    }

    /// The end rows of texts of `length` tokens after the final layer norm, [n, width].
    template <class X>
    auto pooled_rows(const X& x, index length, const std::vector<label>& ends) const {
      return after_.forward(blocks_.forward_few(ops::add_positions(x, positions_, length), length, ends));
    }

    params sizes_;
    parameter<B> embeddings_;
    parameter<B> positions_;
    layers::transformer<B> blocks_;
    layers::layer_norm<B> after_;
    layers::projection<B> projection_;
  };
};

}  // namespace fewclip::encoders
