#pragma once

// What the command line says about pictures, and what is said about those that it says nothing about.

#include <cstddef>
#include <cstdint>
#include <fewclip/images/image.hpp>
#include <optional>
#include <string>

namespace CLI {
class App;
}
namespace fewclip::images {
struct decode_options;
struct preprocessing;
}  // namespace fewclip::images
namespace fewclip::runtime {
struct image_batch;
}

namespace program {

/// How pictures are read.
struct picture_options {
  std::string transparency;     // drop or white; empty: as the model's dialect says
  bool upright = false;         // pictures are turned as their EXIF orientation says
  std::int64_t max_pixels = 0;  // 0: the library's limits

  std::optional<fewclip::images::transparency_rule> rule() const;

  /// Sets the limits; a number that is given holds for a file of any size.
  void limit(fewclip::images::decode_options& options) const;

  /// The rules of a classifier's preprocessing where none are given.
  void follow(const std::string& preprocess);
};

/// Pictures that a rule changed, or could have changed.
struct picture_counts {
  std::size_t transparent = 0;
  std::size_t turned = 0;

  void add(const fewclip::runtime::image_batch& batch);
  void add(const picture_counts& more);

  /// One line each to stderr, where there were some and no option was given.
  /// `is_fitted`: the rule is that of a classifier.
  void say(const picture_options& given, const fewclip::images::preprocessing& used, bool is_fitted = false) const;
};

/// The options of all commands that read pictures.
void add_picture_options(CLI::App* command, picture_options& options);

}  // namespace program
