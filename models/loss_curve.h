#pragma once
// Losses of power converters over their load.

#include "solver/scalar.h"

namespace wattloop {

/// Loss over load, both as shares of the rating: the cubic a + b l + c l^2 + d l^3 through the four efficiencies that
/// data sheets give, at 1/4, 1/2, 3/4 and full load, where it is exact. With eta = l / (l + loss) the loss at a point
/// is l (1/eta - 1); the cubic is held in Newton's form on n = 4 l. Range: load 0 to about 1.2; below zero (power
/// flowing back) the loss stays at its no-load value.
template <class P>
class LossCurve {
 public:
  LossCurve(const P& eta_25, const P& eta_50, const P& eta_75, const P& eta_100) {
    const P f1 = 0.25 / eta_25 - 0.25, f2 = 0.5 / eta_50 - 0.5, f3 = 0.75 / eta_75 - 0.75, f4 = 1.0 / eta_100 - 1.0;
    value_ = f1;
    first_ = f2 - f1;
    second_ = 0.5 * (f3 - 2.0 * f2 + f1);
    third_ = (1.0 / 6.0) * (f4 - 3.0 * f3 + 3.0 * f2 - f1);
  }

  /// Loss as a share of the rating.
  template <class S>
  S operator()(const S& load) const {
    constexpr double rounding = 1e-6;  // share of the rating
    const S n = 4.0 * positive_part(load, rounding);
    return value_ + (n - 1.0) * (first_ + (n - 2.0) * (second_ + (n - 3.0) * third_));
  }

  /// Whether the loss is positive without load and rises from there to 1.2 of the rating: points that break this are
  /// not those of a converter.
  bool plausible() const {
    constexpr double step = 0.02;
    bool rises = (*this)(0.0) > 0.0;
    for (double load = 0.0; load < 1.2; load += step) rises = rises && (*this)(load + step) > (*this)(load);
    return rises;
  }

 private:
  P value_, first_, second_, third_;
};

}  // namespace wattloop
