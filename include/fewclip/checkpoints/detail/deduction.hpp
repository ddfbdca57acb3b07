#pragma once
/// \file
/// Architectures from the shapes of the stored tensors.

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fewclip/checkpoints/checkpoint_options.hpp"
#include "fewclip/checkpoints/configuration.hpp"
#include "fewclip/checkpoints/detail/name_patterns.hpp"
#include "fewclip/checkpoints/detail/text.hpp"
#include "fewclip/checkpoints/dialect.hpp"
#include "fewclip/checkpoints/weight_files.hpp"
#include "fewclip/encoders/architecture.hpp"

namespace fewclip::checkpoints::detail {

/// Reads extents and collects what is wrong, so that all of it can be reported at once.
class extents_reader {
 public:
  explicit extents_reader(const weight_files& files) : files_(files) {}

  /// Extent `d` of a tensor that must have `rank` extents; 1 where something is wrong.
  index extent(const std::string& name, std::size_t rank, std::size_t d) {
    const stored_tensor* const found = files_.find(name);
    const std::string expected = std::to_string(rank) + " extents >= 1";
    if (found == nullptr) {
      report(name + ": expected " + expected + ", got no such tensor");
      return 1;
    }
    const auto& extents = found->info().shape;
    if (extents.size() != rank || std::any_of(extents.begin(), extents.end(), [](std::size_t e) { return e < 1 || e > 1'000'000'000; })) {
      report(name + ": expected " + expected + ", got " + text_of(extents));
      return 1;
    }
    return static_cast<index>(extents[d]);
  }

  /// g of a tensor with 1 + g * g rows.
  index grid(const std::string& name, std::size_t rank, std::size_t d) {
    const index rows = extent(name, rank, d);
    const auto side = static_cast<index>(std::lround(std::sqrt(static_cast<double>(rows - 1))));
    if (side >= 1 && 1 + side * side == rows) return side;
    if (rows != 1 || problems_.empty()) {
      problems_.push_back(name + ": expected 1 + a square number of rows, got " + std::to_string(rows));
    }
    return 1;
  }

  /// How many different numbers follow `prefix` in the names.
  index count(std::string_view prefix) {
    std::set<std::string_view> numbers;
    for (auto at = files_.tensors().lower_bound(prefix); at != files_.tensors().end(); ++at) {
      const std::string_view name = at->first;
      if (name.substr(0, prefix.size()) != prefix) break;
      const std::string_view digits = leading_digits(name.substr(prefix.size()));
      if (!digits.empty()) numbers.insert(digits);
    }
    if (numbers.empty()) problems_.push_back(std::string(prefix) + "0.*: expected at least one, got no such tensor");
    return std::max<index>(1, static_cast<index>(numbers.size()));
  }

  /// \throws io_error with everything that is wrong
  void finish() const {
    if (problems_.empty()) return;
    throw io_error(files_.path() + ": the architecture does not follow from the tensors: " + joined(problems_, "; ", 20));
  }

 private:
  /// A tensor may be asked for two extents.
  void report(std::string problem) {
    if (std::find(problems_.begin(), problems_.end(), problem) == problems_.end()) problems_.push_back(std::move(problem));
  }

  const weight_files& files_;
  std::vector<std::string> problems_;
};

inline encoders::vision_transformer_architecture deduce_vision_transformer(extents_reader& read, dialect naming) {
  const bool timm = naming == dialect::timm_visual;
  const std::string patches = name_in(patch_pattern, naming);
  const std::string blocks = naming == dialect::openai ? "visual.transformer.resblocks."
                             : timm                    ? "blocks."
                                                       : "vision_model.encoder.layers.";
  const std::string inner = naming == dialect::openai ? "0.mlp.c_fc.weight" : "0.mlp.fc1.weight";
  encoders::vision_transformer_architecture out;
  out.width = read.extent(patches, 4, 0);
  out.patch = read.extent(patches, 4, 3);
  out.resolution = out.patch * read.grid(name_in(image_position_pattern, naming), timm ? 3 : 2, timm ? 1 : 0);
  out.layers = read.count(blocks);
  out.mlp_width = read.extent(blocks + inner, 2, 0);
  out.embed = read.extent(name_in(image_projection_pattern, naming), 2, naming == dialect::openai ? 1 : 0);
  return out;
}

inline encoders::resnet_architecture deduce_resnet(extents_reader& read, dialect naming) {
  const bool timm = naming == dialect::timm_visual;
  encoders::resnet_architecture out;
  for (std::size_t stage = 0; stage < 4; ++stage) {
    out.blocks[stage] = read.count(timm ? "stages." + std::to_string(stage) + "." : "visual.layer" + std::to_string(stage + 1) + ".");
  }
  out.width = read.extent(bottleneck_names(naming, 0, 0, 1).convolution + ".weight", 4, 0);
  out.resolution = 32 * read.grid(name_in(pool_patterns[0], naming), 2, 0);
  out.embed = read.extent(timm ? "head.proj.weight" : "visual.attnpool.c_proj.weight", 2, 0);
  out.heads = std::max<index>(1, out.pool_width() / 64);
  return out;
}

inline encoders::text_architecture deduce_text(extents_reader& read, dialect naming) {
  const bool openai = naming == dialect::openai;
  const std::string blocks = openai ? "transformer.resblocks." : "text_model.encoder.layers.";
  const std::string tokens = name_in(token_pattern, naming);
  encoders::text_architecture out;
  out.width = read.extent(tokens, 2, 1);
  out.vocabulary = read.extent(tokens, 2, 0);
  out.context = read.extent(name_in(text_position_pattern, naming), 2, 0);
  out.layers = read.count(blocks);
  out.mlp_width = read.extent(blocks + (openai ? "0.mlp.c_fc.weight" : "0.mlp.fc1.weight"), 2, 0);
  out.embed = read.extent(name_in(text_projection_pattern, naming), 2, openai ? 1 : 0);
  return out;
}

/// The heads of a transformer: as the caller says, as the configuration says, else width / 64 where that is known to be right.
/// \throws io_error where nothing says
inline index heads_of(const std::string& where, const char* option, index width, std::optional<index> wanted,
                      const std::optional<tower_configuration>& stated) {
  if (wanted) return *wanted;
  if (stated && stated->heads) return *stated->heads;
  if (stated && stated->head_width && *stated->head_width > 0) return width / *stated->head_width;
  for (const index known : {384, 512, 640, 768, 896, 1024}) {
    if (width == known) return width / 64;
  }
  throw io_error(
      expected_got(where, std::string(option) + " for a width of " + std::to_string(width),
                   "a configuration beside the weights, or the option, since only widths of 384 to 1024 are known to have 64 channels "
                   "a head",
                   "neither"));
}

/// Which row of the text tower is its result.
inline void set_pooling(encoders::text_architecture& text, dialect naming, std::optional<std::int32_t> wanted,
                        const std::optional<configuration>& stated, std::vector<std::string>& warnings) {
  constexpr index clip_vocabulary = 49408;
  constexpr std::int32_t clip_end = 49407;
  std::optional<std::int64_t> end = wanted;
  if (!end && naming == dialect::hf && stated) {
    end = stated->end_id;
    // OpenAI's configurations say 2, which is no end; transformers then takes the largest id, whatever the vocabulary.
    if (end == 2) {
      end.reset();
      if (text.vocabulary > clip_vocabulary) {
        warnings.push_back(expected_got(
            stated->path, "eos_token_id", "49407 where tokens were added to OpenAI's vocabulary",
            "2 with " + std::to_string(text.vocabulary) + " tokens; texts are read at their largest id, as transformers does"));
      }
    }
  } else if (!end && text.vocabulary > clip_vocabulary) {
    end = clip_end;  // added tokens have larger ids
  }
  text.pooling = end ? encoders::text_pooling::end_of_text : encoders::text_pooling::argmax;
  text.end_id = static_cast<std::int32_t>(end.value_or(std::min<index>(clip_end, text.vocabulary - 1)));
}

/// Appends a problem where a configuration states another size than the weights have.
inline void compare(std::vector<std::string>& problems, const char* what, std::optional<index> stated, index stored) {
  if (stated && *stated != stored) {
    problems.push_back(std::string(what) + ": expected " + std::to_string(stored) + " as in the weights, got " + std::to_string(*stated));
  }
}

/// Images and texts are compared, so their results have the same width.
/// \throws io_error where they differ
inline void check_embed(const std::string& where, const std::optional<image_architecture>& image,
                        const std::optional<encoders::text_architecture>& text) {
  if (!image || !text) return;
  const index width = std::visit([](const auto& size) { return size.embed; }, *image);
  if (width == text->embed) return;
  throw io_error(expected_got(where, "text_projection, channels of the text tower's result",
                              std::to_string(width) + " as those of the image tower", std::to_string(text->embed)));
}

/// Sizes that a configuration states must be those of the weights; it may be that of another model.
/// \throws io_error with every difference
inline void check_configuration(const configuration& stated, const std::string& weights, const std::optional<image_architecture>& image,
                                const std::optional<encoders::text_architecture>& text) {
  std::vector<std::string> problems;
  const auto compare_image = [&](const auto& size) {
    compare(problems, "embed", stated.embed, size.embed);
    compare(problems, "image width", stated.image.width, size.width);
    compare(problems, "image resolution", stated.image.resolution, size.resolution);
  };
  if (image) std::visit(compare_image, *image);
  if (const auto* const size = image ? std::get_if<encoders::vision_transformer_architecture>(&*image) : nullptr) {
    compare(problems, "image layers", stated.image.layers, size->layers);
    compare(problems, "image mlp width", stated.image.mlp_width, size->mlp_width);
    compare(problems, "patch", stated.image.patch, size->patch);
  }
  if (text) {
    if (!image) compare(problems, "embed", stated.embed, text->embed);
    compare(problems, "text width", stated.text.width, text->width);
    compare(problems, "text layers", stated.text.layers, text->layers);
    compare(problems, "text mlp width", stated.text.mlp_width, text->mlp_width);
    compare(problems, "context", stated.text.context, text->context);
    compare(problems, "vocabulary", stated.text.vocabulary, text->vocabulary);
  }
  if (!problems.empty()) throw io_error(stated.path + ": not the configuration of " + weights + ": " + joined(problems, "; ", 20));
}

/// Sets what the shapes do not tell: activation, epsilon, heads, pooling.
/// \throws io_error where nothing tells the number of heads
inline void complete(const std::string& where, dialect naming, const checkpoint_options& options,
                     const std::optional<configuration>& stated, std::optional<image_architecture>& image,
                     std::optional<encoders::text_architecture>& text, std::vector<std::string>& warnings) {
  const auto about_image = stated ? std::optional(stated->image) : std::nullopt;
  const auto about_text = stated ? std::optional(stated->text) : std::nullopt;
  bool assumed = false;
  const auto act_of = [&](const std::optional<tower_configuration>& tower) {
    if (options.act) return *options.act;
    if (tower && tower->act) return *tower->act;
    assumed = true;
    return encoders::activation::quick_gelu;
  };
  if (auto* const size = image ? std::get_if<encoders::vision_transformer_architecture>(&*image) : nullptr) {
    size->act = act_of(about_image);
    if (about_image) size->epsilon = about_image->epsilon;
    size->heads = heads_of(where, "image_heads", size->width, options.image_heads, about_image);
  }
  if (auto* const size = image ? std::get_if<encoders::resnet_architecture>(&*image) : nullptr) {
    const bool given = about_image && about_image->head_width && *about_image->head_width > 0;
    size->heads = options.image_heads.value_or(given ? size->pool_width() / *about_image->head_width : size->heads);
  }
  if (text) {
    text->act = act_of(about_text);
    if (about_text) text->epsilon = about_text->epsilon;
    text->heads = heads_of(where, "text_heads", text->width, options.text_heads, about_text);
    set_pooling(*text, naming, options.end_id, stated, warnings);
  }
  if (assumed) {
    warnings.push_back(
        expected_got(where, "activation", "a configuration beside the weights, or the option act",
                     "neither; quick_gelu is assumed, which is right for OpenAI's weights, while those of LAION and DataComp need "
                     "gelu"));
  }
}

}  // namespace fewclip::checkpoints::detail
