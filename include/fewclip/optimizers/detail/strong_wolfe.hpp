#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "fewclip/core/math.hpp"
#include "fewclip/core/shape.hpp"

namespace fewclip::optimizers::detail {

/// A function along a line: how far, value and derivative there.
struct line_point {
  double step = 0;
  double value = 0;
  double slope = 0;
};

struct wolfe_conditions {
  double sufficient_decrease;
  double curvature;
  index max_evaluations;
  double rounding;  ///< relative error of a value: differences below it say nothing
};

/// The minimiser of the cubic through two points with their slopes (Nocedal and Wright, equation 3.59); NaN where there is none.
inline double cubic_minimiser(const line_point& a, const line_point& b) {
  const double d1 = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step);
  const double root = d1 * d1 - a.slope * b.slope;
  const double d2 = std::copysign(std::sqrt(root), b.step - a.step);
  return b.step - (b.step - a.step) * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
}

/// Where the line through two slopes is zero; exact on a parabola, and not misled by the rounding of values.
inline double secant_minimiser(const line_point& a, const line_point& b) {
  return b.step - b.slope * (b.step - a.step) / (b.slope - a.slope);
}

/// A line search for the strong Wolfe conditions (Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 and 3.6) with cubic
/// interpolation. Where values differ by less than their rounding, slopes decide and interpolate instead (Hager and Zhang, 2005).
template <class Line>
class strong_wolfe {
 public:
  /// \param line called as line(step), returns line_point
  /// \param start at step 0, with a negative slope
  /// \param conditions what to look for
  strong_wolfe(Line line, const line_point& start, const wolfe_conditions& conditions)
      : line_(std::move(line)), start_(start), conditions_(conditions) {}

  /// The point found; step 0 where no smaller value was found.
  line_point search(double first_step) {
    line_point previous = start_;
    double step = first_step;
    while (used_ < conditions_.max_evaluations) {
      const line_point current = evaluate(step);
      if (accepts(current)) return current;
      if (too_high(current, previous)) return zoom(previous, current);
      if (current.slope >= 0) return zoom(current, previous);
      const double guess = minimiser(previous, current);
      const double lowest = current.step + 0.1 * (current.step - previous.step);
      const bool known = math::is_finite(guess) && !(says_nothing(previous, current) && guess <= current.step);
      step = known ? std::clamp(guess, lowest, 10 * current.step) : 10 * current.step;
      previous = current;
    }
    return decreases(previous) ? previous : start_;
  }

  /// How many points were evaluated.
  index evaluations() const { return used_; }

 private:
  line_point evaluate(double step) {
    ++used_;
    return line_(step);
  }

  bool decreases(const line_point& at) const { return at.value <= start_.value + conditions_.sufficient_decrease * at.step * start_.slope; }

  double noise() const { return conditions_.rounding * std::abs(start_.value); }

  bool says_nothing(const line_point& a, const line_point& b) const { return std::abs(a.value - b.value) <= noise(); }

  double minimiser(const line_point& a, const line_point& b) const {
    return says_nothing(a, b) ? secant_minimiser(a, b) : cubic_minimiser(a, b);
  }

  /// Whether the minimum lies between `at` and the better point `low`, by values; where these say nothing, slopes decide elsewhere.
  bool too_high(const line_point& at, const line_point& low) const {
    if (std::abs(at.value - start_.value) <= noise() && std::abs(low.value - start_.value) <= noise()) return false;
    return !decreases(at) || !(at.value < low.value);
  }

  bool accepts(const line_point& at) const {
    if (!(std::abs(at.slope) <= -conditions_.curvature * start_.slope)) return false;
    if (decreases(at)) return true;
    return at.value <= start_.value + noise() && at.slope <= (2 * conditions_.sufficient_decrease - 1) * start_.slope;
  }

  /// Between `low`, the best point so far, and `high` there is an acceptable one.
  line_point zoom(line_point low, line_point high) {
    while (used_ < conditions_.max_evaluations) {
      const double width = high.step - low.step;
      if (std::abs(width) <= 1e-15 * std::max(low.step, high.step)) break;
      double share = (minimiser(low, high) - low.step) / width;
      if (!(math::is_finite(share) && math::is_finite(high.value))) share = 0.5;
      const line_point current = evaluate(low.step + std::clamp(share, 0.1, 0.9) * width);
      if (accepts(current)) return current;
      if (too_high(current, low)) {
        high = current;
      } else {
        if (current.slope * width >= 0) high = low;
        low = current;
      }
    }
    return decreases(low) ? low : start_;
  }

  Line line_;
  line_point start_;
  wolfe_conditions conditions_;
  index used_ = 0;
};

}  // namespace fewclip::optimizers::detail
