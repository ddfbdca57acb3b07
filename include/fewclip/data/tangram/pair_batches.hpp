#pragma once
/// \file
/// Generated tangrams with captions as a source of image-text pairs.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/made_once.hpp"
#include "fewclip/core/pairs.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/data/tangram/captions.hpp"
#include "fewclip/data/tangram/detail/drawn_batch.hpp"
#include "fewclip/data/tangram/generator.hpp"
#include "fewclip/data/tangram/rendering.hpp"
#include "fewclip/data/tangram/scenes.hpp"
#include "fewclip/images/image.hpp"
#include "fewclip/samplers/controlled_batches.hpp"

namespace fewclip::data::tangram {

/// How the pieces of a picture are coloured.
enum class pair_pictures {
  black,     ///< all pieces black
  coloured,  ///< one colour per part
  augmented  ///< one colour per part that the text mentions, the others black
};

/// Which texts a tangram has.
enum class pair_texts {
  all_parts,    ///< one: the whole with all parts; too few different ones for batches of 10, as the kinds are few
  part_subsets  ///< the whole with some of the parts, see part_subsets
};

/// What pairs a tangram_pairs has. With black pictures and all_parts they are like KiloGram's part_black, with augmented ones and part_subsets like
/// aug_aug.
///
/// KiloGram trains on 692 tangrams and validates on one annotation, held out, of each of 240 of them. Here whole tangrams are held out (ours).
struct tangram_pair_options {
  index tangrams = 932;                           ///< how many in all; ours: 692 to train on and 240 more to validate
  std::uint64_t seed = 1;                         ///< of tangrams, texts, colours and order
  double validation_share = 0.2575;               ///< of the tangrams, at least 0 and below 1; ours: 240 of 932
  pair_pictures pictures = pair_pictures::black;  ///< TSF-CLIP trains on black ones
  pair_texts texts =
      pair_texts::part_subsets;  ///< ours: generated tangrams of a kind share their parts, so that all_parts gives few different texts
  index texts_per_tangram = 8;   ///< of part_subsets at most, drawn by seed; at least 1; ours
  double largest_turn = 8;       ///< degrees by which a tangram is turned at most, 0 to 180; as the scenes of pre-training
  index batch_size = 10;         ///< pairs per batch, at least 2; as TSF-CLIP
};

/// How pictures and texts become what a model reads.
struct pair_preprocessing {
  index side = 224;                                                    ///< pixels of picture and model
  std::function<void(const image&, std::span<float>)> pixels{};        ///< a side x side picture into 3 * side * side floats
  std::function<std::vector<std::int32_t>(const std::string&)> ids{};  ///< a text into its row of token ids; all rows of one length
};

/// A tangram with one of its texts, before drawing.
struct tangram_pair {
  index tangram = 0;                     ///< which of the tangrams
  std::string text{};                    ///< the caption
  std::vector<std::string> mentioned{};  ///< the parts in the text, in the singular
};

/// Generated tangrams with captions, in the controlled batches that TSF-CLIP's first stage trains on (samplers::controlled_batches).
///
/// \models pair_source
///
/// Tangram t is of kind t modulo kind_count and drawn by seed. Validation tangrams are a random choice and never appear in training. A batch is a
/// function of (options, epoch, i). Pictures are drawn when a batch is asked for; the order of the last epoch is kept. Copies share
/// everything; asking from many threads is safe where the functions of the preprocessing are.
template <compute_backend B>
class tangram_pairs {
 public:
  /// Makes all texts.
  /// \param options which pairs
  /// \param preprocessing how they become numbers
  /// \throws value_error for an option out of range, a missing function, or tangrams that do not fill one batch of training
  /// \cost the tangrams are constructed once without drawing them
  tangram_pairs(const tangram_pair_options& options, pair_preprocessing preprocessing)
      : options_(options), preprocessing_(std::move(preprocessing)) {
    check_options();
    const random_stream seeds(options.seed, 0x70616972);
    const auto held_out = static_cast<index>(options.validation_share * static_cast<double>(options.tangrams) + 0.5);
    std::vector<bool> validates(static_cast<std::size_t>(options.tangrams));
    const std::vector<index> order = random_stream(seeds.bits(0)).permutation(options.tangrams);
    for (index i = 0; i < held_out; ++i) validates[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = true;
    auto training = std::make_shared<pair_list>();
    auto validation = std::make_shared<pair_list>();
    for (index t = 0; t < options.tangrams; ++t) add_texts(t, validates[static_cast<std::size_t>(t)] ? *validation : *training);
    training_ = std::move(training);
    validation_ = std::move(validation);
    if (plan_of(0)->empty()) refuse_batches("training", *training_);
  }

  /// How many batches an epoch has, counted from 0; epochs may differ.
  index batches(index epoch) const { return static_cast<index>(plan_of(epoch)->size()); }

  /// Batch `i` of an epoch, [batch_size, 3, side, side] and as many rows of ids.
  /// \throws value_error for a batch that the epoch does not have
  /// \throws shape_error where the texts of a batch get rows of ids of different lengths
  pair_batch<B> batch(index epoch, index i) const { return drawn(*training_, positions(*plan_of(epoch), i)); }

  /// The pairs of a batch, before drawing.
  /// \throws value_error for a batch that the epoch does not have
  std::vector<tangram_pair> pairs(index epoch, index i) const {
    std::vector<tangram_pair> out;
    for (const index at : positions(*plan_of(epoch), i)) out.push_back((*training_)[static_cast<std::size_t>(at)]);
    return out;
  }

  /// The pairs of the held-out tangrams.
  const std::vector<tangram_pair>& validation_pairs() const { return *validation_; }

  /// Held-out tangrams in controlled batches, the same each time.
  /// \throws value_error where they do not fill one batch
  /// \cost all pictures are drawn and held
  fixed_pairs<B> validation() const {
    const batch_plan plan = sampler().batches(examples_of(*validation_), 0);
    if (plan.empty()) refuse_batches("validation", *validation_);
    std::vector<pair_batch<B>> out;
    for (const std::vector<index>& members : plan) out.push_back(drawn(*validation_, members));
    return fixed_pairs<B>(std::move(out));
  }

  /// The picture of a pair, side x side.
  image picture(const tangram_pair& pair) const {
    const tangram made = make(pair.tangram);
    const rendering_options how{.side = preprocessing_.side};
    if (options_.pictures == pair_pictures::black) return render_black(made.picture, how);
    const bool all = options_.pictures == pair_pictures::coloured;
    return render(made.picture, colours_by_part(made.parts, tangram_seed(pair.tangram), all ? nullptr : &pair.mentioned), how);
  }

 private:
  using pair_list = std::vector<tangram_pair>;
  using batch_plan = std::vector<std::vector<index>>;
  static constexpr const char* here = "fewclip::data::tangram::tangram_pairs";

  void check_options() const {
    const auto at_least = [](const char* what, index lowest, index got) {
      if (got < lowest) throw value_error(expected_got(here, what, "at least " + std::to_string(lowest), std::to_string(got)));
    };
    at_least("tangrams", 1, options_.tangrams);
    at_least("texts_per_tangram", 1, options_.texts_per_tangram);
    at_least("batch_size", 2, options_.batch_size);
    at_least("side", 1, preprocessing_.side);
    if (!(options_.validation_share >= 0.0 && options_.validation_share < 1.0)) {
      throw value_error(expected_got(here, "validation_share", "at least 0 and below 1", std::to_string(options_.validation_share)));
    }
    if (!(options_.largest_turn >= 0.0 && options_.largest_turn <= 180.0)) {
      throw value_error(expected_got(here, "largest_turn", "0 to 180", std::to_string(options_.largest_turn)));
    }
    if (!preprocessing_.pixels) throw value_error(expected_got(here, "pixels", "a function", "none"));
    if (!preprocessing_.ids) throw value_error(expected_got(here, "ids", "a function", "none"));
  }

  [[noreturn]] void refuse_batches(const std::string& what, const pair_list& pairs) const {
    throw value_error(expected_got(
        here, "pairs of " + what,
        "at least one batch of " + std::to_string(options_.batch_size) + " tangrams with different texts of the same number of parts",
        std::to_string(pairs.size()) + " pairs without one"));
  }

  std::uint64_t tangram_seed(index t) const { return random_stream(options_.seed, 0x74616e).bits(static_cast<std::uint64_t>(t)); }
  tangram make(index t) const { return make_tangram(t % kind_count, tangram_seed(t), {.largest_turn = options_.largest_turn}); }
  samplers::controlled_batches sampler() const { return {{.batch_size = options_.batch_size, .seed = options_.seed}}; }

  void add_texts(index t, pair_list& to) const {
    const tangram made = make(t);
    const phrases whole = describe(made);
    const std::vector<std::string> singular = parts_of(made);  // in the order of whole.parts
    const std::vector<phrases> singular_choices = part_subsets({whole.whole, singular});
    const std::vector<phrases> choices = part_subsets(whole);
    const auto count = static_cast<index>(choices.size());
    std::vector<index> chosen{count - 1};  // all parts
    if (options_.texts == pair_texts::part_subsets) {
      chosen = random_stream(tangram_seed(t), 0x74657874).permutation(count);
      chosen.resize(static_cast<std::size_t>(std::min(count, options_.texts_per_tangram)));
    }
    for (const index choice : chosen) {
      const auto at = static_cast<std::size_t>(choice);
      to.push_back({t, caption(choices[at]), singular_choices[at].parts});
    }
  }

  static std::vector<samplers::matching_example> examples_of(const pair_list& pairs) {
    std::vector<samplers::matching_example> out;
    for (const tangram_pair& each : pairs) out.push_back({std::to_string(each.tangram), each.text});
    return out;
  }

  std::shared_ptr<const batch_plan> plan_of(index epoch) const {
    return last_->get(epoch, [&] { return sampler().batches(examples_of(*training_), epoch); });
  }

  static const std::vector<index>& positions(const batch_plan& plan, index i) {
    if (i >= 0 && i < static_cast<index>(plan.size())) return plan[static_cast<std::size_t>(i)];
    throw value_error(expected_got(here, "batch", "0 to " + std::to_string(static_cast<index>(plan.size()) - 1), std::to_string(i)));
  }

  pair_batch<B> drawn(const pair_list& pairs, const std::vector<index>& members) const {
    const auto pair = [&](std::size_t k) -> const tangram_pair& { return pairs[static_cast<std::size_t>(members[k])]; };
    return detail::drawn_batch<B>(
        here, members.size(), preprocessing_, [&](std::size_t k) { return picture(pair(k)); },
        [&](std::size_t k) -> const std::string& { return pair(k).text; });
  }

  tangram_pair_options options_;
  pair_preprocessing preprocessing_;
  std::shared_ptr<const pair_list> training_;
  std::shared_ptr<const pair_list> validation_;
  std::shared_ptr<last_made<index, batch_plan>> last_ = std::make_shared<last_made<index, batch_plan>>();  // of an epoch
};

}  // namespace fewclip::data::tangram
