#pragma once
// A plate heat exchanger between two liquid circuits.

#include "models/counterflow.h"
#include "models/hydraulic_loss.h"
#include "solver/fields.h"

namespace wattloop {

/// Two liquids in counterflow through a pack of plates; a and b are alike, heat is positive from a to b.
///
///   Q = K(UA, C_a, C_b) (T_a,up - T_b,up),  K = epsilon C_min of counterflow
///   UA_nominal/UA = (1 + fouling) (w_wall + w_a (m_a,n/m_a)^0.7 + w_b (m_b,n/m_b)^0.7),   w_wall + w_a + w_b = 1
///   C_cell,a dT_a/dt = H_a,in - H_a,out - Q,   C_cell,b dT_b/dt = H_b,in - H_b,out + Q
///   p_in - p_out = dp_nominal (m/m_nominal)^n on each side
///
/// T_a and T_b are outlet temperatures: the steady state is epsilon-NTU exactly, the way there a first-order lag with
/// the liquid's residence time. C = m cp with the mean cp between inlet and outlet (Gauss, two points). K fades to zero
/// below 1 % of the nominal flow on either side. If one side flows backward the law of counterflow stays (a real
/// exchanger then works in parallel flow and moves less).
/// Exponent 0.7: chevron plates 0.65-0.75 (Focke et al. 1985; VDI Heat Atlas 2010, N6); shares of the resistance are
/// assumed. fouling is the added resistance as a share of the clean one.
template <class P = double>
struct PlateHeatExchanger {
  static constexpr std::string_view type = "plate_heat_exchanger";
  static constexpr std::string_view summary = "a plate heat exchanger between two liquid circuits, counterflow";

  P UA_nominal, wall_share, film_share_a, m_flow_nominal_a, m_flow_nominal_b, dp_nominal_a, dp_nominal_b, C_a, C_b, law;
  const Liquid *liquid_a = nullptr, *liquid_b = nullptr;

  void set_liquid(int port, const Liquid* l) { (port < 2 ? liquid_a : liquid_b) = l; }

  static constexpr auto fields() {
    using X = PlateHeatExchanger;
    return table<X, P>(
        parameter("UA_nominal", &X::UA_nominal, "W/K", "clean, at nominal flows", positive),
        parameter("wall_share", &X::wall_share, "1", "share of the clean resistance that flow does not change [A]",
                  {0.0, 0.9}, 0.2),
        parameter("film_share_a", &X::film_share_a, "1", "share of side a in the films' resistance [A]", fraction, 0.5),
        parameter("m_flow_nominal_a", &X::m_flow_nominal_a, "kg/s", "nominal flow, side a", positive),
        parameter("m_flow_nominal_b", &X::m_flow_nominal_b, "kg/s", "nominal flow, side b", positive),
        parameter("dp_nominal_a", &X::dp_nominal_a, "Pa", "pressure drop at nominal flow, side a", positive),
        parameter("dp_nominal_b", &X::dp_nominal_b, "Pa", "pressure drop at nominal flow, side b", positive),
        parameter("C_a", &X::C_a, "J/K", "heat capacity of liquid and plates, side a [A]", positive, 4.0e5),
        parameter("C_b", &X::C_b, "J/K", "heat capacity of liquid and plates, side b [A]", positive, 4.0e5),
        choice("law", &X::law, "how the pressure drop grows with the flow", {"quadratic", "power_1.8"}, 1.0),
        port("inlet_a", Connector::liquid, "side a in"), port("outlet_a", Connector::liquid, "side a out"),
        port("inlet_b", Connector::liquid, "side b in", 1), port("outlet_b", Connector::liquid, "side b out", 1),
        input("fouling", "1", "added resistance over the clean one", not_negative, 0.0),
        differential("T_a", "K", "outlet temperature, side a", 318.15),
        differential("T_b", "K", "outlet temperature, side b", 318.15),
        algebraic("m_flow_a", "kg/s", "flow, side a", 1.0), algebraic("m_flow_b", "kg/s", "flow, side b", 1.0),
        output("Q_flow", "W", "heat from a to b"), output("UA", "W/K", "with films and fouling"),
        output("effectiveness", "1", "heat over the most that the smaller capacity flow could take"),
        output("approach", "K", "outlet a above inlet b"), output("dp_a", "Pa", "pressure drop, side a"),
        output("dp_b", "Pa", "pressure drop, side b"));
  }

  template <class S>
  struct State {
    S T_a, T_b, m_flow_a, m_flow_b;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet_a, outlet_a, inlet_b, outlet_b;
    S fouling;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet_a, outlet_a, inlet_b, outlet_b;
  };
  template <class S>
  struct Outputs {
    S Q_flow, UA, effectiveness, approach, dp_a, dp_b;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const Exchange<S> e = exchange(x, u);
    const S H_a = mixed_cell_flow(*liquid_a, x.m_flow_a, small_flow * m_flow_nominal_a, x.T_a, u.inlet_a, u.outlet_a,
                                  flow.inlet_a, flow.outlet_a);
    const S H_b = mixed_cell_flow(*liquid_b, x.m_flow_b, small_flow * m_flow_nominal_b, x.T_b, u.inlet_b, u.outlet_b,
                                  flow.inlet_b, flow.outlet_b);
    r.T_a = C_a * dx.T_a - (H_a - e.Q_flow);
    r.T_b = C_b * dx.T_b - (H_b + e.Q_flow);
    r.m_flow_a = u.inlet_a.p - u.outlet_a.p - selected_loss(x.m_flow_a, m_flow_nominal_a, dp_nominal_a, law);
    r.m_flow_b = u.inlet_b.p - u.outlet_b.p - selected_loss(x.m_flow_b, m_flow_nominal_b, dp_nominal_b, law);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    const Exchange<S> e = exchange(x, u);
    out.Q_flow = e.Q_flow;
    out.UA = e.UA;
    out.effectiveness = e.K / select(e.C_a < e.C_b, e.C_a, e.C_b);
    out.approach = x.T_a - u.inlet_b.T;
    out.dp_a = u.inlet_a.p - u.outlet_a.p;
    out.dp_b = u.inlet_b.p - u.outlet_b.p;
  }

  /// Nominal flows.
  State<P> start() const { return {P(318.15), P(318.15), m_flow_nominal_a, m_flow_nominal_b}; }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C_a * x.T_a + C_b * x.T_b;
  }

 private:
  template <class S>
  struct Exchange {
    S Q_flow, UA, K, C_a, C_b;
  };

  /// What arrives on one side: capacity flow [W/K], upstream temperature, share of the film at nominal flow.
  template <class S>
  struct Stream {
    S C, T_up, film, moving;
  };

  template <class S>
  static Stream<S> stream(const Liquid& liquid, const S& m_flow, const P& m_flow_nominal, const S& T,
                          const LiquidPort<S>& inlet, const LiquidPort<S>& outlet) {
    using std::pow;
    constexpr double fade = 0.01;                 // share of the nominal flow below which heat exchange ends
    constexpr double gauss = 0.2886751345948129;  // 1/(2 sqrt(3))
    const Upwind<S> m(m_flow, small_flow * m_flow_nominal);
    const S magnitude = m.forward - m.backward;
    const S T_up = (m.forward * inlet.T - m.backward * outlet.T) / magnitude;
    const S middle = 0.5 * (T_up + T), offset = gauss * (T_up - T);
    const S cp = 0.5 * (liquid.cp(S(middle - offset)) + liquid.cp(S(middle + offset)));
    const S ratio = magnitude / m_flow_nominal;
    return {magnitude * cp, T_up, pow(ratio, 0.7),
            smooth_step(S(m_flow * m_flow / (m_flow_nominal * m_flow_nominal)), 0.0, fade * fade)};
  }

  template <class S>
  Exchange<S> exchange(const State<S>& x, const Across<S>& u) const {
    const Stream<S> a = stream(*liquid_a, x.m_flow_a, m_flow_nominal_a, x.T_a, u.inlet_a, u.outlet_a);
    const Stream<S> b = stream(*liquid_b, x.m_flow_b, m_flow_nominal_b, x.T_b, u.inlet_b, u.outlet_b);
    const P films = 1.0 - wall_share;
    const S resistance =
        (1.0 + u.fouling) * (wall_share + films * (film_share_a / a.film + (1.0 - film_share_a) / b.film));
    const S UA = UA_nominal / resistance;
    const S K = counterflow_conductance(UA, a.C, b.C) * a.moving * b.moving;
    return {K * (a.T_up - b.T_up), UA, K, a.C, b.C};
  }
};

}  // namespace wattloop
