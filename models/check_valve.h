#pragma once
// A non-return valve of its own.

#include "models/connectors.h"
#include "models/non_return.h"
#include "solver/fields.h"

namespace wattloop {

/// A check valve: forward it is a resistance with a spring, backward it shuts.
///
///   p_in - p_out = dp_nominal m|m|/m_nominal^2 + dp_cracking s(m) - (1 - stuck) n(m)
///   s: 0 without flow, 1 from 1 % of the nominal flow on;   n: dp_seat at `leakage` backward, linear beyond
///
/// Below the cracking pressure what flows is below 1 % of the nominal flow. `stuck` = 1 is a valve that does not close.
/// Closing takes no time: the slam of a slow disc is not followed. Without heat loss.
template <class P = double>
struct CheckValve {
  static constexpr std::string_view type = "check_valve";
  static constexpr std::string_view summary = "a check valve";

  P m_flow_nominal, dp_nominal, dp_cracking, dp_seat, leakage;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using V = CheckValve;
    return table<V, P>(
        parameter("m_flow_nominal", &V::m_flow_nominal, "kg/s", "nominal flow", positive),
        parameter("dp_nominal", &V::dp_nominal, "Pa", "pressure loss at nominal flow, without the spring", positive),
        parameter("dp_cracking", &V::dp_cracking, "Pa", "pressure of the spring [A]", not_negative, 2e3),
        parameter("dp_seat", &V::dp_seat, "Pa", "backward pressure at which leakage is stated", positive, 1e5),
        parameter("leakage", &V::leakage, "1", "flow through the closed valve over nominal flow [A]", {1e-6, 0.1},
                  1e-4),
        port("inlet", Connector::liquid, "liquid in"), port("outlet", Connector::liquid, "liquid out"),
        input("stuck", "1", "0 closes as it should, 1 stays open", fraction, 0.0),
        kept("m_flow", "kg/s", "flow from inlet to outlet", 1.0), output("dp", "Pa", "pressure loss"),
        output("V_flow", "m3/s", "volume flow"), alarm("backflow", "more than 1 % of the nominal flow runs backward"));
  }

  template <class S>
  struct State {
    S m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    S stuck;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };
  template <class S>
  struct Outputs {
    S dp, V_flow, backflow;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double lift = 0.01;  // share of the nominal flow at which the disc is off its seat
    adiabatic_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, u.inlet, u.outlet, flow.inlet, flow.outlet);
    const S spring = dp_cracking * smooth_step(S(x.m_flow / m_flow_nominal), 0.0, lift);
    const S shut = (1.0 - u.stuck) * non_return_loss(x.m_flow, P(leakage * m_flow_nominal), dp_seat);
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 2.0) - spring + shut;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.dp = u.inlet.p - u.outlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
    out.backflow = select(x.m_flow < S(-0.01 * m_flow_nominal), S(1.0), S(0.0));
  }
};

}  // namespace wattloop
