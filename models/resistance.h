#pragma once
// A fixed hydraulic resistance: strainer, header section, balancing valve.

#include "models/hydraulic_loss.h"
#include "solver/fields.h"

namespace wattloop {

/// Liquid through a fixed resistance, without storage or loss of heat.
///
///   p_in - p_out = dp_nominal (m/m_nominal)^n,   n = 2 or 1.8
///
/// m is positive from inlet to outlet; either direction. The loss becomes linear below 2 % of the nominal flow. What
/// friction takes from the pressure stays in the liquid as heat.
template <class P = double>
struct Resistance {
  static constexpr std::string_view type = "resistance";
  static constexpr std::string_view summary = "a fixed hydraulic resistance: strainer, header section, balancing valve";

  P m_flow_nominal, dp_nominal, law;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<Resistance, P>(
        parameter("m_flow_nominal", &Resistance::m_flow_nominal, "kg/s", "nominal flow", positive),
        parameter("dp_nominal", &Resistance::dp_nominal, "Pa", "pressure loss at nominal flow", positive),
        choice("law", &Resistance::law, "how the loss grows with the flow", {"quadratic", "power_1.8"}),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        algebraic("m_flow", "kg/s", "flow from inlet to outlet", 1.0), output("dp", "Pa", "pressure loss"),
        output("V_flow", "m3/s", "volume flow"));
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
    S dp, V_flow;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    adiabatic_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, u.inlet, u.outlet, flow.inlet, flow.outlet);
    r.m_flow = u.inlet.p - u.outlet.p - selected_loss(x.m_flow, m_flow_nominal, dp_nominal, law);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.dp = u.inlet.p - u.outlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
  }
};

}  // namespace wattloop
