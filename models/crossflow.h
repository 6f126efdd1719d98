#pragma once
// Effectiveness of a crossflow heat exchanger, both streams unmixed, exact.

#include "solver/scalar.h"

namespace wattloop {

/// Heat a crossflow exchanger moves for each kelvin between its two inlets, W/K: K = epsilon C_min.
///
///   K = (C_1 C_2 / UA) sum_{n>=0} P(n+1, UA/C_1) P(n+1, UA/C_2),   P(n+1, a) = 1 - e^-a sum_{m<=n} a^m / m!
///
/// both streams unmixed, one pass: the exact solution (Nusselt 1930) as the series of Mason (1955), not the common
/// closed-form approximation, which is up to 3 % off. The sum is symmetric in the two streams: nothing asks which one
/// has the smaller capacity flow. It needs about min(a, b) + 6 sqrt(min(a, b)) terms; 64 give 1e-9 up to
/// min(NTU) = 25, far beyond any coil. Without flow of one stream K is its capacity flow, which must stay above zero.
/// UA, C_1, C_2 in W/K, all > 0.
template <class S>
S crossflow_conductance(const S& UA, const S& C_1, const S& C_2) {
  using std::exp;
  using std::expm1;
  constexpr int terms = 64;
  const S a = UA / C_1, b = UA / C_2;
  S a_term = exp(-a), b_term = exp(-b);
  S a_tail = -expm1(-a), b_tail = -expm1(-b);
  S sum = a_tail * b_tail;
  for (int n = 1; n < terms; ++n) {
    a_term = a_term * a * (1.0 / n);
    b_term = b_term * b * (1.0 / n);
    a_tail = a_tail - a_term;
    b_tail = b_tail - b_term;
    sum = sum + a_tail * b_tail;
  }
  return C_1 * C_2 / UA * sum;
}

/// The UA [W/K] of a crossflow exchanger that moves K = Q / (T_1,in - T_2,in) between two capacity flows, all W/K:
/// the inverse of `crossflow_conductance`, by bisection, for rating data. 0 < K < min(C_1, C_2); at most 25 C_min.
inline double crossflow_UA(double K, double C_1, double C_2) {
  double low = 0.0, high = 25.0 * (C_1 < C_2 ? C_1 : C_2);
  for (int i = 0; i < 100; ++i) {
    const double middle = 0.5 * (low + high);
    (crossflow_conductance(middle, C_1, C_2) < K ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace wattloop
