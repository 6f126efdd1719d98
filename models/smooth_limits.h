#pragma once
// Limits that are exact away from their corners and continuously differentiable at them.

#include "solver/scalar.h"

namespace wattloop {

/// max(x, 0): exactly 0 below -width, exactly x above +width, a parabola between.
template <class S, class W>
S ramp(const S& x, const W& width) {
  const S between = (x + width) * (x + width) / (4.0 * width);
  return select(x <= S(-width), S(0.0), select(x >= S(width), x, between));
}

/// x kept between low and high, exact outside +-width around each of them.
template <class S, class L, class W>
S exact_clamp(const S& x, const L& low, const L& high, const W& width) {
  return low + ramp(S(x - low), width) - ramp(S(x - high), width);
}

/// x |x|: exactly outside +-width, (x + x^3/width^2) width/2 inside, so that its slope at x = 0 is not zero.
template <class S, class W>
S exact_square(const S& x, const W& width) {
  const S square = x * x;
  const S inside = 0.5 * x * (width + square / width);
  return select(square <= S(width * width), inside, select(x >= S(0.0), square, S(-square)));
}

/// -1 far below zero, 1 far above, x near it: x / sqrt(1 + x^2).
template <class S>
S smooth_sign(const S& x) {
  using std::sqrt;
  return x / sqrt(1.0 + x * x);
}

/// Residual of a quantity that follows its target with a time constant, never faster than a rate:
///
///   dy/dt = rate z / sqrt(1 + z^2),   z = (target - y) / (rate time_constant)
///
/// times sqrt(1 + z^2) time_constant: at rest it is linear in y, so a search for the steady state takes one step.
/// `error` = target - y; rate > 0 may differ by direction: the slope at z = 0 does not depend on it.
template <class S, class R, class T>
S rate_limited_residual(const S& dy, const S& error, const R& rate, const T& time_constant) {
  using std::sqrt;
  const S z = error / (rate * time_constant);
  return time_constant * dy * sqrt(1.0 + z * z) - error;
}

}  // namespace wattloop
