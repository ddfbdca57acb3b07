#pragma once
/// \file
/// Reference games as a source of image-text pairs, to watch a training on.

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "fewclip/concepts/compute_backend.hpp"
#include "fewclip/core/error.hpp"
#include "fewclip/core/pairs.hpp"
#include "fewclip/data/tangram/detail/drawn_batch.hpp"
#include "fewclip/data/tangram/pair_batches.hpp"
#include "fewclip/data/tangram/reference_game.hpp"
#include "fewclip/images/image.hpp"

namespace fewclip::data::tangram {

/// Contexts as batches, the same in every epoch: batch i is context i, its pair 0 the target. What tuners::contrastive watches with
/// `watched_pairs` = asked_pairs::first, as TSF-CLIP's first stage does.
///
/// \models pair_source
///
/// Pictures are drawn when a batch is asked for, so that the 2,360 contexts of KiloGram, 14 GB of pixels, need the memory of one. A picture
/// belongs to many contexts: `picture` may keep what it has drawn.
template <compute_backend B>
class context_pairs {
 public:
  /// \param contexts of draw_contexts or io::read_kilogram_contexts
  /// \param preprocessing how pictures and texts become numbers
  /// \param picture the picture, side x side, of a name in contexts.images
  /// \throws value_error where images and texts are not as many, in at least one whole context of 2 rows or more; or a function is missing
  context_pairs(reference_contexts contexts, pair_preprocessing preprocessing, std::function<image(const std::string&)> picture)
      : contexts_(std::move(contexts)), preprocessing_(std::move(preprocessing)), picture_(std::move(picture)) {
    const auto images = static_cast<index>(contexts_.images.size());
    const auto texts = static_cast<index>(contexts_.texts.size());
    const index rows = contexts_.group_size;
    if (rows < 2 || images != texts || images < rows || images % rows != 0) {
      throw value_error(expected_got(here, "contexts", "as many images as texts, in groups of at least 2",
                                     std::to_string(images) + " and " + std::to_string(texts) + " in groups of " + std::to_string(rows)));
    }
    if (!preprocessing_.pixels) throw value_error(expected_got(here, "pixels", "a function", "none"));
    if (!preprocessing_.ids) throw value_error(expected_got(here, "ids", "a function", "none"));
    if (!picture_) throw value_error(expected_got(here, "picture", "a function", "none"));
  }

  index batches(index) const { return contexts_.contexts(); }

  /// \throws value_error for a context that is not there
  /// \throws shape_error where the texts get rows of ids of different lengths
  pair_batch<B> batch(index, index i) const {
    if (i < 0 || i >= contexts_.contexts()) {
      throw value_error(expected_got(here, "context", "0 to " + std::to_string(contexts_.contexts() - 1), std::to_string(i)));
    }
    const auto first = static_cast<std::size_t>(i * contexts_.group_size);
    return detail::drawn_batch<B>(
        here, static_cast<std::size_t>(contexts_.group_size), preprocessing_,
        [&](std::size_t k) { return picture_(contexts_.images[first + k]); },
        [&](std::size_t k) -> const std::string& { return contexts_.texts[first + k]; });
  }

 private:
  static constexpr const char* here = "fewclip::data::tangram::context_pairs";

  reference_contexts contexts_;
  pair_preprocessing preprocessing_;
  std::function<image(const std::string&)> picture_;
};

}  // namespace fewclip::data::tangram
