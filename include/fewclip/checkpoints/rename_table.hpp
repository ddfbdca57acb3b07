#pragma once
/// \file
/// Where each tensor of CLIP is found in a checkpoint, and what must be done to it.

#include <string>
#include <vector>

#include "fewclip/checkpoints/detail/name_patterns.hpp"
#include "fewclip/checkpoints/dialect.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/encoders/architecture.hpp"

namespace fewclip::checkpoints {

/// How the stored tensors become the one that an encoder asks for.
enum class tensor_rule {
  same,         ///< the same numbers in the same order, perhaps under other extents
  transpose,    ///< rows become columns
  stack_rows,   ///< one below the other: queries, keys, values
  fold_weight,  ///< convolution [out, in, h, w] and batch norm to [out, h * w * in], innermost the channels, times gamma / sqrt(var + eps)
  fold_bias     ///< batch norm to beta - mean * gamma / sqrt(var + eps)
};

/// A tensor as the file has it.
struct tensor_source {
  std::string name;  ///< its cleaned name
  shape extents;     ///< the shape it must have
};

/// One row of the table.
struct table_row {
  std::string name;                    ///< the name that encoders ask for; one naming for all dialects
  shape extents;                       ///< the shape that encoders ask for
  tensor_rule rule;                    ///< what is done
  std::vector<tensor_source> sources;  ///< to what; for the folding rules [convolution,] gamma, beta, mean, variance
};

/// Epsilon of CLIP's batch norms.
inline constexpr double batch_norm_epsilon = 1e-5;

namespace detail {

/// Appends the rows of one transformer block.
inline void append_block(std::vector<table_row>& out, dialect naming, const std::string& prefix, const std::string& source_prefix,
                         index width, index mlp_width) {
  for (const name_pattern& pattern : block_patterns) {
    const shape extents = extents_of(pattern, width, mlp_width);
    const std::string source = source_prefix + name_in(pattern, naming);
    const std::size_t slot = source.find('*');
    table_row row{prefix + pattern.name, extents, tensor_rule::same, {}};
    if (slot == std::string::npos) {
      row.sources.push_back({source, extents});
    } else {
      row.rule = tensor_rule::stack_rows;
      const shape third = extents.rank() == 2 ? shape{width, width} : shape{width};
      for (const char part : {'q', 'k', 'v'}) row.sources.push_back({std::string(source).replace(slot, 1, 1, part), third});
    }
    out.push_back(std::move(row));
  }
}

/// A row whose source has a name of its own in each dialect.
inline table_row row_of(const name_pattern& pattern, dialect naming, const shape& extents, const shape& stored,
                        tensor_rule rule = tensor_rule::same) {
  return {pattern.name, extents, rule, {{name_in(pattern, naming), stored}}};
}

/// Appends the two rows of a convolution with its batch norm. A name ends where ".weight" and so on follow.
inline void append_convolution(std::vector<table_row>& out, const convolution_names& names, index outputs, index inputs, index kernel) {
  const std::vector<tensor_source> norm{{names.norm + ".weight", {outputs}},
                                        {names.norm + ".bias", {outputs}},
                                        {names.norm + ".running_mean", {outputs}},
                                        {names.norm + ".running_var", {outputs}}};
  table_row weight{names.name + ".weight",
                   {outputs, kernel * kernel * inputs},
                   tensor_rule::fold_weight,
                   {{names.convolution + ".weight", {outputs, inputs, kernel, kernel}}}};
  weight.sources.insert(weight.sources.end(), norm.begin(), norm.end());
  out.push_back(std::move(weight));
  out.push_back({names.name + ".bias", {outputs}, tensor_rule::fold_bias, norm});
}

}  // namespace detail

/// The rows of a vision transformer.
/// \param naming any dialect
/// \param size a checked architecture
inline std::vector<table_row> rename_table(dialect naming, const encoders::vision_transformer_architecture& size) {
  const index w = size.width;
  const bool timm = naming == dialect::timm_visual;
  const shape tokens{size.tokens(), w};
  std::vector<table_row> out;
  out.push_back(detail::row_of(detail::patch_pattern, naming, {w, 3 * size.patch * size.patch}, {w, 3, size.patch, size.patch}));
  out.push_back(detail::row_of(detail::class_pattern, naming, {w}, timm ? shape{1, 1, w} : shape{w}));
  out.push_back(detail::row_of(detail::image_position_pattern, naming, tokens, timm ? shape{1, size.tokens(), w} : tokens));
  for (const auto& pattern : detail::image_norm_patterns) out.push_back(detail::row_of(pattern, naming, {w}, {w}));
  for (index i = 0; i < size.layers; ++i) {
    const std::string number = std::to_string(i) + ".";
    const std::string prefix = "visual.transformer.resblocks." + number;
    const std::string source = naming == dialect::openai ? prefix : (timm ? "blocks." : "vision_model.encoder.layers.") + number;
    detail::append_block(out, naming, prefix, source, w, size.mlp_width);
  }
  const bool transposed = naming == dialect::openai;
  out.push_back(detail::row_of(detail::image_projection_pattern, naming, {size.embed, w},
                               transposed ? shape{w, size.embed} : shape{size.embed, w},
                               transposed ? tensor_rule::transpose : tensor_rule::same));
  return out;
}

/// The rows of a text transformer.
/// \param naming dialect::openai or dialect::hf
/// \param size a checked architecture
inline std::vector<table_row> rename_table(dialect naming, const encoders::text_architecture& size) {
  const index w = size.width;
  const shape embedding{size.vocabulary, w};
  const shape positions{size.context, w};
  std::vector<table_row> out;
  out.push_back(detail::row_of(detail::token_pattern, naming, embedding, embedding));
  out.push_back(detail::row_of(detail::text_position_pattern, naming, positions, positions));
  for (index i = 0; i < size.layers; ++i) {
    const std::string prefix = "transformer.resblocks." + std::to_string(i) + ".";
    const std::string source = naming == dialect::openai ? prefix : "text_model.encoder.layers." + std::to_string(i) + ".";
    detail::append_block(out, naming, prefix, source, w, size.mlp_width);
  }
  for (const auto& pattern : detail::text_norm_patterns) out.push_back(detail::row_of(pattern, naming, {w}, {w}));
  const bool transposed = naming == dialect::openai;
  out.push_back(detail::row_of(detail::text_projection_pattern, naming, {size.embed, w},
                               transposed ? shape{w, size.embed} : shape{size.embed, w},
                               transposed ? tensor_rule::transpose : tensor_rule::same));
  return out;
}

/// The rows of a ResNet. Its batch norms are folded into its convolutions.
/// \param naming dialect::openai or dialect::timm_visual
/// \param size a checked architecture
inline std::vector<table_row> rename_table(dialect naming, const encoders::resnet_architecture& size) {
  const index half = size.width / 2;
  std::vector<table_row> out;
  detail::append_convolution(out, detail::stem_names(naming, 1), half, 3, 3);
  detail::append_convolution(out, detail::stem_names(naming, 2), half, half, 3);
  detail::append_convolution(out, detail::stem_names(naming, 3), size.width, half, 3);
  index inputs = size.width;
  for (std::size_t stage = 0; stage < size.blocks.size(); ++stage) {
    const index planes = size.width << stage;
    for (index block = 0; block < size.blocks[stage]; ++block) {
      const auto names = [&](int part) { return detail::bottleneck_names(naming, stage, block, part); };
      detail::append_convolution(out, names(1), planes, inputs, 1);
      detail::append_convolution(out, names(2), planes, planes, 3);
      detail::append_convolution(out, names(3), 4 * planes, planes, 1);
      if (block == 0) detail::append_convolution(out, names(0), 4 * planes, inputs, 1);
      inputs = 4 * planes;
    }
  }
  const index w = size.pool_width();
  for (const auto& pattern : detail::pool_patterns) {
    const shape extents = pattern.rows == 't'   ? shape{size.tokens(), w}
                          : pattern.rows == 'e' ? (pattern.columns == 0 ? shape{size.embed} : shape{size.embed, w})
                                                : detail::extents_of(pattern, w, 0);
    out.push_back(detail::row_of(pattern, naming, extents, extents));
  }
  return out;
}

/// The row of the logit scale, which is stored as a scalar or as one element.
inline table_row logit_scale_row() { return {"logit_scale", shape{}, tensor_rule::same, {{"logit_scale", shape{}}}}; }

}  // namespace fewclip::checkpoints
