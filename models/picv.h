#pragma once
// Pressure-independent control valves.

#include <string>

#include "models/connectors.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A pressure-independent control valve: a control valve and a regulator that holds the pressure across it.
///
///   m = m_nominal phi(y) f(dp),   phi = l + (1 - l) y,   f = sqrt(z/dp_minimum) with its sign
///   z = dp                                   below dp_minimum: the regulator is fully open
///   z from dp_minimum to dp_minimum (1 + rise)^2   between dp_minimum and dp_maximum, linear: the flow is held
///   z = z(dp_maximum) dp/dp_maximum          above: the regulator is at its other end
///   dy/dt follows the opening asked for, at most 1/stroke_time, with a time constant of 2 % of the stroke
///
/// m_nominal is the flow it is set to (its preset); `opening` modulates it. With the opening left at 1 it is an
/// automatic balancing valve. `rise` is what the flow gains over the range (catalogues state +-5 to 10 %). Corners are
/// rounded over 5 % of dp_minimum. Without heat loss. Outside its range the flow is no longer held: flagged.
template <class P = double>
struct Picv {
  static constexpr std::string_view type = "picv";
  static constexpr std::string_view summary = "a pressure-independent control valve";

  P m_flow_nominal, dp_minimum, dp_maximum, rise, leakage, stroke_time;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<Picv, P>(
        parameter("m_flow_nominal", &Picv::m_flow_nominal, "kg/s", "flow it is set to, fully open", positive),
        parameter("dp_minimum", &Picv::dp_minimum, "Pa", "pressure from which the flow is held [A]", positive, 3e4),
        parameter("dp_maximum", &Picv::dp_maximum, "Pa", "pressure up to which the flow is held [A]", positive, 4e5),
        parameter("rise", &Picv::rise, "1", "gain of flow over that range [A]", {1e-3, 0.5}, 0.02),
        parameter("leakage", &Picv::leakage, "1", "flow of the closed valve over nominal flow [A]", {1e-6, 0.1}, 1e-4),
        parameter("stroke_time", &Picv::stroke_time, "s", "time of the full stroke [A]", positive, 60.0),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        input("opening", "1", "share of the set flow asked for", fraction, 1.0),
        differential("position", "1", "position: 0 closed, 1 open", 1.0),
        kept("m_flow", "kg/s", "flow from inlet to outlet", 1.0), output("dp", "Pa", "pressure loss"),
        output("V_flow", "m3/s", "volume flow"), alarm("dp_low", "the pressure is too low to hold the flow asked for"),
        alarm("dp_high", "the pressure is above the regulator's range"));
  }

  template <class S>
  struct State {
    S position, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    S opening;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };
  template <class S>
  struct Outputs {
    S dp, V_flow, dp_low, dp_high;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    using std::pow;
    constexpr double band = 0.02;      // time constant over the stroke time
    constexpr double rounding = 1e-3;  // share of dp_minimum below which the flow is linear in it
    adiabatic_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, u.inlet, u.outlet, flow.inlet, flow.outlet);
    r.position = rate_limited_residual(dx.position, S(u.opening - x.position), 1.0 / stroke_time, band * stroke_time);
    const S z = across_the_valve(S(u.inlet.p - u.outlet.p)) / dp_minimum;
    const S root = z * pow(z * z + rounding * rounding, -0.25);
    r.m_flow = dp_minimum * ((leakage + (1.0 - leakage) * x.position) * root - x.m_flow / m_flow_nominal);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    constexpr double in_use = 0.05;  // position from which too low a pressure matters
    out.dp = u.inlet.p - u.outlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
    const S low = select(out.dp < S(dp_minimum), S(1.0), S(0.0));
    out.dp_low = select(x.position > S(in_use), low, S(0.0));
    out.dp_high = select(out.dp > S(dp_maximum), S(1.0), S(0.0));
  }

  std::string check() const {
    return dp_maximum > 1.2 * dp_minimum ? "" : "dp_maximum must be at least 1.2 dp_minimum";
  }

 private:
  /// z: what the regulator leaves across the control valve, Pa.
  template <class S>
  S across_the_valve(const S& dp) const {
    const P width = 0.05 * dp_minimum;
    const P top = dp_minimum * (1.0 + rise) * (1.0 + rise);
    const P held = (top - dp_minimum) / (dp_maximum - dp_minimum), beyond = top / dp_maximum;  // slopes of z
    return dp - (1.0 - held) * ramp(S(dp - dp_minimum), width) +
           (beyond - held) * ramp(S(dp - dp_maximum - width), width);
  }
};

}  // namespace wattloop
