#pragma once
/// \file
/// Tuners that choose parameters by their names in a checkpoint: frozen, pooler, layer_norm, last_blocks, everything.

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "fewclip/autograd/variable.hpp"
#include "fewclip/core/settings.hpp"

namespace fewclip::tuners {

/// Which towers a tuner touches.
struct towers {
  bool image = true;
  bool text = true;

  template <class Self, class Visitor>
  static void visit_settings(Self& self, Visitor&& visit) {
    visit(setting{.name = "tune_image", .meaning = "whether the image tower is tuned", .origin = "ours", .lowest = 0, .highest = 1},
          self.image);
    visit(setting{.name = "tune_text", .meaning = "whether the text tower is tuned", .origin = "ours", .lowest = 0, .highest = 1},
          self.text);
  }
};

/// What the name of a parameter says: the tower, the block, the part.
struct parameter_place {
  bool image = false;       ///< of the image tower
  bool scale = false;       ///< the logit scale, of no tower
  bool pooling = false;     ///< above the last block: pooler, last norm, projection
  bool norm = false;        ///< of a layer norm
  index block = -1;         ///< number of its transformer block or ResNet stage (1 to 4); -1 for none
  std::string_view name{};  ///< without "visual."

  /// \param full as in OpenAI's checkpoints: "visual.transformer.resblocks.3.ln_1.weight"
  static parameter_place of(std::string_view full) {
    parameter_place out;
    out.name = full;
    out.scale = full == "logit_scale";
    out.image = full.starts_with("visual.");
    if (out.image) out.name.remove_prefix(7);
    for (const std::string_view start : {"attnpool.", "ln_post.", "proj", "ln_final.", "text_projection"}) {
      out.pooling = out.pooling || out.name.starts_with(start);
    }
    const std::size_t at = out.name.find("ln_");
    out.norm = at != std::string_view::npos && (at == 0 || out.name[at - 1] == '.');
    for (const std::string_view start : {"transformer.resblocks.", "layer"}) {
      if (!out.name.starts_with(start)) continue;
      const char* begin = out.name.data() + start.size();
      std::from_chars(begin, out.name.data() + out.name.size(), out.block);
    }
    return out;
  }
};

/// A tuner that trains what `Choice::trains(place, depth)` says, `depth` being the number of blocks of that tower.
/// \tparam Choice a struct with that static function
template <class Choice>
struct by_name {
  using params = towers;

  /// The number of blocks of each tower.
  template <compute_backend B>
  class fitted {
   public:
    template <class Model>
    fitted(Model& model, const params& settings) : settings_(settings) {
      fewclip::visit_parameters(model, [this](std::string_view name, const auto&) {
        const auto place = parameter_place::of(name);
        index& depth = place.image ? image_depth_ : text_depth_;
        depth = std::max(depth, place.block);
      });
    }

    template <class Model, class Visitor>
    void visit(Model& model, Visitor&& visit) const {
      fewclip::visit_parameters(model, [&](std::string_view name, parameter<B>& each) {
        if (trains(name)) visit(name, each);
      });
    }
    template <class Model>
    void bind(Model&, tape<B>&) const {}
    template <class Model>
    void refresh(Model&) const {}

    /// Whether a parameter is trained.
    bool trains(std::string_view name) const {
      const auto place = parameter_place::of(name);
      const bool touched = place.scale || (place.image ? settings_.image : settings_.text);
      return touched && Choice::trains(place, place.image ? image_depth_ : text_depth_);
    }

   private:
    params settings_;
    index image_depth_ = -1;
    index text_depth_ = -1;
  };
};

/// Choices of by_name. `last` is the number of the last block, -1 where there are none.
namespace choices {

struct nothing {
  static bool trains(const parameter_place&, index) { return false; }
};
struct all {
  static bool trains(const parameter_place&, index) { return true; }
};
struct poolers {
  static bool trains(const parameter_place& at, index) { return at.pooling; }
};
struct norms {
  static bool trains(const parameter_place& at, index) { return at.norm; }
};
template <index Blocks>
struct last {
  static bool trains(const parameter_place& at, index last) { return at.pooling || (at.block >= 0 && at.block > last - Blocks); }
};

}  // namespace choices

/// Nothing is trained.
/// \models tuner
using frozen = by_name<choices::nothing>;

/// The part above the last block: attention pool, or last norm and projection; of the text tower norm and projection.
/// \models tuner
using pooler = by_name<choices::poolers>;

/// Gains and shifts of all layer norms.
/// \models tuner
using layer_norm = by_name<choices::norms>;

/// The last transformer blocks (of a ResNet: the last stages) and all above them. `last_blocks<1>` of a vision transformer and `pooler` of a ResNet
/// are the partial fine-tuning of cross-modal adaptation (Lin et al. 2023, arXiv 2301.06267, authors' code).
/// \models tuner
/// \tparam Blocks how many, at least 0
template <index Blocks>
using last_blocks = by_name<choices::last<Blocks>>;

/// All parameters, the logit scale included.
/// \models tuner
using everything = by_name<choices::all>;

}  // namespace fewclip::tuners
