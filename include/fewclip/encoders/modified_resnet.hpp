#pragma once
/// \file
/// CLIP's modified ResNet up to the attention pool.

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "fewclip/autograd/operations/reshape.hpp"
#include "fewclip/core/parallel.hpp"
#include "fewclip/encoders/architecture.hpp"
#include "fewclip/layers/convolution.hpp"

namespace fewclip::encoders {

/// The ResNet image tower of CLIP without its attention pool (Radford et al. 2021, arXiv 2103.00020, section 2.4; OpenAI's code).
///
/// \models trunk
/// A stem of three 3x3 convolutions (the first of stride 2) and a 2x2 average pool; four stages of bottlenecks 1x1, 3x3, 1x1 whose first block
/// has a convolution in the shortcut and, but for the first stage, halves the map by average pools before the third convolution and before
/// that of the shortcut. ReLU after every convolution but those of shortcuts, the last one after the sum.
///
/// Batch norms are part of the weights: W = W' g / sqrt(var + 1e-5), b = beta - mean g / sqrt(var + 1e-5).
///
/// Parameters, in this order: `conv1`, `conv2`, `conv3`, then `layer{1..4}.{i}.conv1`, `.conv2`, `.conv3` and for i = 0 `.downsample`, each with
/// `.weight` [out, kernel * kernel * in], ordered kernel row, kernel column, input channel, and `.bias` [out].
struct modified_resnet {
  using params = resnet_architecture;

  /// The convolutions.
  template <compute_backend B>
  class fitted {
   public:
    /// All weights are zeros until they are set through visit_parameters.
    /// \throws value_error for sizes that do not fit each other, see resnet_architecture::check
    explicit fitted(const params& sizes) : sizes_(sizes) {
      sizes.check();
      const index half = sizes.width / 2;
      stem_.emplace_back(3, half, convolution_window{3, 2, 1});
      stem_.emplace_back(half, half, convolution_window{3, 1, 1});
      stem_.emplace_back(half, sizes.width, convolution_window{3, 1, 1});
      index in = sizes.width;
      for (std::size_t stage = 0; stage < sizes.blocks.size(); ++stage) {
        const index planes = sizes.width << stage;
        for (index number = 0; number < sizes.blocks[stage]; ++number) {
          const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(number) + ".";
          blocks_.emplace_back(name, in, planes, number == 0, number == 0 && stage > 0 ? 2 : 1);
          in = 4 * planes;
        }
      }
    }

    const params& sizes() const { return sizes_; }

    /// Prepares the weights for inference; to be called again once they have changed. Without it tensors take the same way as variables,
    /// which is slower.
    void prepare() {
      for (convolution& layer : stem_) layer.prepare();
      for (bottleneck& block : blocks_) block.prepare();
    }

    /// The last feature map.
    ///
    /// On tensors after prepare(), one image per thread runs through all layers where there are at least two images per thread, else each layer
    /// is shared by the threads: the largest maps of an image (5 MB for RN50) exist once per thread, and results do not depend on the number of
    /// threads nor on the other images. Cost for RN50: 11.4 GFLOP per image.
    /// \param images [n, 3, resolution, resolution], normalised
    /// \returns [n, grid * grid, 32 * width], places in row-major order
    /// \throws shape_error for images of another size
    template <operand X>
    auto tokens(const X& images) const {
      const shape& e = value_of(images).extents();
      require_shape("fewclip::encoders::modified_resnet::tokens", "images", {e.rows(), 3, sizes_.resolution, sizes_.resolution}, e);
      if constexpr (std::is_same_v<X, tensor<B>>) {
        if (is_prepared()) return fused_tokens(images);
      }
      return ops::reshape(map_of(ops::channels_last(images)), tokens_of(e.rows()));
    }

    /// Calls visit(name, parameter) for every weight and bias, in the order above.
    template <class Visitor>
    void visit_parameters(Visitor&& visit) {
      for (std::size_t i = 0; i < stem_.size(); ++i) fewclip::visit_parameters(stem_[i], "conv" + std::to_string(i + 1) + ".", visit);
      for (bottleneck& block : blocks_) fewclip::visit_parameters(block, block.name, visit);
    }

   private:
    using convolution = layers::convolution<B>;

    struct bottleneck {
      std::string name;
      index stride;
      convolution first, second, third;
      std::optional<convolution> shortcut;

      bottleneck(std::string prefix, index in, index planes, bool with_shortcut, index step)
          : name(std::move(prefix)), stride(step), first(in, planes), second(planes, planes, {3, 1, 1}), third(planes, 4 * planes) {
        if (with_shortcut) shortcut.emplace(in, 4 * planes);
      }

      void prepare() {
        first.prepare();
        second.prepare();
        third.prepare();
        if (shortcut) shortcut->prepare();
      }

      bool is_prepared() const {
        return first.is_prepared() && second.is_prepared() && third.is_prepared() && (!shortcut || shortcut->is_prepared());
      }

      /// Takes the map, so that its storage can become the result's.
      template <class X>
      X operator()(X x) const {
        X inner = second.relu(first.relu(x));
        if (stride > 1) {
          inner = layers::average_pool(inner, stride);
          x = layers::average_pool(x, stride);
        }
        if (shortcut) x = (*shortcut)(x);
        return third.relu_onto(inner, std::move(x));
      }

      template <class Visitor>
      void visit_parameters(Visitor&& visit) {
        fewclip::visit_parameters(first, "conv1.", visit);
        fewclip::visit_parameters(second, "conv2.", visit);
        fewclip::visit_parameters(third, "conv3.", visit);
        if (shortcut) fewclip::visit_parameters(*shortcut, "downsample.", visit);
      }
    };

    bool is_prepared() const {
      const auto ready = [](const auto& part) { return part.is_prepared(); };
      return std::all_of(stem_.begin(), stem_.end(), ready) && std::all_of(blocks_.begin(), blocks_.end(), ready);
    }

    shape tokens_of(index images) const { return {images, sizes_.grid() * sizes_.grid(), sizes_.pool_width()}; }

    /// All layers; x is a variable or activations, [n, resolution, resolution, 3].
    template <class X>
    X map_of(X x) const {
      for (const convolution& layer : stem_) x = layer.relu(x);
      x = layers::average_pool(x, 2);
      for (const bottleneck& block : blocks_) x = block(std::move(x));
      return x;
    }

    tensor<B> fused_tokens(const tensor<B>& images) const {
      const index count = images.rows();
      tensor<B> out = tensor<B>::uninitialised(tokens_of(count));
      auto* result = out.mutable_data();
      const index size = out.columns();
      const auto encode = [&](index begin, index end) {
        stem_.front().visit_element([&]<class Element>(std::type_identity<Element>) {
          for (index i = begin; i < end; ++i) {
            const auto map = layers::numbers_of<B>(map_of(layers::maps_of<B, Element>(images.rows_slice(i, 1))));
            B::memory::copy(result + i * size, map.data(), size);
          }
        });
      };
      if constexpr (requires { typename B::product_provider; }) {
        parallel_for(count, count >= 2 * threads() ? 1 : std::max<index>(1, count), encode);
      } else {
        encode(0, count);
      }
      return out;
    }

    params sizes_;
    std::vector<convolution> stem_;
    std::vector<bottleneck> blocks_;
  };
};

}  // namespace fewclip::encoders
