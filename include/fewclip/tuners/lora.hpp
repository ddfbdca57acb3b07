#pragma once
/// \file
/// Low-rank updates of the attention weights beside frozen ones.

#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/autograd/operations/low_rank.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/tuners/by_name.hpp"

namespace fewclip::tuners {

/// W = W0 + alpha / sqrt(Rank) B A for the query, key and value weights of every attention block (LoRA, Hu et al. 2021, arXiv 2106.09685; placement
/// and gain of CLIP-LoRA, Zanella and Ben Ayed 2024, arXiv 2405.18541).
///
/// \models tuner
/// \tparam Rank of B A, separate for query, key and value
///
/// A is uniform in +-1/sqrt(width), B zero, so that training starts from the encoder. The product is merged into the weight at every step: what comes
/// out is an ordinary encoder that costs nothing extra, and the gradient of A and B is exact. Deviation from CLIP-LoRA: no dropout on the low-rank
/// path. Trainable: `{weight}.lora_a` [3 Rank, width] and `{weight}.lora_b` [3 width, Rank], 12 * 3 * 2 * Rank * (768 + 512) numbers for ViT-B/16.
template <index Rank>
struct lora {
  static_assert(Rank >= 1, "fewclip::tuners::lora: Rank has to be at least 1");

  /// Hyper-parameters.
  struct params {
    double lora_alpha = 1;
    std::uint64_t seed = 1;
    towers on{};

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visit) {
      visit(setting{.name = "lora_alpha",
                    .meaning = "factor of the update, before 1 / sqrt(rank)",
                    .origin = "CLIP-LoRA",
                    .lowest = 0,
                    .highest = 1e6},
            self.lora_alpha);
      visit(setting{.name = "seed", .meaning = "of the initial factors", .origin = "ours", .lowest = 0, .highest = 9e15}, self.seed);
      towers::visit_settings(self.on, visit);
    }
  };

  /// The factors of every weight.
  template <compute_backend B>
  class fitted {
   public:
    /// \throws value_error where the model has no attention weights in the towers asked for
    template <class Model>
    fitted(Model& model, const params& settings) : gain_(settings.lora_alpha / std::sqrt(static_cast<double>(Rank))) {
      std::uint64_t stream = 1;
      fewclip::visit_parameters(model, [&](std::string_view name, const parameter<B>& each) {
        const auto place = parameter_place::of(name);
        if (!name.ends_with("attn.in_proj_weight") || !(place.image ? settings.on.image : settings.on.text)) return;
        const index in = each.value().columns();
        factors_.emplace(std::string(name),
                         factor{each.value(), parameter<B>(uniform({3 * Rank, in}, random_stream(settings.seed, stream++))),
                                parameter<B>(tensor<B>({each.value().rows(), Rank}))});
      });
      if (factors_.empty())
        throw value_error(expected_got("fewclip::tuners::lora", "model", "attention weights ('attn.in_proj_weight')", "none"));
    }

    template <class Model, class Visitor>
    void visit(Model&, Visitor&& visit) {
      for (auto& [name, each] : factors_) {
        visit(std::string_view(name + ".lora_a"), each.a);
        visit(std::string_view(name + ".lora_b"), each.b);
      }
    }

    /// Makes every tuned weight a variable made of its factors.
    template <class Model>
    void bind(Model& model, tape<B>&) const {
      for_each_weight(model, [this](parameter<B>& weight, const factor& each) {
        weight.bind(ops::add_low_rank(each.frozen, each.a.leaf(), each.b.leaf(), 3, gain_));
      });
    }

    /// Writes every tuned weight.
    template <class Model>
    void refresh(Model& model) const {
      for_each_weight(model, [this](parameter<B>& weight, const factor& each) {
        weight.mutable_value() = ops::add_low_rank(each.frozen, each.a.value(), each.b.value(), 3, gain_);
      });
    }

   private:
    struct factor {
      tensor<B> frozen;
      parameter<B> a;
      parameter<B> b;
    };

    template <class Model, class Function>
    void for_each_weight(Model& model, const Function& function) const {
      fewclip::visit_parameters(model, [&](std::string_view name, parameter<B>& weight) {
        const auto at = factors_.find(name);
        if (at != factors_.end()) function(weight, at->second);
      });
    }

    static tensor<B> uniform(const shape& extents, const random_stream& random) {
      const double bound = 1 / std::sqrt(static_cast<double>(extents.columns()));
      std::vector<typename B::scalar> values(static_cast<std::size_t>(extents.size()));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<typename B::scalar>(bound * (2 * random.uniform(i) - 1));
      return tensor<B>::from_host(values.data(), extents);
    }

    double gain_;
    std::map<std::string, factor, std::less<>> factors_;
  };
};

}  // namespace fewclip::tuners
