#pragma once
// What a component's equations may do with a number: choose, and join pieces smoothly.
// S is double, Dual or Pack; equations never branch on a number, they select.

#include "solver/dual.h"
#include "solver/pack.h"

namespace wattloop {

inline double select(bool condition, double a, double b) {
  return condition ? a : b;
}

template <int N>
Dual<N> select(bool condition, const Dual<N>& a, const Dual<N>& b) {
  return condition ? a : b;
}

template <int N>
Dual<N, Pack> select(const PackMask& condition, const Dual<N, Pack>& a, const Dual<N, Pack>& b) {
  Dual<N, Pack> r(select(condition, a.value, b.value));
  for (int i = 0; i < N; ++i) r.derivative[i] = select(condition, a.derivative[i], b.derivative[i]);
  return r;
}

/// |x| rounded over a width of epsilon: sqrt(x^2 + epsilon^2); smooth, never below |x|.
template <class S, class E>
S smooth_abs(const S& x, const E& epsilon) {
  using std::sqrt;
  return sqrt(x * x + epsilon * epsilon);
}

/// max(x, 0) rounded over a width of epsilon; positive_part(x) - positive_part(-x) = x exactly.
template <class S, class E>
S positive_part(const S& x, const E& epsilon) {
  return 0.5 * (x + smooth_abs(x, epsilon));
}

/// max(a, b) rounded over a width of epsilon.
template <class A, class B>
auto smooth_max(const A& a, const B& b, double epsilon) {
  return 0.5 * (a + b + smooth_abs(a - b, epsilon));
}

/// min(a, b) rounded over a width of epsilon.
template <class A, class B>
auto smooth_min(const A& a, const B& b, double epsilon) {
  return 0.5 * (a + b - smooth_abs(a - b, epsilon));
}

/// x kept between low and high, rounded over a width of epsilon at both ends.
template <class S>
S smooth_clamp(const S& x, double low, double high, double epsilon) {
  return low + positive_part(x - low, epsilon) - positive_part(x - high, epsilon);
}

/// 0 below `from`, 1 above `to`, a C2 quintic between (Perlin 2002).
template <class S>
S smooth_step(const S& x, double from, double to) {
  const S t = (x - from) * (1.0 / (to - from));
  const S inside = t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
  return select(t <= S(0.0), S(0.0), select(t >= S(1.0), S(1.0), inside));
}

}  // namespace wattloop
