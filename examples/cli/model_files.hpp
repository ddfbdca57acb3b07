#pragma once

// What embed, features and fit share: text files, the origin of features, messages about the model.

#include <fewclip/io/feature_metadata.hpp>
#include <string>
#include <vector>

#include "model.hpp"

namespace program {

/// The lines of a text file without their ends; throws fewclip::io_error for an empty line, an empty file or bytes that are not UTF-8.
std::vector<std::string> read_lines(const std::string& path);

/// Each text as a line; the other way round.
std::string lines_of(const std::vector<std::string>& texts);

/// Model, weights and preprocessing, as feature files record them.
fewclip::io::feature_metadata origin_of(const clip_model& model, const model_options& options);

/// Tokens of each text, start and end included, before any cut. The model must have a vocabulary.
std::vector<index> text_lengths(const clip_model& model, const std::vector<std::string>& texts);

/// Tokens of the longest text, start and end included, before any cut. The model must have a vocabulary.
index longest_text(const clip_model& model, const std::vector<std::string>& texts);

/// Prints what deserves attention.
void say_warnings(const clip_model& model);

/// Throws fewclip::io_error where the model lacks what the command needs.
void require_towers(const clip_model& model, const model_options& options, bool image, bool text);

}  // namespace program
