#pragma once
// Psychrometrics of moist air at any pressure, after the ASHRAE Handbook of Fundamentals (2017), chapter 1.
//
// T: dry-bulb temperature, K. p: total pressure, Pa. p_v: partial pressure of the vapour, Pa.
// W: humidity ratio, kg of vapour per kg of dry air. RH: relative humidity, 0..1. Enthalpies are per kg of dry air
// and vanish for dry air and for liquid water at 0 degC. Templates take any scalar of the solver and do not branch.

#include <cmath>

namespace wattloop {

namespace air {
inline constexpr double R_dry = 287.042;         // J/(kg K), gas constant of dry air
inline constexpr double ratio = 0.621945;        // kg/kg, molar mass of water over that of dry air
inline constexpr double cp_dry = 1006.0;         // J/(kg K)
inline constexpr double cp_vapour = 1860.0;      // J/(kg K)
inline constexpr double h_vapour = 2501e3;       // J/kg, vapour at 0 degC over liquid water at 0 degC
inline constexpr double T_zero = 273.15;         // K, 0 degC
inline constexpr double T_triple = 273.16;       // K: ice below, water above
inline constexpr double T_lowest = 173.15;       // K, the correlations hold for -100..200 degC
inline constexpr double T_highest = 473.15;      // K
inline constexpr double p_sea_level = 101325.0;  // Pa
}  // namespace air

/// Saturation pressure over liquid water, Pa (eq. 6): 0 to 200 degC; smooth below too (supercooled water).
template <class S>
S saturation_pressure_over_water(const S& T) {
  using std::exp;
  using std::log;
  return exp(-5.8002206e3 / T + (1.3914993 + T * (-4.8640239e-2 + T * (4.1764768e-5 - 1.4452093e-8 * T))) +
             6.5459673 * log(T));
}

/// d ln(saturation pressure over water) / dT, 1/K.
template <class S>
S log_saturation_slope_over_water(const S& T) {
  return (5.8002206e3 / T + 6.5459673) / T + (-4.8640239e-2 + T * (8.3529536e-5 - 4.3356279e-8 * T));
}

/// Humidity ratio at a vapour pressure below the total pressure (eq. 20).
template <class S, class E>
auto humidity_ratio(const S& p_v, const E& p) {
  return air::ratio * p_v / (p - p_v);
}

/// Humidity ratio of saturated air over liquid water, below the boiling point at p (eq. 21).
template <class S, class E>
auto saturated_humidity_ratio_over_water(const S& T, const E& p) {
  return humidity_ratio(saturation_pressure_over_water(T), p);
}

/// Vapour pressure, Pa, of air of a humidity ratio.
template <class S, class E>
auto vapour_pressure(const S& W, const E& p) {
  return p * W / (air::ratio + W);
}

/// Enthalpy, J per kg of dry air (eq. 30).
template <class S, class E>
auto moist_air_enthalpy(const S& T, const E& W) {
  return air::cp_dry * (T - air::T_zero) + W * (air::h_vapour + air::cp_vapour * (T - air::T_zero));
}

/// Temperature, K, at an enthalpy: the inverse of moist_air_enthalpy.
template <class S, class E>
auto moist_air_temperature(const S& h, const E& W) {
  return air::T_zero + (h - air::h_vapour * W) / (air::cp_dry + air::cp_vapour * W);
}

/// Heat capacity, J/K per kg of dry air.
template <class S>
S moist_air_cp(const S& W) {
  return air::cp_dry + air::cp_vapour * W;
}

/// Volume, m3 per kg of dry air (eq. 26).
template <class S, class E, class F>
auto moist_air_volume(const S& T, const E& W, const F& p) {
  return air::R_dry * T * (1.0 + W / air::ratio) / p;
}

/// Density, kg of moist air per m3 (eq. 11).
template <class S, class E, class F>
auto moist_air_density(const S& T, const E& W, const F& p) {
  return (1.0 + W) / moist_air_volume(T, W, p);
}

/// Thermodynamic wet bulb over liquid water, K, smooth (eq. 33): for air of -40 to 60 degC at 60 to 110 kPa, up to
/// saturation. Newton's method from the dry bulb, monotone because the balance is convex; eight steps reach 1e-9 K
/// there.
template <class S>
S wet_bulb_over_water(const S& T, const S& W, const S& p) {
  const S t = T - air::T_zero;  // degC
  S T_wb = T;
  for (int step = 0; step < 8; ++step) {
    const S t_wb = T_wb - air::T_zero;  // degC
    const S W_s = saturated_humidity_ratio_over_water(T_wb, p);
    const S slope = W_s * (1.0 + W_s / air::ratio) * log_saturation_slope_over_water(T_wb);
    const S excess = (2501.0 - 2.326 * t_wb) * W_s - 1.006 * (t - t_wb) - W * (2501.0 + 1.86 * t - 4.186 * t_wb);
    T_wb = T_wb - excess / ((2501.0 - 2.326 * t_wb) * slope - 2.326 * W_s + 1.006 + 4.186 * W);
  }
  return T_wb;
}

/// Saturation pressure, Pa, over ice up to the triple point (eq. 5) and over water above (eq. 6): -100 to 200 degC.
double saturation_pressure(double T);

/// Humidity ratio of saturated air, over ice or water; infinite from the boiling point at p upwards.
double saturated_humidity_ratio(double T, double p);

double humidity_ratio_from_relative_humidity(double T, double RH, double p);
double humidity_ratio_from_dew_point(double T_dp, double p);
/// From the wet bulb, over ice below 0 degC (eqs 33, 35); 0 where the depression asks for less than dry air.
double humidity_ratio_from_wet_bulb(double T, double T_wb, double p);

double relative_humidity(double T, double W, double p);

/// Dew or frost point, K: where the vapour is saturated. Vapour thinner than at -100 degC gives -100 degC, denser than
/// at 200 degC 200 degC, the ends of the correlation.
double dew_point(double W, double p);

/// Thermodynamic wet bulb, K, by bisection to rounding: every humidity ratio has one, at most the dry bulb and below
/// the boiling point at p. Within about a kelvin below 0 degC both branches, over ice and over water, have a solution
/// (a wick may be frozen or supercooled): over water is returned where it is at 0 degC or above.
double wet_bulb(double T, double W, double p);

/// The same from a relative humidity. Where the vapour alone would exceed p (hot air far above the boiling point),
/// the boiling point at p: the limit of ever more humid air.
double wet_bulb_from_relative_humidity(double T, double RH, double p);

/// Boiling point of water at p, K: saturation_pressure(T) = p.
double boiling_point(double p);

/// Pressure of the standard atmosphere, Pa, at an altitude in m (eq. 3), -5000 to 11000 m.
template <class S>
S standard_pressure(const S& altitude) {
  using std::pow;
  return air::p_sea_level * pow(1.0 - 2.25577e-5 * altitude, 5.2559);
}

}  // namespace wattloop
