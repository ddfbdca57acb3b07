#pragma once

// The toy problem: three classes, two support rows each, eight channels; no random numbers.

#include <cmath>
#include <string>
#include <vector>

#include "fewclip/backend/cpu.hpp"
#include "fewclip/core/sets.hpp"

namespace toy {

using f64 = fewclip::backend::cpu<double>;
using f32 = fewclip::backend::cpu<float>;

inline constexpr fewclip::index dim = 8;
inline constexpr fewclip::index classes = 3;

inline double prototype(int c, int j) { return std::sin(0.7 * (c + 1) * j); }

inline std::vector<double> raw_text() {
  std::vector<double> out;
  for (int c = 0; c < 3; ++c) {
    for (int j = 1; j <= 8; ++j) out.push_back(prototype(c, j) + 0.3 * std::cos(1.1 * (c + 2) * j));
  }
  return out;
}

inline std::vector<double> raw_support() {
  std::vector<double> out;
  for (int r = 0; r < 6; ++r) {
    for (int j = 1; j <= 8; ++j) out.push_back(prototype(r / 2, j) + 0.5 * std::sin(1.3 * (r + 1) * j + 0.2));
  }
  return out;
}

inline std::vector<double> raw_queries() {
  std::vector<double> out;
  for (int b = 0; b < 4; ++b) {
    for (int j = 1; j <= 8; ++j) out.push_back(prototype(b % 3, j) + 0.8 * std::cos(0.9 * (b + 1) * j + 0.5));
  }
  return out;
}

inline std::vector<double> unit(std::vector<double> rows) {
  for (std::size_t r = 0; r < rows.size() / 8; ++r) {
    double squares = 0;
    for (std::size_t j = 0; j < 8; ++j) squares += rows[r * 8 + j] * rows[r * 8 + j];
    for (std::size_t j = 0; j < 8; ++j) rows[r * 8 + j] /= std::sqrt(squares);
  }
  return rows;
}

/// Rows as a tensor of a backend.
template <class B>
fewclip::tensor<B> rows(const std::vector<double>& values) {
  const std::vector<typename B::scalar> cast(values.begin(), values.end());
  return fewclip::tensor<B>::from_host(cast.data(), {static_cast<fewclip::index>(values.size()) / dim, dim});
}

template <class B>
fewclip::class_text<B> text() {
  return fewclip::class_text<B>(rows<B>(unit(raw_text())));
}

inline fewclip::class_labels support_labels() { return fewclip::class_labels(std::vector<fewclip::label>{0, 0, 1, 1, 2, 2}, classes); }
inline fewclip::class_labels query_labels() { return fewclip::class_labels(std::vector<fewclip::label>{0, 1, 2, 0}, classes); }

template <class B>
fewclip::support_set<B> support() {
  return fewclip::support_set<B>(rows<B>(unit(raw_support())), support_labels());
}

template <class B>
fewclip::tensor<B> queries() {
  return rows<B>(unit(raw_queries()));
}

/// The largest excess of |got - expected| over the tolerance of the backend's precision: at most 0 where all agree.
template <class B>
double worst(const fewclip::tensor<B>& got, const std::vector<double>& expected) {
  const auto values = got.to_host();
  if (values.size() < expected.size()) return 1e300;
  double out = -1;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double tolerance = sizeof(typename B::scalar) == 8 ? 2e-9 : 2e-5 * std::max(1.0, std::abs(expected[i]));
    out = std::max(out, std::abs(static_cast<double>(values[i]) - expected[i]) - tolerance);
  }
  return out;
}

}  // namespace toy
