#pragma once
// Glycol-water mixtures after Melinder (2010).

#include <array>

namespace wattloop::glycol {

/// Coefficients a[i][j] of sum a_ij (T - T_base)^i (x - x_base)^j, T in K, x the mass fraction of glycol.
using Coefficients = std::array<std::array<double, 6>, 4>;

/// One glycol in water: Melinder, Properties of Secondary Working Fluids for Indirect Systems (IIR, 2010); the
/// coefficients are those CoolProp (Bell et al. 2014) publishes as INCOMP::MPG and INCOMP::MEG.
/// Valid for mass fractions 0-0.6 between the freezing point and 100 degC, at any moderate pressure.
struct Glycol {
  const char* name;
  double molar_mass;                 // kg/mol
  double rho_pure;                   // kg/m3 of the pure glycol at 20 degC
  double T_base;                     // K
  double x_base;                     // kg/kg
  Coefficients density;              // kg/m3
  Coefficients cp;                   // J/(kg K)
  Coefficients conductivity;         // W/(m K)
  Coefficients log_viscosity;        // ln(Pa s)
  std::array<double, 6> T_freezing;  // K, powers of (x - x_base)

  /// The polynomial in (T - T_base) that is left at a fixed mass fraction.
  std::array<double, 4> at_fraction(const Coefficients& coefficients, double x) const;
  /// A property at a temperature in K and a mass fraction, in its own unit.
  double evaluate(const Coefficients& coefficients, double T, double x) const;
  /// Freezing point, K.
  double freezing_point(double x) const;
  /// Mass fraction of a mixture made from volumes measured at 20 degC: x = v rho_g / (v rho_g + (1 - v) rho_w),
  /// whatever the mixture's own volume then is.
  double mass_fraction_of_volume(double volume_fraction) const;
  /// Share of water among the molecules, mol/mol.
  double water_mole_fraction(double x) const;
};

inline constexpr double x_max = 0.6;  // kg/kg, end of Melinder's range

extern const Glycol propylene;
extern const Glycol ethylene;

}  // namespace wattloop::glycol
