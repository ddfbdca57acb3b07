#pragma once
/// \file
/// Batches of pictures with texts in which every other text is a fair alternative: same number of parts, another tangram, another text.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/core/settings.hpp"
#include "fewclip/core/shape.hpp"
#include "fewclip/data/tangram/captions.hpp"

namespace fewclip::samplers {

/// A picture and a text that belong together.
struct matching_example {
  std::string tangram;  ///< which drawing
  std::string text;     ///< its caption; its commas tell the number of parts
};

/// The controlled contexts of KiloGram (Ji et al. 2022, "Abstract Visual Reasoning with Tangram Shapes"), which TSF-CLIP trains on.
///
/// Examples are grouped by their number of parts. The examples of a group are shuffled and scanned: an example joins the open batch where neither
/// its tangram nor its text is in it yet, and a full batch is closed. What was not used is scanned again, with the batch that is still open. A
/// group ends with the example after which fewer than `batch_size` tangrams have unused ones, amid a scan as in the authors' code, or when a scan
/// adds nothing; an incomplete batch is dropped. At last all batches are shuffled. The order is a function of (seed, epoch).
struct controlled_batches {
  /// Hyper-parameters.
  struct params {
    index batch_size = 10;
    std::uint64_t seed = 1;

    template <class Self, class Visitor>
    static void visit_settings(Self& self, Visitor&& visitor) {
      visitor(setting{.name = "batch_size",
                      .meaning = "examples per batch",
                      .origin = "KiloGram's and TSF-CLIP's code",
                      .lowest = 2,
                      .highest = 1e6},
              self.batch_size);
      visitor(setting{.name = "seed", .meaning = "of the random order", .origin = "ours", .lowest = 0, .highest = 9e15}, self.seed);
    }
  };
  params settings{};

  /// The batches of an epoch.
  /// \param examples the training set
  /// \param epoch counted from 0
  /// \returns positions in `examples`, batch_size in each batch; no example twice. Empty where no group suffices.
  /// \throws value_error for a batch size below 2
  /// \cost a few scans of the examples
  std::vector<std::vector<index>> batches(const std::vector<matching_example>& examples, index epoch) const {
    if (settings.batch_size < 2) {
      throw value_error(
          expected_got("fewclip::samplers::controlled_batches", "batch_size", "at least 2", std::to_string(settings.batch_size)));
    }
    std::unordered_map<std::string_view, index> tangrams;
    std::unordered_map<std::string_view, index> texts;
    std::map<index, std::vector<numbered>> groups;
    for (std::size_t i = 0; i < examples.size(); ++i) {
      const index tangram = tangrams.emplace(examples[i].tangram, static_cast<index>(tangrams.size())).first->second;
      const index text = texts.emplace(examples[i].text, static_cast<index>(texts.size())).first->second;
      groups[data::tangram::part_count(examples[i].text)].push_back({static_cast<index>(i), tangram, text});
    }
    const random_stream seeds(settings.seed, static_cast<std::uint64_t>(epoch));
    std::vector<std::vector<index>> closed;
    for (const auto& [parts, group] : groups) {
      std::vector<numbered> shuffled;
      for (const index at : random_stream(seeds.bits(static_cast<std::uint64_t>(parts))).permutation(static_cast<index>(group.size()))) {
        shuffled.push_back(group[static_cast<std::size_t>(at)]);
      }
      fill_from(std::move(shuffled), closed);
    }
    std::vector<std::vector<index>> out;
    for (const index at : random_stream(seeds.bits(0)).permutation(static_cast<index>(closed.size()))) {
      out.push_back(std::move(closed[static_cast<std::size_t>(at)]));
    }
    return out;
  }

 private:
  struct numbered {
    index example;
    index tangram;
    index text;
  };

  /// How many of a tangram's examples are unused, by tangram.
  static std::unordered_map<index, index> unused_by_tangram(const std::vector<numbered>& group) {
    std::unordered_map<index, index> out;
    for (const numbered& each : group) ++out[each.tangram];
    return out;
  }

  void fill_from(std::vector<numbered> unused, std::vector<std::vector<index>>& closed) const {
    std::unordered_map<index, index> of_tangram = unused_by_tangram(unused);
    std::vector<numbered> open;
    while (static_cast<index>(of_tangram.size()) >= settings.batch_size) {
      std::vector<numbered> left;
      for (const numbered& each : unused) {
        const bool clashes = std::any_of(open.begin(), open.end(),
                                         [&](const numbered& other) { return other.tangram == each.tangram || other.text == each.text; });
        if (clashes) {
          left.push_back(each);
          continue;
        }
        open.push_back(each);
        if (static_cast<index>(open.size()) == settings.batch_size) {
          closed.emplace_back();
          for (const numbered& member : open) closed.back().push_back(member.example);
          open.clear();
        }
        const auto own = of_tangram.find(each.tangram);
        if (--own->second > 0) continue;
        of_tangram.erase(own);
        if (static_cast<index>(of_tangram.size()) < settings.batch_size) return;
      }
      if (left.size() == unused.size()) return;
      unused = std::move(left);
    }
  }
};

/// Plain batches in a random order, the last partial one dropped: the random mode of the same data set.
/// \param examples how many there are
/// \param batch_size at least 1
/// \param seed of the order
/// \param epoch counted from 0
/// \returns positions 0 .. examples-1, each at most once
/// \throws value_error for a batch size below 1
inline std::vector<std::vector<index>> random_full_batches(index examples, index batch_size, std::uint64_t seed, index epoch) {
  if (batch_size < 1) {
    throw value_error(expected_got("fewclip::samplers::random_full_batches", "batch_size", "at least 1", std::to_string(batch_size)));
  }
  const std::vector<index> order = random_stream(seed, static_cast<std::uint64_t>(epoch)).permutation(examples);
  std::vector<std::vector<index>> out;
  for (index at = 0; at + batch_size <= examples; at += batch_size) out.emplace_back(order.begin() + at, order.begin() + at + batch_size);
  return out;
}

}  // namespace fewclip::samplers
