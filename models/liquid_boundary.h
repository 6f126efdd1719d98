#pragma once
// Where a liquid circuit meets the world outside the model.

#include "models/connectors.h"
#include "solver/fields.h"

namespace wattloop {

/// A large reservoir: it holds the pressure at its port and delivers liquid at T, whatever the flow.
///
///   p_port = p;  H into the circuit = m h(T, p) where m flows out of the reservoir, m h(T_port, p) where it returns
template <class P = double>
struct LiquidSource {
  static constexpr std::string_view type = "liquid_source";
  static constexpr bool is_reference = true, allows_others = true;
  static constexpr std::string_view summary = "a reservoir of liquid at a given pressure and temperature";
  static constexpr std::string_view outside = "liquid boundary";

  P m_flow_nominal;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<LiquidSource, P>(parameter("m_flow_nominal", &LiquidSource::m_flow_nominal, "kg/s",
                                            "flow to be expected: below 0.1 % of it temperatures mix", positive, 1.0),
                                  port("port", Connector::liquid, "connection to the circuit"),
                                  input("p", "Pa", "absolute pressure", positive, 3.0e5),
                                  input("T", "K", "temperature of what flows out", positive, 313.15),
                                  kept("m_flow", "kg/s", "flow from the reservoir into the circuit", 0.0));
  }

  template <class S>
  struct State {
    S m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> port;
    S p, T;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> port;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    flow.port = {-x.m_flow, -energy_from_outside(x, u)};
    r.m_flow = u.port.p - u.p;
  }

  /// Enthalpy flow into the circuit, W.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    const Upwind<S> m(x.m_flow, small_flow * m_flow_nominal);
    return m.carry(liquid_enthalpy(*liquid, u.T, u.port.p), liquid_enthalpy(*liquid, u.port.T, u.port.p));
  }

  /// kg/s.
  template <class S>
  S mass_from_outside(const State<S>& x, const Across<S>&) const {
    return x.m_flow;
  }
};

/// A given mass flow at a given temperature into the circuit, whatever the pressure; a negative flow leaves it at the
/// temperature of the port.
template <class P = double>
struct FlowSource {
  static constexpr std::string_view type = "flow_source";
  static constexpr std::string_view summary = "a given flow of liquid into a circuit, or out of it";
  static constexpr std::string_view outside = "liquid boundary";

  P m_flow_nominal;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<FlowSource, P>(parameter("m_flow_nominal", &FlowSource::m_flow_nominal, "kg/s",
                                          "flow to be expected: below 0.1 % of it temperatures mix", positive, 1.0),
                                port("port", Connector::liquid, "connection to the circuit"),
                                input("m_flow", "kg/s", "mass flow into the circuit", any_value, 0.0),
                                input("T", "K", "temperature of what flows in", positive, 313.15));
  }

  template <class S>
  struct State {};
  template <class S>
  struct Across {
    LiquidPort<S> port;
    S m_flow, T;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> port;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>&, const Across<S>& u, State<S>&, Through<S>& flow) const {
    flow.port = {-u.m_flow, -energy_from_outside(x, u)};
  }

  /// Enthalpy flow into the circuit, W.
  template <class S>
  S energy_from_outside(const State<S>&, const Across<S>& u) const {
    const Upwind<S> m(u.m_flow, small_flow * m_flow_nominal);
    return m.carry(liquid_enthalpy(*liquid, u.T, u.port.p), liquid_enthalpy(*liquid, u.port.T, u.port.p));
  }

  /// kg/s.
  template <class S>
  S mass_from_outside(const State<S>&, const Across<S>& u) const {
    return u.m_flow;
  }
};

}  // namespace wattloop
