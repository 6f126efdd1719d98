#pragma once
// The grid behind the point of connection as one impedance, and the reactive power that is asked for there.

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattloop {

/// A voltage E behind R + jX.
///   |Z| = V_n^2 / S_k,  X/R given           (IEC 60909-0, 2016, without its voltage factor)
///   V^4 + V^2 (2 (R P + X Q) - E^2) + (R^2 + X^2)(P^2 + Q^2) = 0,  the upper root
/// Power is positive into the site; balanced, quasi-stationary.
struct ReducedGrid {
  double E = 0.0;           // V, line to line
  double R = 0.0, X = 0.0;  // ohm

  static ReducedGrid of(double V_nominal, double short_circuit_power, double x_over_r) {
    const double Z = V_nominal * V_nominal / short_circuit_power;
    const double R = Z / std::sqrt(1.0 + x_over_r * x_over_r);
    return {V_nominal, R, x_over_r * R};
  }

  /// Voltage at the point of connection, V; not a number where the grid cannot carry the load.
  double voltage(double P, double Q) const {
    const double b = E * E - 2.0 * (R * P + X * Q);
    const double c = (R * R + X * X) * (P * P + Q * Q);
    const double root = b * b - 4.0 * c;
    if (root < 0.0 || b < 0.0) return std::numeric_limits<double>::quiet_NaN();
    return std::sqrt(0.5 * (b + std::sqrt(root)));
  }
};

/// What the reactive power of a capacitor has to be so that the power factor stays at the target or above, lagging and
/// leading: the common part of what each of the loads allows. Empty where `least` is above `most`.
struct Compensation {
  double least = -std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::infinity();  // var

  void add(double P, double Q, double power_factor) {
    const double allowed = std::abs(P) * std::sqrt(1.0 - power_factor * power_factor) / power_factor;
    least = std::max(least, Q - allowed);
    most = std::min(most, Q + allowed);
  }
  /// The least number of steps that does; -1 if none does.
  int steps(double step) const {
    const double n = std::max(0.0, std::ceil(least / step - 1e-9));
    return n * step <= most * (1.0 + 1e-12) + 1e-6 ? static_cast<int>(n) : -1;
  }
};

}  // namespace wattloop
