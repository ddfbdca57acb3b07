#pragma once
/// \file
/// The pooler of CLIP's ResNets.

#include <algorithm>
#include <type_traits>

#include "fewclip/autograd/operations/attention.hpp"
#include "fewclip/autograd/operations/attention_pool.hpp"
#include "fewclip/autograd/operations/linear.hpp"
#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/concepts/pooler.hpp"
#include "fewclip/encoders/architecture.hpp"

namespace fewclip::poolers {

/// Attention whose single query is the mean of the tokens (Radford et al. 2021, arXiv 2103.00020, section 2.4; OpenAI's code).
///
/// \models pooler
/// z = [mean of the tokens; tokens] + positions; multi-head attention of z_0 to all rows of z; an output projection. Computed by
/// ops::attention_pool, which projects neither keys nor values; pool_each() is the plain form, for features of every place.
///
/// Trainable: `attnpool.positional_embedding` [places + 1, width], `attnpool.{q_proj,k_proj,v_proj}.weight` [width, width] and `.bias` [width],
/// `attnpool.c_proj.weight` [embed, width] and `.bias` [embed]: 14,789,632 numbers for RN50, 13,740,544 for RN101. The gradient of `k_proj.bias`
/// is zero.
struct attention {
  static constexpr tokens_read reads = tokens_read::all;

  /// Sizes; the defaults are those of RN50.
  struct params {
    index width = 2048;  ///< channels of a token
    index places = 49;   ///< tokens of an image, the mean not counted
    index heads = 32;    ///< groups of channels; width / 64 for OpenAI's models
    index embed = 1024;  ///< channels of the result

    /// The sizes that go with a trunk.
    static params of(const encoders::resnet_architecture& trunk) {
      return {trunk.pool_width(), trunk.grid() * trunk.grid(), trunk.heads, trunk.embed};
    }

    /// \throws value_error for a size below 1 or heads that do not divide width
    void check() const {
      constexpr const char* where = "fewclip::poolers::attention";
      for (const index size : {width, places, heads, embed}) {
        if (size < 1) throw value_error(expected_got(where, "width, places, heads and embed", "numbers >= 1", std::to_string(size)));
      }
      if (width % heads != 0) {
        throw value_error(expected_got(where, "heads", "a divisor of width, " + std::to_string(width), std::to_string(heads)));
      }
    }
  };

  /// The weights, zero until they are set.
  template <compute_backend B>
  class fitted {
   public:
    /// \throws value_error for sizes that do not fit, see params::check
    explicit fitted(const params& sizes)
        : sizes_(checked(sizes)),
          position_(tensor<B>({sizes.places + 1, sizes.width})),
          q_(sizes.width, sizes.width),
          k_(sizes.width, sizes.width),
          v_(sizes.width, sizes.width),
          c_(sizes.embed, sizes.width) {}

    const params& sizes() const { return sizes_; }

    /// Tensors are pooled 64 images at a time, which bounds the memory; one by one they give the same features but for rounding.
    /// \param x tokens [n, places, width]
    /// \returns features [n, embed], not normalised
    /// \throws shape_error for other extents of a token matrix
    template <operand X>
    auto pool(const X& x) const {
      check_tokens(value_of(x).extents());
      if constexpr (is_variable<X>::value) {
        return pooled(x);
      } else {
        const tensor<B>& all = value_of(x);
        if (all.rows() <= slice) return pooled(all);
        tensor<B> out = tensor<B>::uninitialised({all.rows(), sizes_.embed});
        for (index begin = 0; begin < all.rows(); begin += slice) {
          const tensor<B> part = pooled(all.rows_slice(begin, std::min(slice, all.rows() - begin)));
          B::memory::copy(out.mutable_data() + begin * sizes_.embed, part.data(), part.size());
        }
        return out;
      }
    }

    /// Every row of z as a query: dense features. The plain form of attention, with keys and values of all rows.
    /// \param x tokens [n, places, width]
    /// \returns [n, places + 1, embed]; row 0 of an image is pool() of it
    /// \throws shape_error for other extents of a token matrix
    template <operand X>
    auto pool_each(const X& x) const {
      const shape extents = value_of(x).extents();
      check_tokens(extents);
      const index rows = sizes_.places + 1;
      const auto z = ops::reshape(ops::attention_pool_rows(x, position_), {extents[0] * rows, sizes_.width});
      const auto mixed = ops::attention(ops::linear(z, q_.weight, q_.bias), ops::linear(z, k_.weight, k_.bias),
                                        ops::linear(z, v_.weight, v_.bias), {.heads = sizes_.heads, .queries = rows, .keys = rows});
      return ops::reshape(ops::linear(mixed, c_.weight, c_.bias), {extents[0], rows, sizes_.embed});
    }

    /// Every token through the value and the output projection, without attention and positions: what one place contributes to the feature.
    /// \param x tokens [n, places, width]
    /// \returns [n, places, embed]
    /// \throws shape_error for other extents of a token matrix
    template <operand X>
    auto project_each(const X& x) const {
      const shape extents = value_of(x).extents();
      check_tokens(extents);
      const auto rows = ops::reshape(x, {extents[0] * sizes_.places, sizes_.width});
      return ops::reshape(ops::linear(ops::linear(rows, v_.weight, v_.bias), c_.weight, c_.bias),
                          {extents[0], sizes_.places, sizes_.embed});
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      visit("attnpool.positional_embedding", position_);
      fewclip::visit_parameters(q_, "attnpool.q_proj.", visit);
      fewclip::visit_parameters(k_, "attnpool.k_proj.", visit);
      fewclip::visit_parameters(v_, "attnpool.v_proj.", visit);
      fewclip::visit_parameters(c_, "attnpool.c_proj.", visit);
    }

   private:
    struct affine {
      parameter<B> weight;
      parameter<B> bias;

      affine(index out, index in) : weight(tensor<B>({out, in})), bias(tensor<B>({out})) {}

      template <class Visitor>
      void visit_parameters(Visitor&& visit) {
        visit("weight", weight);
        visit("bias", bias);
      }
    };

    static constexpr index slice = 64;

    static const params& checked(const params& sizes) {
      sizes.check();
      return sizes;
    }

    void check_tokens(const shape& x) const {
      require_shape("fewclip::poolers::attention::pool", "tokens", {x.rows(), sizes_.places, sizes_.width}, x);
    }

    template <class X>
    auto pooled(const X& x) const {
      return ops::attention_pool(x,
                                 ops::attention_pool_weights<parameter<B>>{position_, q_.weight, q_.bias, k_.weight, k_.bias, v_.weight,
                                                                           v_.bias, c_.weight, c_.bias},
                                 sizes_.heads);
    }

    params sizes_;
    parameter<B> position_;
    affine q_, k_, v_, c_;
  };
};

}  // namespace fewclip::poolers
