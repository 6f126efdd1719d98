#pragma once
// The working liquid of a circuit, as components see it.

#include <array>
#include <cmath>
#include <string>

#include "solver/scalar.h"

namespace wattloop {

enum class LiquidKind { water, propylene_glycol, ethylene_glycol };
enum class FractionBasis { mass, volume };

/// What flows in a circuit. `fraction` is the share of glycol, 0 for water; a volume fraction is that of the parts
/// before mixing at 20 degC ("25 %" by volume and by mass are different fluids).
struct LiquidSpec {
  LiquidKind kind = LiquidKind::water;
  double fraction = 0.0;
  FractionBasis basis = FractionBasis::mass;
  double p_ref = 3e5;  // Pa absolute: the pressure at which water's properties are taken
};

/// A polynomial in the reduced temperature of Liquid, lowest power first.
template <int Degree>
struct Polynomial {
  std::array<double, Degree + 1> a{};

  /// Horner's scheme.
  template <class S>
  S operator()(const S& x) const {
    S sum = a[Degree] * x + a[Degree - 1];
    for (int i = Degree - 2; i >= 0; --i) sum = sum * x + a[i];
    return sum;
  }
};

/// Properties of one liquid: polynomials in temperature alone, cheap, smooth and positive from 200 to 450 K, so that a
/// solver may wander outside the range [T_min, T_max] in which they hold. Beyond these ends they keep the values that
/// they have there, and enthalpy goes on with that heat capacity: it rises everywhere, so that streams that mix have
/// one temperature. Made once by make_liquid.
///
/// Glycols are Melinder's polynomials exactly; water interpolates IAPWS-IF97 and the IAPWS transport properties at the
/// reference pressure within 0.05 % (cp), 0.02 % (density), 0.05 % (viscosity), 0.11 % (conductivity) over 0-100 degC.
struct Liquid {
  static constexpr double T_center = 323.15;  // K, the middle of 0-100 degC
  static constexpr double T_scale = 50.0;     // K, half of that range
  static constexpr double T_datum = 273.15;   // K, where enthalpy is zero
  static constexpr double T_low = 200.0;      // K, ends of the polynomials
  static constexpr double T_high = 450.0;     // K

  std::string name;             ///< "water", "propylene glycol 25.7 % by mass"
  double mass_fraction = 0.0;   ///< of glycol, kg/kg
  double water_fraction = 1.0;  ///< mole fraction of water
  double T_freeze = 0.0;        ///< K, first ice
  double T_min = 0.0;           ///< K, start of the valid range: the freezing point, for water 273.15 K
  double T_max = 0.0;           ///< K, end of the valid range: 100 degC
  double rho_ref = 0.0;         ///< kg/m3 at 40 degC, between the facility's and the racks' supply temperature

  Polynomial<4> cp_polynomial;             // J/(kg K)
  Polynomial<5> enthalpy_polynomial;       // J/kg
  Polynomial<3> density_polynomial;        // kg/m3
  Polynomial<5> log_viscosity_polynomial;  // ln(Pa s)
  Polynomial<3> conductivity_polynomial;   // W/(m K)
  Polynomial<6> log_vapour_polynomial;     // ln(Pa)
  double cp_low = 0.0, cp_high = 0.0;      // J/kg a unit of reduced temperature, at the ends

  /// Boiling point at a pressure in Pa absolute, K. Raoult's law: the vapour over a mixture is water of the pressure
  /// x_water p_sat(T); glycol's own vapour (below 1 % of it at 100 degC) is left out. Pressures outside
  /// IF97's saturation line count as its ends: a vacuum boils at 273.15 K.
  double T_boil(double p) const;

  /// Specific heat capacity, J/(kg K).
  template <class S>
  S cp(const S& T) const {
    return cp_polynomial(held(reduced(T)));
  }
  /// Specific enthalpy, J/kg: the exact integral of cp from 273.15 K.
  template <class S>
  S enthalpy(const S& T) const {
    const S x = reduced(T), inside = held(x);
    return enthalpy_polynomial(inside) + select(x < inside, S(cp_low), S(cp_high)) * (x - inside);
  }
  /// Density, kg/m3.
  template <class S>
  S density(const S& T) const {
    return density_polynomial(held(reduced(T)));
  }
  /// Dynamic viscosity, Pa s.
  template <class S>
  S viscosity(const S& T) const {
    using std::exp;
    return exp(log_viscosity_polynomial(held(reduced(T))));
  }
  /// Thermal conductivity, W/(m K).
  template <class S>
  S conductivity(const S& T) const {
    return conductivity_polynomial(held(reduced(T)));
  }
  /// Vapour pressure, Pa, by the same Raoult's law as T_boil: x_water times IF97's saturation line, interpolated within
  /// 2e-6 over 0-100 degC; below, where it is next to nothing, it goes on smoothly.
  template <class S>
  S vapour_pressure(const S& T) const {
    using std::exp;
    return exp(log_vapour_polynomial(held(reduced(T))));
  }

 private:
  template <class S>
  static S reduced(const S& T) {
    return (T - T_center) * (1.0 / T_scale);
  }
  template <class S>
  static S held(const S& x) {
    constexpr double low = (T_low - T_center) / T_scale, high = (T_high - T_center) / T_scale;
    return select(x < S(low), S(low), select(x > S(high), S(high), x));
  }
};

/// The liquid of a specification. Throws std::runtime_error, saying what is allowed, for a fraction outside 0-60 % by
/// mass, a fraction of glycol in water, or a reference pressure outside 50 kPa-10 MPa.
Liquid make_liquid(const LiquidSpec& spec);

}  // namespace wattloop
