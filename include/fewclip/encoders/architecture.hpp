#pragma once
/// \file
/// The sizes of CLIP's image and text towers.

#include <array>
#include <cstdint>
#include <string>

#include "fewclip/core/error.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::encoders {

/// The non-linearity between the two linear maps of a transformer block. The wrong one runs and silently loses accuracy.
enum class activation {
  quick_gelu,  ///< x * sigmoid(1.702 x): OpenAI's weights, and most of MetaCLIP's
  gelu         ///< 0.5 x (1 + erf(x / sqrt 2)): weights trained by LAION and DataComp, unless their configuration says otherwise
};

/// Which row of the text tower is its result.
enum class text_pooling {
  argmax,      ///< the first maximum of the token ids
  end_of_text  ///< the first position whose id is text_architecture::end_id
};

/// "quick_gelu" or "gelu", as configurations spell them.
inline const char* name_of(activation act) { return act == activation::quick_gelu ? "quick_gelu" : "gelu"; }

/// "argmax" or "end_of_text".
inline const char* name_of(text_pooling pooling) { return pooling == text_pooling::argmax ? "argmax" : "end_of_text"; }

namespace detail {

/// \throws value_error unless value >= 1
inline void require_positive(const char* where, const char* what, index value) {
  if (value < 1) throw value_error(expected_got(where, what, "a number >= 1", std::to_string(value)));
}

/// \throws value_error unless divisor divides value; both are positive
inline void require_multiple(const char* where, const char* what, index value, const char* of_what, index divisor) {
  if (value % divisor == 0) return;
  throw value_error(
      expected_got(where, what, "a multiple of " + std::string(of_what) + ", " + std::to_string(divisor), std::to_string(value)));
}

/// \throws value_error unless 0 < epsilon < 1
inline void require_epsilon(const char* where, double epsilon) {
  if (!(epsilon > 0 && epsilon < 1)) throw value_error(expected_got(where, "epsilon", "a number in (0, 1)", std::to_string(epsilon)));
}

/// The parameters of one transformer block: two norms, attention with biases, two linear maps with biases.
constexpr index block_parameters(index width, index mlp_width) {
  return 4 * width + 4 * width * (width + 1) + 2 * width * mlp_width + mlp_width + width;
}

}  // namespace detail

/// A vision transformer. The defaults are ViT-B/32 as published by OpenAI (Radford et al. 2021, table 20).
struct vision_transformer_architecture {
  index width = 768;                        ///< channels of a token
  index layers = 12;                        ///< transformer blocks
  index heads = 12;                         ///< heads of attention; width / 64 for OpenAI's models, but not for ViT-g/14, H/14 and bigG/14
  index patch = 32;                         ///< pixels of a patch's side
  index resolution = 224;                   ///< pixels of the image's side
  index mlp_width = 3072;                   ///< channels between the two linear maps of a block
  activation act = activation::quick_gelu;  ///< between them
  double epsilon = 1e-5;                    ///< of every layer norm
  index embed = 512;                        ///< channels of the result

  /// Patches along one side.
  constexpr index grid() const { return resolution / patch; }

  /// Rows of the token matrix: the class token and one per patch.
  constexpr index tokens() const { return 1 + grid() * grid(); }

  /// The number of trainable numbers, projection included; 87,849,216 for the defaults.
  constexpr index parameters() const {
    return width * 3 * patch * patch + width + tokens() * width + 2 * width + layers * detail::block_parameters(width, mlp_width) +
           2 * width + width * embed;
  }

  /// \throws value_error for a size below 1, heads that do not divide width, a patch that does not divide resolution, or a bad epsilon
  void check() const {
    constexpr const char* where = "fewclip::encoders::vision_transformer_architecture";
    detail::require_positive(where, "width", width);
    detail::require_positive(where, "layers", layers);
    detail::require_positive(where, "heads", heads);
    detail::require_positive(where, "patch", patch);
    detail::require_positive(where, "resolution", resolution);
    detail::require_positive(where, "mlp_width", mlp_width);
    detail::require_positive(where, "embed", embed);
    detail::require_multiple(where, "width", width, "heads", heads);
    detail::require_multiple(where, "resolution", resolution, "patch", patch);
    detail::require_epsilon(where, epsilon);
  }

  friend bool operator==(const vision_transformer_architecture&, const vision_transformer_architecture&) = default;
};

/// CLIP's modified ResNet with attention pooling. The defaults are RN50 as published by OpenAI (Radford et al. 2021, table 19).
struct resnet_architecture {
  std::array<index, 4> blocks{3, 4, 6, 3};  ///< bottlenecks per stage
  index width = 64;                         ///< channels after the stem; the last stage has 32 times as many
  index resolution = 224;                   ///< pixels of the image's side
  index heads = 32;                         ///< heads of the attention pool
  index embed = 1024;                       ///< channels of the result

  /// Rows of the last feature map.
  constexpr index grid() const { return resolution / 32; }

  /// Rows of the attention pool: the mean and one per place.
  constexpr index tokens() const { return 1 + grid() * grid(); }

  /// Channels of the last feature map and of the attention pool.
  constexpr index pool_width() const { return 32 * width; }

  /// The number of trainable numbers, batch norms not folded; 38,316,896 for the defaults.
  constexpr index parameters() const {
    const index half = width / 2;
    index total = (27 + 2) * half + (9 * half + 2) * half + (9 * half + 2) * width;
    index in = width;
    for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
      const index planes = width << stage;
      for (index block = 0; block < blocks[stage]; ++block) {
        total += planes * (in + 2) + planes * (9 * planes + 2) + 4 * planes * (planes + 2);
        if (block == 0) total += 4 * planes * (in + 2);
        in = 4 * planes;
      }
    }
    return total + tokens() * pool_width() + 3 * pool_width() * (pool_width() + 1) + embed * (pool_width() + 1);
  }

  /// \throws value_error for a size below 1, an odd width, heads that do not divide 32 * width, or a resolution that is no multiple of 32
  void check() const {
    constexpr const char* where = "fewclip::encoders::resnet_architecture";
    for (const index count : blocks) detail::require_positive(where, "blocks", count);
    detail::require_positive(where, "width", width);
    detail::require_positive(where, "resolution", resolution);
    detail::require_positive(where, "heads", heads);
    detail::require_positive(where, "embed", embed);
    detail::require_multiple(where, "width", width, "two", 2);
    detail::require_multiple(where, "32 * width", pool_width(), "heads", heads);
    detail::require_multiple(where, "resolution", resolution, "the total stride", 32);
  }

  friend bool operator==(const resnet_architecture&, const resnet_architecture&) = default;
};

/// The text transformer. The defaults are that of ViT-B/32 and ViT-B/16 as published by OpenAI.
struct text_architecture {
  index width = 512;                            ///< channels of a token
  index layers = 12;                            ///< transformer blocks
  index heads = 8;                              ///< heads of attention
  index mlp_width = 2048;                       ///< channels between the two linear maps of a block
  index context = 77;                           ///< tokens of a text, start and end included
  index vocabulary = 49408;                     ///< number of token ids
  index embed = 512;                            ///< channels of the result
  activation act = activation::quick_gelu;      ///< between the linear maps
  double epsilon = 1e-5;                        ///< of every layer norm
  text_pooling pooling = text_pooling::argmax;  ///< which row is the result
  std::int32_t end_id = 49407;                  ///< the token that ends a text; used by text_pooling::end_of_text

  /// The number of trainable numbers, projection included, logit scale not; 63,428,096 for the defaults.
  constexpr index parameters() const {
    return (vocabulary + context) * width + layers * detail::block_parameters(width, mlp_width) + 2 * width + width * embed;
  }

  /// \throws value_error for a size below 1, heads that do not divide width, a bad epsilon, or an end token outside the vocabulary where it
  /// is used
  void check() const {
    constexpr const char* where = "fewclip::encoders::text_architecture";
    detail::require_positive(where, "width", width);
    detail::require_positive(where, "layers", layers);
    detail::require_positive(where, "heads", heads);
    detail::require_positive(where, "mlp_width", mlp_width);
    detail::require_positive(where, "context", context);
    detail::require_positive(where, "vocabulary", vocabulary);
    detail::require_positive(where, "embed", embed);
    detail::require_multiple(where, "width", width, "heads", heads);
    detail::require_epsilon(where, epsilon);
    if (pooling == text_pooling::end_of_text && (end_id < 0 || end_id >= vocabulary)) {
      throw value_error(expected_got(where, "end_id", "an id below the vocabulary, " + std::to_string(vocabulary), std::to_string(end_id)));
    }
  }

  friend bool operator==(const text_architecture&, const text_architecture&) = default;
};

}  // namespace fewclip::encoders
