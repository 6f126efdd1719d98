#pragma once
// A control valve with its actuator.

#include <string>

#include "models/connectors.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A two-way control valve.
///
///   m = m_nominal (phi(y) + leak (1 - phi(y))) f(dp/dp_nominal),   f(z) = z / (z^2 + 1e-6)^(1/4), sign(z) sqrt|z|
///   linear:            phi = l + (1 - l) y
///   equal percentage:  phi = R^(y - 1), led down to the leakage l below y = 0.05
///   dy/dt follows the opening asked for, at most 1/stroke_time, with a time constant of 2 % of the stroke
///   opening with a drift d: o + d (1 - o) for d > 0 (+1: open), o + d o for d < 0 (-1: shut)
///
/// Faults are inputs: `stuck` = 1 holds the position (a steady state with it is that of a working valve), `drift` is a
/// positioner that has lost its calibration, `leak` a worn seat: flow of the closed valve over that of the open one.
///
/// m_nominal flows at dp_nominal through the open valve; a Kv [m3/h] means m_nominal = rho Kv / 3600 at
/// dp_nominal = 1 bar rho / (1000 kg/m3) (IEC 60534-1:2005). R is the rangeability. Without heat loss.
/// Range: no cavitation or choking: flagged by neither; dp up to ten times dp_nominal.
template <class P = double>
struct ControlValve {
  static constexpr std::string_view type = "control_valve";
  static constexpr std::string_view summary = "a control valve, linear or equal percentage, with its stroke time";

  P m_flow_nominal, dp_nominal, characteristic, rangeability, leakage, stroke_time;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<ControlValve, P>(
        parameter("m_flow_nominal", &ControlValve::m_flow_nominal, "kg/s", "flow of the open valve at dp_nominal",
                  positive),
        parameter("dp_nominal", &ControlValve::dp_nominal, "Pa", "pressure loss of the open valve at nominal flow",
                  positive),
        choice("characteristic", &ControlValve::characteristic, "flow over position at constant pressure",
               {"linear", "equal_percentage"}, 1.0),
        parameter("rangeability", &ControlValve::rangeability, "1",
                  "largest over smallest controlled flow, equal percentage [A]", {2.0, 1000.0}, 50.0),
        parameter("leakage", &ControlValve::leakage, "1", "flow of the closed valve over nominal flow [A]", {1e-6, 0.1},
                  1e-4),
        parameter("stroke_time", &ControlValve::stroke_time, "s", "time of the full stroke [A]", positive, 60.0),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        input("opening", "1", "position asked for: 0 closed, 1 open", fraction, 1.0),
        input("stuck", "1", "1 holds the position", fraction, 0.0),
        input("drift", "1", "position beyond that asked for: share of what is left to open, or to shut", {-1.0, 1.0},
              0.0),
        input("leak", "1", "flow through the worn seat over that of the open valve", fraction, 0.0),
        differential("position", "1", "position: 0 closed, 1 open", 0.5),
        kept("m_flow", "kg/s", "flow from inlet to outlet", 1.0), output("dp", "Pa", "pressure loss"),
        output("V_flow", "m3/s", "volume flow"),
        output("flow_coefficient", "1", "flow over that of the open valve at the same pressure"));
  }

  template <class S>
  struct State {
    S position, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    S opening, stuck, drift, leak;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };
  template <class S>
  struct Outputs {
    S dp, V_flow, flow_coefficient;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    using std::pow;
    constexpr double band = 0.02;      // time constant over the stroke time
    constexpr double rounding = 1e-3;  // share of dp_nominal below which the flow is linear in it
    adiabatic_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, u.inlet, u.outlet, flow.inlet, flow.outlet);
    constexpr double seep = 1e-9;  // of a stuck actuator
    const S error = (1.0 - (1.0 - seep) * u.stuck) * (drifted(u) - x.position);
    r.position = rate_limited_residual(dx.position, error, 1.0 / stroke_time, band * stroke_time);
    const S z = (u.inlet.p - u.outlet.p) / dp_nominal;
    const S root = z * pow(z * z + rounding * rounding, -0.25);
    r.m_flow = dp_nominal * (flow_coefficient(x.position, u.leak) * root - x.m_flow / m_flow_nominal);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.dp = u.inlet.p - u.outlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
    out.flow_coefficient = flow_coefficient(x.position, u.leak);
  }

  std::string check() const {
    return leakage * rangeability < 1.0 ? "" : "leakage must be below 1/rangeability: the valve closes below its range";
  }

 private:
  /// The opening asked for as a positioner out of calibration takes it; exact without drift and beyond 1 % of it.
  template <class S>
  static S drifted(const Across<S>& u) {
    constexpr double corner = 0.01;
    const S open = u.drift * smooth_step(u.drift, 0.0, corner);
    const S shut = u.drift * smooth_step(S(-u.drift), 0.0, corner);
    return u.opening + open * (1.0 - u.opening) + shut * u.opening;
  }

  /// phi(y) + leak (1 - phi(y)).
  template <class S>
  S flow_coefficient(const S& position, const S& leak) const {
    using std::exp;
    using std::log;
    constexpr double closing = 0.05;  // position below which an equal-percentage valve shuts
    const S linear = leakage + (1.0 - leakage) * position;
    const S exponential = exp(log(rangeability) * (position - 1.0));
    const S equal_percentage = leakage + (exponential - leakage) * smooth_step(position, 0.0, closing);
    const S tight = select(S(characteristic) < S(0.5), linear, equal_percentage);
    return tight + leak * (1.0 - tight);
  }
};

}  // namespace wattloop
