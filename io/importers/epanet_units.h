#pragma once
// Units of an EPANET file in SI.

namespace wattloop {

inline constexpr double foot = 0.3048;  // m, exact

/// What one unit of the file is in SI.
///
/// EPANET calculates in feet and cubic feet a second and rounds the cubic foot to four or five digits, differently in
/// each flow unit. Flows, which are given and reported in the file's unit, are exact here; what mixes lengths and flows
/// (resistances, areas, volumes) takes the cubic foot that EPANET has, so that the same heads come out.
struct EpanetUnits {
  bool metric = false;
  double flow = 6.30901964e-5;       ///< m3/s
  double cubic_foot = 0.0283168466;  ///< m3: flow times EPANET's units of flow in a ft3/s
  double length = foot;              ///< also of heads and elevations [m]
  double diameter = foot / 12.0;     ///< m
  double roughness = foot / 1000.0;  ///< of Darcy-Weisbach pipes [m]
  double pressure = foot / 0.4333;   ///< as head of the liquid [m]
  double volume = 0.0283168466;      ///< m3, in EPANET's cubic feet
  double power = 1.0;                ///< horsepower

  /// Flow unit by its name (GPM, LPS, ...); false if there is no such unit.
  bool set_flow_unit(const char* name);
  /// After the flow unit: pressure in kPa instead of m (metric files only), specific gravity.
  void set_pressure(bool kilopascals, double specific_gravity);

  /// h = r q^n with r in ft/(ft3/s)^n to SI.
  double resistance(double feet_per_flow, double n) const;
};

}  // namespace wattloop
