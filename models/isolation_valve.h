#pragma once
// Isolation valves with their closing time.

#include <numbers>

#include "models/connectors.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// An isolation valve (butterfly, ball) on a header or a rack, with a check of what closing it does.
///
///   m = m_nominal (l + (1 - l) y^2) f(dp/dp_nominal),   f the square root with its sign
///   dy/dt = +-1/closing_time towards the opening asked for, with a time constant of 2 % of it
///   dp_surge = rho |v| min(a, 2 L/t),   t = effective_share closing_time,   v = m/(rho A)
///
/// dp_surge is the pressure rise that closing would cause at the flow of the moment: Joukowsky's rho a v (1898) where
/// the flow stops within the pipe's own period 2 L/a, Michaud's 2 rho L v/t (1878) where it takes longer (Wylie and
/// Streeter, Fluid Transients in Systems, 1993; linear decay of the flow). L: pipe between the valve and the next large
/// volume. Most of a stroke changes the flow little: effective_share of the closing time counts (0.3 assumed; 1 for a
/// valve that decides the flow alone). The wave itself is not followed: a column of liquid stops with the flow law.
/// y^2: butterfly valves, nearly equal percentage (assumed). Without heat loss.
template <class P = double>
struct IsolationValve {
  static constexpr std::string_view type = "isolation_valve";
  static constexpr std::string_view summary = "an isolation valve with closing time and a check of its pressure surge";

  P m_flow_nominal, dp_nominal, leakage, closing_time, effective_share, diameter, length, wave_speed, p_class;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using V = IsolationValve;
    return table<V, P>(
        parameter("m_flow_nominal", &V::m_flow_nominal, "kg/s", "flow of the open valve at dp_nominal", positive),
        parameter("dp_nominal", &V::dp_nominal, "Pa", "pressure loss of the open valve at nominal flow", positive),
        parameter("leakage", &V::leakage, "1", "flow of the closed valve over nominal flow [A]", {1e-7, 0.1}, 1e-5),
        parameter("closing_time", &V::closing_time, "s", "of the full stroke [A]", positive, 30.0),
        parameter("effective_share", &V::effective_share, "1", "share of the closing time in which the flow stops [A]",
                  Range{1e-3, 1.0}, 0.3),
        parameter("diameter", &V::diameter, "m", "inner diameter of the pipe", positive),
        parameter("length", &V::length, "m", "pipe whose liquid is stopped", positive),
        parameter("wave_speed", &V::wave_speed, "m/s", "of pressure in the filled pipe; steel 1,000-1,300 [T]",
                  positive, 1200.0),
        parameter("p_class", &V::p_class, "Pa", "absolute pressure that the pipe is made for [A]", positive, 1.1e6),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        input("opening", "1", "position asked for: 0 closed, 1 open", fraction, 1.0),
        differential("position", "1", "position: 0 closed, 1 open", 1.0),
        kept("m_flow", "kg/s", "flow from inlet to outlet", 1.0), output("dp", "Pa", "pressure loss"),
        output("V_flow", "m3/s", "volume flow"), output("velocity", "m/s", "in the pipe"),
        output("dp_surge", "Pa", "pressure rise if it closed at this flow"),
        alarm("surge", "closing at this flow would exceed the pipe's pressure class"));
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
    S dp, V_flow, velocity, dp_surge, surge;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    using std::pow;
    constexpr double band = 0.02;      // time constant over the closing time
    constexpr double rounding = 1e-3;  // share of dp_nominal below which the flow is linear in it
    adiabatic_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, u.inlet, u.outlet, flow.inlet, flow.outlet);
    r.position = rate_limited_residual(dx.position, S(u.opening - x.position), 1.0 / closing_time, band * closing_time);
    const S z = (u.inlet.p - u.outlet.p) / dp_nominal;
    const S root = z * pow(z * z + rounding * rounding, -0.25);
    const S open = leakage + (1.0 - leakage) * x.position * x.position;
    r.m_flow = dp_nominal * (open * root - x.m_flow / m_flow_nominal);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    constexpr double pi = std::numbers::pi;
    out.dp = u.inlet.p - u.outlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
    out.velocity = out.V_flow / (0.25 * pi * diameter * diameter);
    const S size = select(out.velocity < S(0.0), S(-out.velocity), out.velocity);
    const S slow = 2.0 * length / (effective_share * closing_time), sudden = S(wave_speed);
    out.dp_surge = liquid->rho_ref * size * select(slow < sudden, slow, sudden);
    out.surge = select(u.inlet.p + out.dp_surge > S(p_class), S(1.0), S(0.0));
  }
};

}  // namespace wattloop
