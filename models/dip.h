#pragma once
// What a balanced circuit sees of an unbalanced dip.

namespace wattloop {

/// Positive sequence of a dip between two phases, per unit, from the voltage that remains between them (real: no phase
/// jump): V_a = 1, V_b,c = -1/2 -+ j sqrt(3)/2 V gives V_1 = (V_a + a V_b + a^2 V_c)/3 = (1 + V)/2, type C of Bollen
/// (Understanding Power Quality Problems, 2000, 4.4). A delta-star transformer turns it into type D of the same V_1.
constexpr double dip_between_phases(double V) {
  return 0.5 * (1.0 + V);
}

/// The same of a dip of one phase to earth, from the voltage that remains on it (type B): V_1 = (2 + V)/3.
constexpr double dip_to_earth(double V) {
  return (2.0 + V) / 3.0;
}

}  // namespace wattloop
