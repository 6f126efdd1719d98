#pragma once
// Outdoor air.

#include "models/connectors.h"
#include "models/moist_air.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// Wet bulb of outdoor air, K, finite for whatever a solver tries on its way: over (supercooled) liquid water, between
/// -60 and 65 degC and above 40 kPa; air beyond saturation counts as saturated.
template <class S>
S outdoor_wet_bulb(const AirPort<S>& air) {
  constexpr double T_low = 213.15, T_high = 338.15;  // K
  constexpr double p_low = 4e4;                      // Pa
  constexpr double T_rounding = 1e-3;                // K
  constexpr double W_rounding = 1e-6;                // kg/kg
  const S T = smooth_clamp(air.T, T_low, T_high, T_rounding);
  const S p = smooth_max(air.p, S(p_low), 1.0);
  const S W = positive_part(air.W, W_rounding);
  const S excess = ramp(S(W - saturated_humidity_ratio_over_water(T, p)), W_rounding);
  return wet_bulb_over_water(T, S(W - excess), p);
}

/// The weather at one place: an ideal source that holds pressure, temperature and humidity of its air node.
///
///   p = p_weather,  T = T_db,  W = W_weather
///
/// The flows that close the node are what the site takes from the outdoors: dry air, enthalpy, vapour, positive into
/// this component. What equipment heats and moistens is gone at once: hot air that is drawn in again belongs to the
/// equipment that suffers from it.
template <class P = double>
struct Ambient {
  static constexpr std::string_view type = "ambient";
  static constexpr std::string_view summary = "outdoor air: temperature, humidity and pressure of the weather";
  static constexpr std::string_view outside = "ambient";
  static constexpr bool is_reference = true;  // of the air at its port

  static constexpr auto fields() {
    return table<Ambient, P>(
        port("air", Connector::air, "the outdoor air that equipment draws from and blows to"),
        input("T_db", "K", "dry bulb", Range{173.15, 373.15}, 298.15),
        input("W", "kg/kg", "humidity ratio, vapour per dry air", Range{0.0, 0.2}, 0.008),
        input("p", "Pa", "air pressure", Range{3e4, 1.2e5}, 101325.0),
        kept("m_flow", "kg/s", "dry air from the site", 0.0), kept("H_flow", "W", "enthalpy from the site", 0.0),
        kept("mW_flow", "kg/s", "vapour from the site", 0.0), output("T_db", "K", "dry bulb"),
        output("T_wb", "K", "wet bulb, over liquid water"), output("RH", "1", "relative humidity, over liquid water"),
        output("rho", "kg/m3", "density of the moist air"));
  }

  template <class S>
  struct State {
    S m_flow, H_flow, mW_flow;
  };
  template <class S>
  struct Across {
    AirPort<S> air;
    S T_db, W, p;
  };
  template <class S>
  struct Through {
    AirFlow<S> air;
  };
  template <class S>
  struct Outputs {
    S T_db, T_wb, RH, rho;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    r.m_flow = u.p - u.air.p;
    r.H_flow = u.T_db - u.air.T;
    r.mW_flow = u.W - u.air.W;
    flow.air = {x.m_flow, x.H_flow, x.mW_flow};
  }

  template <class S>
  void outputs(const State<S>&, const Across<S>& u, Outputs<S>& out) const {
    out.T_db = u.air.T;
    out.T_wb = outdoor_wet_bulb(u.air);
    out.RH = vapour_pressure(u.air.W, u.air.p) / saturation_pressure_over_water(u.air.T);
    out.rho = moist_air_density(u.air.T, u.air.W, u.air.p);
  }

  /// W from the outdoors: what the site gives off, with its sign reversed.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>&) const {
    return -x.H_flow;
  }
  /// kg/s, dry air and vapour.
  template <class S>
  S mass_from_outside(const State<S>& x, const Across<S>&) const {
    return -(x.m_flow + x.mW_flow);
  }
};

}  // namespace wattloop
