#pragma once

// Features made by formula for the examples and the demo. They are not real: no image and no text was looked at.

#include <cmath>
#include <cstdint>
#include <vector>

#include "fewclip/core/labels.hpp"
#include "fewclip/core/matrix_view.hpp"
#include "fewclip/core/random.hpp"

/// Rows with one label each.
struct generated_rows {
  std::vector<float> features;         // [rows, dim], unit rows
  std::vector<fewclip::label> labels;  // [rows]
  fewclip::index dim = 0;

  fewclip::matrix_view<float> view() const { return {features.data(), static_cast<fewclip::index>(features.size()) / dim, dim}; }
};

/// A small world in the shape of CLIP features.
///
/// Classes are directions on a sphere, in families of four that lie close together. An image row is the image side's own offset plus its
/// class plus noise that is much stronger on some channels than on others; a text row is the text side's offset plus its class plus an
/// error of its own. Hence images and texts lie apart, texts confuse families, and a few images help. All rows have length 1.
class generated_world {
 public:
  /// \param classes number of classes
  /// \param dim length of a row
  /// \param seed another seed, another world
  generated_world(fewclip::index classes, fewclip::index dim, std::uint64_t seed) : classes_(classes), dim_(dim), seed_(seed) {}

  fewclip::index classes() const { return classes_; }

  /// One row per class, [classes, dim].
  std::vector<float> text() const {
    std::vector<float> out;
    for (fewclip::index c = 0; c < classes_; ++c) {
      append_row(out, [&](std::uint64_t d) { return text_gap * at(text_side, 0, d) + own(c, d) + text_blur * at(text_error, c, d); });
    }
    return out;
  }

  /// Rows of every class, class after class.
  /// \param part different parts (0 for training, 1 for validation, 2 for test) have different rows
  /// \param per_class rows of each class
  generated_rows images(int part, fewclip::index per_class) const {
    generated_rows out;
    out.dim = dim_;
    for (fewclip::index c = 0; c < classes_; ++c) {
      for (fewclip::index k = 0; k < per_class; ++k) {
        const fewclip::index row = (c * 3 + part) * 100'000 + k;
        append_row(out.features, [&](std::uint64_t d) {
          return image_gap * at(image_side, 0, d) + own(c, d) + image_blur * std::exp(at(channel, 0, d)) * at(noise, row, d);
        });
        out.labels.push_back(static_cast<fewclip::label>(c));
      }
    }
    return out;
  }

 private:
  static constexpr double text_gap = 1.5;
  static constexpr double image_gap = 1.5;
  static constexpr double family_spread = 0.6;
  static constexpr double member_spread = 0.35;
  static constexpr double text_blur = 0.45;
  static constexpr double image_blur = 0.3;

  enum use : std::uint64_t { text_side, image_side, family, member, text_error, channel, noise };

  /// A normal number for one use, item and channel.
  double at(use what, fewclip::index item, std::uint64_t d) const {
    return fewclip::random_stream(seed_, what).normal(static_cast<std::uint64_t>(item * dim_) + d);
  }

  /// The direction of a class.
  double own(fewclip::index c, std::uint64_t d) const { return family_spread * at(family, c / 4, d) + member_spread * at(member, c, d); }

  template <class Value>
  void append_row(std::vector<float>& out, const Value& value) const {
    double squares = 0;
    std::vector<double> row(static_cast<std::size_t>(dim_));
    for (std::size_t d = 0; d < row.size(); ++d) {
      row[d] = value(d);
      squares += row[d] * row[d];
    }
    for (const double v : row) out.push_back(static_cast<float>(v / std::sqrt(squares)));
  }

  fewclip::index classes_;
  fewclip::index dim_;
  std::uint64_t seed_;
};
