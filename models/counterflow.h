#pragma once
// Effectiveness of a counterflow heat exchanger without its special cases.

#include "solver/scalar.h"

namespace wattloop {

/// (1 - exp(-z)) / z for z >= 0; 1 at z = 0.
template <class S>
S relative_expm1(const S& z) {
  using std::expm1;
  constexpr double small = 1e-2;  // the series is exact to 1e-14 below
  const S series = 1.0 - z * (1.0 / 2.0) * (1.0 - z * (1.0 / 3.0) * (1.0 - z * (1.0 / 4.0) * (1.0 - z * (1.0 / 5.0))));
  const auto near_zero = z < S(small);
  return select(near_zero, series, S(-expm1(-z) / select(near_zero, S(1.0), z)));
}

/// Heat that a counterflow exchanger moves for each kelvin between its two inlets, W/K: K = epsilon C_min.
///
///   K = UA phi(z) / (1 + UA phi(z) / C_max),   z = UA (1/C_min - 1/C_max),   phi(z) = (1 - e^-z)/z
///
/// the epsilon-NTU law (Kays & London, Compact Heat Exchangers, 1984) written so that C_min = C_max is no special case
/// and the two streams may change places. UA, C_1, C_2 in W/K, all > 0.
template <class S>
S counterflow_conductance(const S& UA, const S& C_1, const S& C_2) {
  const auto first_is_less = C_1 < C_2;
  const S C_min = select(first_is_less, C_1, C_2);
  const S C_max = select(first_is_less, C_2, C_1);
  const S K = UA * relative_expm1(S(UA / C_min - UA / C_max));
  return K / (1.0 + K / C_max);
}

}  // namespace wattloop
