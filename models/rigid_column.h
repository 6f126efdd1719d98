#pragma once
// The inertia of the liquid in a length of pipe.

#include <numbers>

#include "models/connectors.h"
#include "solver/fields.h"

namespace wattloop {

/// A column of liquid that moves as one: what starts, stops and swings a circuit within seconds.
///
///   (L/A) dm/dt = p_in - p_out - (f L/D + K) m|m| / (2 rho A^2)
///
/// Rigid-column theory (Wylie & Streeter, Fluid Transients in Systems, 1993, ch. 1): neither liquid nor wall give way,
/// so the flow is one number and there are no waves; right where changes take longer than a few periods 2 L/a of the
/// pipe. It stands in series with the pipes and valves whose liquid it accelerates; friction is theirs unless f and K
/// say otherwise. Both are constant, after Darcy and Weisbach, with the liquid's reference density. m is positive from
/// inlet to outlet; either direction. Without storage or loss of heat: what accelerates the column is counted as heat
/// of the liquid, and given back when it slows down (v^2/2: 1 mK of water at 3 m/s).
template <class P = double>
struct RigidColumn {
  static constexpr std::string_view type = "rigid_column";
  static constexpr std::string_view summary = "the inertia of the liquid in a length of pipe";

  P length, diameter, friction_factor, K;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<RigidColumn, P>(
        parameter("length", &RigidColumn::length, "m", "length of the column", positive),
        parameter("diameter", &RigidColumn::diameter, "m", "inner diameter of the pipe", positive),
        parameter("friction_factor", &RigidColumn::friction_factor, "1",
                  "Darcy's; 0: other components have the friction", not_negative, 0.0),
        parameter("K", &RigidColumn::K, "1", "sum of the loss coefficients of fittings", not_negative, 0.0),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        differential("m_flow", "kg/s", "flow from inlet to outlet", 0.0), output("dp", "Pa", "pressure difference"),
        output("V_flow", "m3/s", "volume flow"), output("velocity", "m/s", "mean velocity"));
  }

  template <class S>
  struct State {
    S m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };
  template <class S>
  struct Outputs {
    S dp, V_flow, velocity;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const P A = area();
    adiabatic_flow(*liquid, x.m_flow, small_flow * liquid->rho_ref * A, u.inlet, u.outlet, flow.inlet, flow.outlet);
    const S size = select(x.m_flow < S(0.0), S(-x.m_flow), x.m_flow);
    const S loss = (friction_factor * length / diameter + K) * x.m_flow * size / (2.0 * liquid->rho_ref * A * A);
    r.m_flow = length / A * dx.m_flow - (u.inlet.p - u.outlet.p - loss);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.dp = u.inlet.p - u.outlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
    out.velocity = out.V_flow / area();
  }

 private:
  P area() const { return (0.25 * std::numbers::pi) * diameter * diameter; }
};

}  // namespace wattloop
