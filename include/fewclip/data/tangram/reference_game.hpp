#pragma once
/// \file
/// Reference games: which of ten pictures does a text mean, and the other way round. metrics::pairs_found with asked_pairs::first scores them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "fewclip/core/error.hpp"
#include "fewclip/core/random.hpp"
#include "fewclip/data/tangram/captions.hpp"
#include "fewclip/samplers/controlled_batches.hpp"

namespace fewclip::data::tangram {

/// Pictures and texts in groups: the target first, then its distractors. The layout of KiloGram's validation files.
struct reference_contexts {
  std::vector<std::string> targets;  ///< as the source has them: the tangram of each target, each context, or each row
  std::vector<std::string> images;   ///< [contexts * group_size]: the picture of each row
  std::vector<std::string> texts;    ///< [contexts * group_size]: the text of each row
  index group_size = 10;             ///< rows per context; chance is 1 in that many

  /// The number of whole groups.
  index contexts() const { return static_cast<index>(images.size()) / group_size; }
};

/// How reference contexts are drawn.
struct context_options {
  index contexts_per_target = 10;  ///< as in KiloGram
  index group_size = 10;           ///< the target and nine distractors
  std::uint64_t seed = 1;          ///< of the distractors
};

/// Draws contexts for each example whose group suffices: the distractors have the same number of parts, and no two rows share a tangram or a text.
/// An example is skipped where a context cannot be filled, as KiloGram drops part counts with too few tangrams or phrases.
/// \param examples every example is a target in turn
/// \param options how many, and the seed
/// \throws value_error for fewer than 1 context or 2 rows
/// \cost one shuffle of a group per context
inline reference_contexts draw_contexts(const std::vector<samplers::matching_example>& examples, const context_options& options = {}) {
  if (options.contexts_per_target < 1 || options.group_size < 2) {
    throw value_error(expected_got("fewclip::data::tangram::draw_contexts", "options", "at least 1 context and 2 rows",
                                   std::to_string(options.contexts_per_target) + " and " + std::to_string(options.group_size)));
  }
  std::map<index, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < examples.size(); ++i) groups[part_count(examples[i].text)].push_back(i);
  reference_contexts out;
  out.group_size = options.group_size;
  for (std::size_t target = 0; target < examples.size(); ++target) {
    const std::vector<std::size_t>& group = groups[part_count(examples[target].text)];
    for (index number = 0; number < options.contexts_per_target; ++number) {
      std::vector<std::size_t> rows = {target};
      const random_stream draw(options.seed, (static_cast<std::uint64_t>(target) << 20) + static_cast<std::uint64_t>(number));
      for (const index at : draw.permutation(static_cast<index>(group.size()))) {
        if (static_cast<index>(rows.size()) == options.group_size) break;
        const samplers::matching_example& each = examples[group[static_cast<std::size_t>(at)]];
        const bool clashes = std::any_of(rows.begin(), rows.end(), [&](std::size_t row) {
          return examples[row].tangram == each.tangram || examples[row].text == each.text;
        });
        if (!clashes) rows.push_back(group[static_cast<std::size_t>(at)]);
      }
      if (static_cast<index>(rows.size()) < options.group_size) break;
      out.targets.push_back(examples[target].tangram);
      for (const std::size_t row : rows) {
        out.images.push_back(examples[row].tangram);
        out.texts.push_back(examples[row].text);
      }
    }
  }
  return out;
}

}  // namespace fewclip::data::tangram
