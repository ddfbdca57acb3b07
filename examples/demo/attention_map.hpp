#pragma once

// Where an attention pool looks.

#include <fewclip/io/classifier_file.hpp>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace program {

using pooler_numbers = std::map<std::string, fewclip::io::stored_values, std::less<>>;

/// Weights of the places in the pooled feature of one image: softmax of the mean token's query with every key, the mean over heads; the share
/// of the mean token itself is left out and the rest brought to sum 1.
/// \param pooler parameters under the names of a checkpoint, "attnpool.*"
/// \param tokens [places, width] of one image
/// \param heads groups of channels
/// \returns [places]
std::vector<double> attention_weights(const pooler_numbers& pooler, std::span<const float> tokens, std::size_t heads);

}  // namespace program
