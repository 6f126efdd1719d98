#pragma once
// Heat and mass transfer between wet surfaces and moist air.

#include <limits>

#include "models/counterflow.h"
#include "models/moist_air.h"
#include "models/smooth_limits.h"

namespace wattloop {

/// Saturated air over liquid water as it touches a wet surface, per kg of dry air.
template <class S>
struct Saturated {
  S W, h, slope;  // kg/kg, J/kg, dh/dT in J/(kg K)
};

/// Saturated air at T, smooth and finite for whatever a solver tries: exact from -50 to 70 degC above 50 kPa, beyond
/// these temperatures the enthalpy goes on along its tangent.
template <class S>
Saturated<S> saturated_air(const S& T, const S& p) {
  constexpr double T_low = 223.15, T_high = 343.15;  // K
  constexpr double T_corner = 0.5;                   // K
  constexpr double p_low = 5e4;                      // Pa
  const S T_inside = exact_clamp(T, T_low, T_high, T_corner);
  const S W = saturated_humidity_ratio_over_water(T_inside, smooth_max(p, S(p_low), 1.0));
  const S dW = W * (1.0 + W / air::ratio) * log_saturation_slope_over_water(T_inside);
  const S vapour = air::h_vapour + air::cp_vapour * (T_inside - air::T_zero);
  const S slope = moist_air_cp(W) + vapour * dW;
  return {W, moist_air_enthalpy(T_inside, W) + slope * (T - T_inside), slope};
}

/// The straight line that stands for the enthalpy of saturated air along a wet surface between two temperatures.
template <class S>
struct SaturationLine {
  S T, h, slope;  // a point on it, K and J/kg; J/(kg K)
  S operator()(const S& T_at) const { return h + slope * (T_at - T); }
};

/// The line of least squares over [T_a, T_b]: it has the slope of the chord and lies h'' (T_a - T_b)^2 / 12 below it.
/// Slope and curvature come from the two points of Gauss's rule, so that T_a = T_b is no special case.
template <class S>
SaturationLine<S> saturation_line(const S& T_a, const S& T_b, const S& p) {
  constexpr double gauss = 0.2886751345948129;  // 1/(2 sqrt(3))
  const S middle = 0.5 * (T_a + T_b), difference = T_a - T_b;
  const S high = saturated_air(S(middle + gauss * difference), p).slope;
  const S low = saturated_air(S(middle - gauss * difference), p).slope;
  const S below_chord = difference * (high - low) * (0.5 / (12.0 * gauss));
  return {T_a, saturated_air(T_a, p).h - below_chord, 0.5 * (high + low)};
}

/// What air takes up in one stretch of a wet counterflow.
template <class S>
struct WetExchange {
  S Q, h, W;  // W to the air (enthalpy), J/kg and kg/kg where the air leaves
};

/// Water and air in counterflow, Merkel's equation with the saturation line in place of the curve:
///
///   Q = K (h_s(T_in) - h),   K = epsilon C_min of counterflow with capacities m_air and C_water / slope
///   W leaves at W + (1 - e^-NTU) (W_s(T_eff) - W),  h_s(T_eff) = h + Q/m_air / (1 - e^-NTU),  NTU = KA / m_air
///
/// the humidity by the same law as the enthalpy (Lewis number 1; Braun, Klein and Mitchell 1989). W may exceed
/// saturation: the surplus is fog that leaves with the air.
/// `water`: the line from where the water enters, at T_in = water.T. KA: transfer coefficient times area, kg/s.
/// C_water: capacity flow of the water, W/K; m_air: dry air, kg/s; h, W: of the entering air. All flows > 0.
template <class S>
WetExchange<S> wet_counterflow(const SaturationLine<S>& water, const S& KA, const S& C_water, const S& m_air,
                               const S& h, const S& W, const S& p) {
  using std::expm1;
  const S K = counterflow_conductance(KA, S(C_water / water.slope), m_air);
  const S Q = K * (water.h - h);
  const S wetted = -expm1(-KA / m_air);  // 1 - e^-NTU
  const S h_effective = h + Q / (m_air * wetted);
  const S W_effective = saturated_air(S(water.T + (h_effective - water.h) / water.slope), p).W;
  return {Q, h + Q / m_air, W + wetted * (W_effective - W)};
}

/// Merkel's number K a V / m_water of a counterflow of water and air, by Simpson's rule, for rating data:
///
///   Me = integral of cp dT / (h_s(T) - h_air) from T_cold to T_hot,  h_air = h_air,in + ratio cp (T - T_cold)
///
/// (Merkel 1925). ratio: water over dry air, kg/kg; h_air: of the entering air, J/kg; p in Pa. Infinite where the air
/// would have to be warmer than the water.
inline double merkel_number(double T_hot, double T_cold, double h_air, double ratio, double p, double cp_water) {
  constexpr int intervals = 200;
  const double step = (T_hot - T_cold) / intervals;
  double sum = 0.0;
  for (int i = 0; i <= intervals; ++i) {
    const double force = saturated_air(T_cold + i * step, p).h - h_air - ratio * cp_water * i * step;
    if (!(force > 0.0)) return std::numeric_limits<double>::infinity();
    sum += (i == 0 || i == intervals ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) / force;
  }
  return cp_water * step / 3.0 * sum;
}

}  // namespace wattloop
