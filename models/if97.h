#pragma once
// Liquid water: IAPWS-IF97 region 1 and saturation line, IAPWS transport properties.

namespace wattloop::if97 {

inline constexpr double T_critical = 647.096;   // K, IAPWS R6-95 (2018)
inline constexpr double rho_critical = 322.0;   // kg/m3, IAPWS R6-95 (2018)
inline constexpr double p_triple = 611.212677;  // Pa, the saturation line at 273.15 K (IAPWS R7-97, 2012)
inline constexpr double p_critical = 22.064e6;  // Pa, IAPWS R7-97 (2012)

/// Thermodynamic properties of liquid water at one pressure and temperature.
struct LiquidState {
  double volume;          ///< m3/kg
  double enthalpy;        ///< J/kg, zero internal energy at the triple point
  double entropy;         ///< J/(kg K)
  double cp;              ///< J/(kg K), at constant pressure
  double speed_of_sound;  ///< m/s
};

/// Region 1 of IAPWS-IF97 (IAPWS R7-97, 2012, eq. 7): compressed liquid, 273.15-623.15 K, up to 100 MPa.
/// It stays smooth for some kelvin into superheated liquid. `p` in Pa, `T` in K.
LiquidState liquid(double p, double T);

/// Saturation pressure, Pa (IAPWS R7-97, 2012, eq. 30), 273.15-647.096 K.
/// Throws std::runtime_error outside that range.
double saturation_pressure(double T);

/// Saturation temperature, K (IAPWS R7-97, 2012, eq. 31), 611.213 Pa-22.064 MPa.
/// Throws std::runtime_error outside that range.
double saturation_temperature(double p);

/// Dynamic viscosity, Pa s, at a density in kg/m3 and a temperature in K (IAPWS R12-08, 2008, without the critical
/// enhancement, which is confined to the neighbourhood of the critical point).
double viscosity(double rho, double T);

/// Thermal conductivity, W/(m K), at a density in kg/m3 and a temperature in K (IAPWS R15-11, 2011, without the
/// critical enhancement).
double conductivity(double rho, double T);

}  // namespace wattloop::if97
