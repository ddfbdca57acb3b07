#pragma once
/// \file
/// Batches of images and texts in a fixed proportion.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "fewclip/concepts/sampler.hpp"
#include "fewclip/core/random.hpp"

namespace fewclip::samplers {

/// Every step takes images from the first rows and texts from the last `text_rows` rows of a training set, see data::with_text_samples
/// (cross-modal adaptation, Lin et al. 2023, arXiv 2301.06267, authors' code).
///
/// \models sampler
/// A step has batch_size - floor(text_share * batch_size) images, then floor(text_share * batch_size) texts. Both streams are shuffled on their
/// own, give whole batches only, and start again in another order when no whole batch is left. An epoch is one step, so a trainer's `epochs`
/// are iterations. The order is a function of (seed, step).
struct cross_modal {
  /// Hyper-parameters.
  struct params {
    index batch_size = 8;
    double text_share = 0.5;
    index text_rows = 0;
    std::uint64_t seed = 1;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "batch_size",
                      .meaning = "rows per step, images and texts",
                      .origin = "cross-modal adaptation's code: 8 or 32",
                      .lowest = 1,
                      .highest = 1e9},
              self.batch_size);
      visitor(setting{.name = "text_share",
                      .meaning = "share of a batch that are texts",
                      .origin = "cross-modal adaptation's code",
                      .lowest = 0,
                      .highest = 1},
              self.text_share);
      visitor(setting{.name = "text_rows",
                      .meaning = "how many of the training rows, the last ones, are texts; 0: images only",
                      .origin = "ours: depends on the data",
                      .lowest = 0,
                      .highest = 1e9},
              self.text_rows);
      visitor(setting{.name = "seed", .meaning = "of the random order", .origin = "ours", .lowest = 0, .highest = 9e15}, self.seed);
    }
  };
  params settings{};

  /// The order of one stream in its current pass, kept until the next; not to be touched.
  struct pass {
    std::uint64_t number = 0;
    std::vector<index> order{};
  };
  mutable pass images{};
  mutable pass texts{};

  /// Texts per step.
  index texts_per_step() const {
    return settings.text_rows == 0 ? 0 : static_cast<index>(std::floor(settings.text_share * static_cast<double>(settings.batch_size)));
  }

  /// Whether the authors' grid keeps these settings: each part of a batch is smaller than what it is drawn from.
  /// \param rows of the training set, images and texts
  bool kept_in_grid(index rows) const {
    const index of_texts = texts_per_step();
    return (of_texts == 0 || of_texts < settings.text_rows) && settings.batch_size - of_texts < rows - settings.text_rows;
  }

  /// All rows: an epoch is one step.
  index batch_size(index rows) const { return std::max<index>(1, rows); }

  /// The rows of a step.
  /// \param rows of the training set
  /// \param step counted from 0
  /// \throws value_error where a batch takes more images or texts than there are
  std::vector<index> order(index rows, index step) const {
    const index of_texts = texts_per_step();
    std::vector<index> out;
    append(out, images, 0, rows - settings.text_rows, settings.batch_size - of_texts, step, "images");
    append(out, texts, rows - settings.text_rows, settings.text_rows, of_texts, step, "texts");
    return out;
  }

 private:
  void append(std::vector<index>& out, pass& stream, index first, index rows, index taken, index step, const char* what) const {
    if (taken == 0) return;
    if (taken > rows) {
      throw value_error(expected_got("fewclip::samplers::cross_modal", "batch_size",
                                     std::string("at most ") + std::to_string(std::max<index>(rows, 0)) + " " + what + " in a batch",
                                     std::to_string(taken)));
    }
    const index per_pass = rows / taken;
    const std::uint64_t number = 2 * static_cast<std::uint64_t>(step / per_pass) + (first == 0 ? 0 : 1);
    if (static_cast<index>(stream.order.size()) != rows || stream.number != number) {
      stream = {number, random_stream(settings.seed, number).permutation(rows)};
    }
    for (index i = 0; i < taken; ++i) out.push_back(first + stream.order[static_cast<std::size_t>(step % per_pass * taken + i)]);
  }
};

}  // namespace fewclip::samplers
