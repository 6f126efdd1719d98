#pragma once
// Heat given to a customer outside the site.

#include "models/connectors.h"
#include "models/counterflow.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A plate exchanger to a heat network, a heat pump's source or a greenhouse, with a heat meter.
///
///   Q = K(UA, C, C_sink) (T_in - T_sink) between 0 and Q_demand,   K = epsilon C_min of counterflow
///   UA_nominal/UA = (1 + fouling) (0.2 + 0.4 (m_nominal/m)^0.7 + 0.4 (m_sink,nominal/m_sink)^0.7)
///   C_fluid dT_fluid/dt = H_in - H_out - Q,   T_sink,out = T_sink + Q/(m_sink cp_water)
///   p_in - p_out = dp_nominal (m/m_nominal)^1.8
///
/// The customer is given by what it sends back: T_sink, m_sink and the heat it takes at most, Q_demand; what it takes
/// crosses the site's border through the meter "heat customer". The customer's pump throttles where less is wanted than
/// the exchanger can, and stops where the site is colder. Corners are rounded over the heat of 0.02 K.
/// Shares of the resistance and exponent as in the plate heat exchanger (assumed; VDI Heat Atlas 2010, N6).
template <class P = double>
struct HeatReuse {
  static constexpr std::string_view type = "heat_reuse";
  static constexpr std::string_view summary = "a heat exchanger to a customer outside the site, with a heat meter";
  static constexpr std::string_view outside = "heat customer";

  P UA_nominal, m_flow_nominal, dp_nominal, C_fluid, m_sink_nominal;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using X = HeatReuse;
    return table<X, P>(
        parameter("UA_nominal", &X::UA_nominal, "W/K", "clean, at nominal flows", positive),
        parameter("m_flow_nominal", &X::m_flow_nominal, "kg/s", "nominal flow of the site's liquid", positive),
        parameter("dp_nominal", &X::dp_nominal, "Pa", "pressure drop at nominal flow", positive),
        parameter("C_fluid", &X::C_fluid, "J/K", "heat capacity of plates and liquid", positive),
        parameter("m_sink_nominal", &X::m_sink_nominal, "kg/s", "nominal flow of the customer's water", positive),
        port("inlet", Connector::liquid, "warm liquid"), port("outlet", Connector::liquid, "cooled liquid"),
        input("T_sink", "K", "what the customer sends back", positive, 303.15),
        input("m_sink", "1", "the customer's flow, share of m_sink_nominal", Range{0.0, 1.5}, 1.0),
        input("Q_demand", "W", "heat that the customer takes at most", not_negative, 0.0),
        input("fouling", "1", "added resistance over the clean one", not_negative, 0.0),
        differential("T_fluid", "K", "liquid at the outlet", 313.15),
        algebraic("m_flow", "kg/s", "flow of the site's liquid", 1.0), output("Q_flow", "W", "heat to the customer"),
        output("T_sink_out", "K", "what the customer receives"), output("UA", "W/K", "with films and fouling"),
        alarm("short_of_heat", "the customer takes less than Q_demand: the site is too cold or flows too little"));
  }

  template <class S>
  struct State {
    S T_fluid, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    S T_sink, m_sink, Q_demand, fouling;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
  };
  template <class S>
  struct Outputs {
    S Q_flow, T_sink_out, UA, short_of_heat;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const S H_net = mixed_cell_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, x.T_fluid, u.inlet, u.outlet,
                                    flow.inlet, flow.outlet);
    r.T_fluid = C_fluid * dx.T_fluid - (H_net - exchange(x, u).Q);
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 1.8);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const Exchange<S> e = exchange(x, u);
    out = {e.Q, u.T_sink + e.Q / e.C_sink, e.UA, select(e.Q < 0.99 * u.Q_demand, S(1.0), S(0.0))};
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C_fluid * x.T_fluid;
  }
  /// W: what the customer takes, with its sign reversed.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    return -exchange(x, u).Q;
  }

 private:
  template <class S>
  struct Exchange {
    S Q, UA, C_sink;
  };

  template <class S>
  Exchange<S> exchange(const State<S>& x, const Across<S>& u) const {
    using std::pow;
    constexpr double cp_water = 4186.0;  // J/(kg K), ASHRAE Handbook of Fundamentals 2017, ch. 1
    constexpr double fade = 0.01;        // share of a nominal flow below which heat exchange ends
    constexpr double corner = 0.02;      // K
    const Upwind<S> m(x.m_flow, small_flow * m_flow_nominal);
    const S size = m.forward - m.backward, T_up = m.carry(u.inlet.T, S(-u.outlet.T)) / size;
    const S ratio = size / m_flow_nominal, sink = smooth_abs(u.m_sink, small_flow);
    const S C = size * liquid->cp(S(0.5 * (T_up + x.T_fluid)));
    Exchange<S> e;
    e.C_sink = sink * m_sink_nominal * cp_water;
    e.UA = UA_nominal /
           (smooth_max(S(1.0 + u.fouling), S(0.1), 1e-6) * (0.2 + 0.4 * pow(ratio, -0.7) + 0.4 * pow(sink, -0.7)));
    const S moving = smooth_step(S(ratio * ratio), 0.0, fade * fade) * smooth_step(S(sink * sink), 0.0, fade * fade);
    const S Q = counterflow_conductance(e.UA, C, e.C_sink) * moving * (T_up - u.T_sink);
    const P width = corner * UA_nominal;
    const S limited = Q - ramp(S(Q - u.Q_demand), width);
    e.Q = limited * smooth_step(S(limited / width), 0.0, 1.0);
    return e;
  }
};

}  // namespace wattloop
