#pragma once
// The dew point as a signal: for the guard of a cold supply.

#include "models/moist_air.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// Dew point of air over water: ln p_s(T_dp) = ln p_v, p_v from the humidity ratio and the pressure, or from the
/// relative humidity and the temperature.
///
/// Newton's method on the logarithm from the inverse of Magnus' formula in the form of Alduchov & Eskridge (1996);
/// three steps reach 1e-9 K. Vapour below 1e-6 kg/kg or 1e-4 relative humidity counts as that. Below 0 degC it is the
/// dew point over supercooled water, up to 1 K per 10 K below the frost point. Range: -50 to 90 degC. Where `T_cold`
/// reads a surface in this air, an alarm says when it sweats.
template <class P = double>
struct DewPoint {
  static constexpr std::string_view type = "dew_point";
  static constexpr std::string_view summary = "the dew point of air: guard of a cold supply";

  P humidity;

  static constexpr auto fields() {
    return table<DewPoint, P>(
        choice("humidity", &DewPoint::humidity, "which humidity is given: W or RH", {"ratio", "relative"}),
        input("W", "kg/kg", "humidity ratio", Range{0.0, 0.5}, 0.008),
        input("p", "Pa", "air pressure, for the humidity ratio", Range{3e4, 1.2e5}, 101325.0),
        input("RH", "1", "relative humidity", fraction, 0.5),
        input("T", "K", "air temperature, for the relative humidity", Range{200.0, 400.0}, 298.15),
        input("T_cold", "K", "coldest surface in this air", Range{200.0, 1000.0}, 1000.0),
        signal_output("T_dp", "K", "dew point"), output("margin", "K", "coldest surface above the dew point"),
        alarm("condensation", "the coldest surface is below the dew point"));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    S W, p, RH, T, T_cold;
  };
  template <class S>
  struct Through {
    S T_dp;
  };
  template <class S>
  struct Outputs {
    S margin, condensation;
  };

  template <class S>
  void equations(const State<S>&, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    flow.T_dp = dew_point(u);
  }

  template <class S>
  void outputs(const State<S>&, const Across<S>& u, Outputs<S>& out) const {
    out.margin = u.T_cold - dew_point(u);
    out.condensation = select(out.margin < S(0.0), S(1.0), S(0.0));
  }

 private:
  template <class S>
  S dew_point(const Across<S>& u) const {
    using std::log;
    constexpr double driest_W = 1e-6, driest_RH = 1e-4;
    const S W = driest_W + ramp(S(u.W - driest_W), 0.1 * driest_W);
    const S RH = driest_RH + ramp(S(u.RH - driest_RH), 0.1 * driest_RH);
    const S from_ratio = vapour_pressure(W, u.p);
    const S from_relative = RH * saturation_pressure_over_water(u.T);
    const S log_p = log(select(S(humidity) < S(0.5), from_ratio, from_relative));
    constexpr double log_p_zero = 6.4150;  // ln(610.94 Pa)
    const S a = log_p - log_p_zero;
    S T = air::T_zero + 243.04 * a / (17.625 - a);
    for (int step = 0; step < 3; ++step)
      T = T - (log(saturation_pressure_over_water(T)) - log_p) / log_saturation_slope_over_water(T);
    return T;
  }
};

}  // namespace wattloop
