#pragma once
/// \file
/// A text head whose class rows look at the image first.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/attention.hpp"
#include "fewclip/autograd/operations/gather.hpp"
#include "fewclip/autograd/operations/product.hpp"
#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/autograd/operations/row_dots.hpp"
#include "fewclip/autograd/operations/rows.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/core/spatial_rows.hpp"
#include "fewclip/heads/detail/head_role.hpp"
#include "fewclip/heads/text.hpp"
#include "fewclip/layers/layer_norm.hpp"
#include "fewclip/layers/mlp.hpp"
#include "fewclip/layers/projection.hpp"

namespace fewclip::heads {

/// What follows the attention.
enum class feed_forward {
  none,  ///< nothing
  gelu   ///< T + W2 gelu(W1 layer_norm(T) + b1) + b2, four times as wide inside
};

/// Class texts attend to the places of an image before they are compared with it (Qiu et al. 2021, arXiv 2112.02399; re-implemented from the
/// abstract, everything beyond "texts are queries, places are keys and values" is ours).
///
/// \models adapter, blend_part
/// \tparam Then what follows the attention
///
/// Rows of images are spatial_rows: f, then the tokens of the places; both are normalised here. Per image, with heads of width dh: T1 = T +
/// [softmax(U_h K_h^T / sqrt(dh)) Y_h]_h Wo^T with U = T Wq^T, K = tokens Wk^T, Y = tokens Wv^T; T2 = T1 + feed-forward; T' = T + eta (T2 - T);
/// logits_c = scale * norm(T'_c) . f. Classes do not see each other, places have no order. Trainable: `query.weight`, `key.weight`,
/// `value.weight` (uniform Xavier), `out.weight` (zero), [dim, dim] each, and `norm.*`, `mlp.*` (its last map zero), so the start is zero_shot up to
/// rounding: its texts are normalised once more. Cost per image: classes * (2 dim^2 + 2 places * dim) multiply-adds, and 8 dim^2 per class for the
/// feed-forward; tensors are taken some images at a time, so that one intermediate of them has at most 16 MB, while training holds several of
/// batch * classes * dim numbers.
template <feed_forward Then = feed_forward::gelu>
struct visual_guided_text {
  /// Settings.
  struct params {
    text::params head;          ///< the logit scale
    index attention_heads = 8;  ///< H, a divisor of dim
    double eta = 1;             ///< part of the change of the texts that is applied
    std::uint64_t seed = 1;     ///< of the initial weights

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      text::params::visit_settings(self.head, visit);
      visit(setting{.name = "attention_heads",
                    .meaning = "heads of the attention, a divisor of the width",
                    .origin = "ours",
                    .lowest = 1,
                    .highest = 1e4},
            self.attention_heads);
      visit(setting{.name = "eta",
                    .meaning = "part of the change of the class texts that is applied",
                    .origin = "ours",
                    .lowest = 0,
                    .highest = 1,
                    .takes_effect = effect::prediction},
            self.eta);
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

  static constexpr input_needs needs{.text = true, .support = true, .spatial_tokens = true};

  /// The class rows and the weights.
  template <compute_backend B>
  class fitted {
   public:
    /// \param classes text rows [classes, dim]
    /// \param settings see params
    /// \throws value_error where the heads do not divide dim
    fitted(const class_text<B>& classes, const support_set<B>&, const params& settings)
        : settings_(settings), texts_(classes.rows()), query_(dim(), dim()), key_(dim(), dim()), value_(dim(), dim()), out_(dim(), dim()) {
      if (dim() % settings.attention_heads != 0) {
        throw value_error(expected_got("fewclip::heads::visual_guided_text", "attention_heads",
                                       "a divisor of the width, " + std::to_string(dim()), std::to_string(settings.attention_heads)));
      }
      std::uint64_t stream = 5;
      for (auto* each : {&query_, &key_, &value_}) each->weight() = parameter<B>(xavier(dim(), dim(), settings.seed, stream++));
      if constexpr (Then == feed_forward::gelu) {
        after_.emplace(dim());
        fewclip::visit_parameters(after_->mlp, [&](std::string_view name, parameter<B>& p) {
          if (name == "c_fc.weight") p = parameter<B>(xavier(4 * dim(), dim(), settings.seed, stream++));
        });
      }
    }

    /// \param x rows [n, dim * (1 + places)], see spatial_rows
    /// \returns [n, classes]
    /// \throws shape_error for a width that is no multiple of dim, or leaves no place
    template <operand X>
    auto logits(const X& x) const {
      if constexpr (is_variable<X>::value) {
        return whole(x);
      } else {
        const tensor<B>& all = value_of(x);
        const index each = texts_.size() * static_cast<index>(sizeof(typename B::scalar));
        const index slice = std::max<index>(1, (index{16} << 20) / std::max<index>(1, each));
        if (all.rows() <= slice) return whole(all);
        tensor<B> out = tensor<B>::uninitialised({all.rows(), texts_.rows()});
        for (index begin = 0; begin < all.rows(); begin += slice) {
          const tensor<B> part = whole(all.rows_slice(begin, std::min(slice, all.rows() - begin)));
          B::memory::copy(out.mutable_data() + begin * texts_.rows(), part.data(), part.size());
        }
        return out;
      }
    }

    /// The class rows as images change them: T2, before eta and before normalisation.
    /// \param x rows [n, dim * (1 + places)]
    /// \returns [n * classes, dim], the classes of an image one after the other
    template <operand X>
    auto guided_texts(const X& x) const {
      const split parts = parts_of(value_of(x));
      return guided(ops::reshape(x, parts.extents), parts, ops::gather_rows(beside(x, texts_), parts.class_of));
    }

    void retune(const params& settings) {
      settings_.eta = settings.eta;
      settings_.head = settings.head;
    }

    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      fewclip::visit_parameters(query_, "query.", visit);
      fewclip::visit_parameters(key_, "key.", visit);
      fewclip::visit_parameters(value_, "value.", visit);
      fewclip::visit_parameters(out_, "out.", visit);
      if constexpr (Then == feed_forward::gelu) {
        fewclip::visit_parameters(after_->norm, "norm.", visit);
        fewclip::visit_parameters(after_->mlp, "mlp.", visit);
      }
    }

    /// Packs the weights.
    void seal() {
      for (auto* each : {&query_, &key_, &value_, &out_}) each->prepare();
      if (after_) after_->mlp.prepare();
    }

   private:
    struct feed_forward_layers {
      layers::layer_norm<B> norm;
      layers::mlp<B> mlp;
      explicit feed_forward_layers(index dim) : norm(dim), mlp(dim, 4 * dim, encoders::activation::gelu) {}
    };

    /// Where feature and tokens of each image are.
    struct split {
      index places;
      shape extents;             ///< of x with one row per feature or token
      label_tensor<B> pooled;    ///< [n]
      label_tensor<B> tokens;    ///< [n * places]
      label_tensor<B> class_of;  ///< [n * classes]: 0 .. classes - 1 again and again
    };

    index dim() const { return texts_.columns(); }

    split parts_of(const tensor<B>& x) const {
      const index places = spatial_rows::of(x.columns(), dim(), "fewclip::heads::visual_guided_text").places;
      std::vector<label> pooled;
      std::vector<label> tokens;
      std::vector<label> class_of;
      for (index b = 0; b < x.rows(); ++b) {
        const index first = b * (1 + places);
        pooled.push_back(static_cast<label>(first));
        for (index l = 1; l <= places; ++l) tokens.push_back(static_cast<label>(first + l));
        for (index c = 0; c < texts_.rows(); ++c) class_of.push_back(static_cast<label>(c));
      }
      return {places, shape{x.rows() * (1 + places), dim()}, on_device(pooled), on_device(tokens), on_device(class_of)};
    }

    template <class X>
    auto whole(const X& x) const {
      const split parts = parts_of(value_of(x));
      const auto rows = ops::reshape(x, parts.extents);
      const auto texts = ops::gather_rows(beside(x, texts_), parts.class_of);
      const auto changed = ops::add_scaled(texts, 1 - settings_.eta, guided(rows, parts, texts), settings_.eta);
      const auto features = ops::normalise_rows(ops::gather_rows(rows, parts.pooled));
      return ops::scale(ops::row_dots(ops::normalise_rows(changed), features), settings_.head.scale);
    }

    /// \param rows features and tokens, [n * (1 + places), dim]
    /// \param texts the class rows for every image, [n * classes, dim]
    template <class X>
    X guided(const X& rows, const split& parts, const X& texts) const {
      const auto tokens = ops::normalise_rows(ops::gather_rows(rows, parts.tokens));
      const auto queries = ops::gather_rows(query_.forward(beside(rows, texts_)), parts.class_of);
      const auto mixed = ops::attention(queries, key_.forward(tokens), value_.forward(tokens),
                                        {.heads = settings_.attention_heads, .queries = texts_.rows(), .keys = parts.places});
      const X attended = ops::add(texts, out_.forward(mixed));
      if constexpr (Then == feed_forward::gelu) {
        return after_->mlp.add_to(attended, after_->norm.forward(attended));
      } else {
        return attended;
      }
    }

    static label_tensor<B> on_device(const std::vector<label>& values) {
      return label_tensor<B>::from_host(values.data(), {static_cast<index>(values.size())});
    }

    /// Uniform in +-sqrt(6 / (in + out)) (Glorot, Bengio 2010).
    static tensor<B> xavier(index out, index in, std::uint64_t seed, std::uint64_t stream) {
      const random_stream numbers(seed, stream);
      const double bound = std::sqrt(6.0 / static_cast<double>(in + out));
      std::vector<typename B::scalar> values(static_cast<std::size_t>(in * out));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<typename B::scalar>(bound * (2 * numbers.uniform(i) - 1));
      return tensor<B>::from_host(values.data(), {out, in});
    }

    params settings_;
    tensor<B> texts_;
    layers::projection<B> query_, key_, value_, out_;
    std::optional<feed_forward_layers> after_;
  };
};

}  // namespace fewclip::heads
