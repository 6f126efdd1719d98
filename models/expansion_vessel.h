#pragma once
// The pressure reference of a closed liquid circuit.

#include <string>

#include "models/connectors.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A diaphragm expansion vessel with make-up, leak, pressure holding and safety valve.
///
///   p (V_gas/V_vessel)^n = p_precharge                        (n = 1 isothermal, 1.2 faster than the wall can follow)
///   V_vessel - V_gas = m/rho(T_fill) + V_system (rho(T_fill)/rho(T_port) - 1)
///   dm/dt = m_flow + make_up - leak - relief + (m_set - m)/holding_time
///   C dT/dt = enthalpy flows of these
///
/// m is the liquid in the vessel beyond what the circuit's liquid pushes in as it expands. The whole circuit counts at
/// the temperature of the port: put the vessel where the temperature is representative (assumed; other components
/// hold constant mass). m_set is the content at which p = p_set: a pressure-holding station with make-up pump and
/// overflow, slow; the steady state is at p_set. A very long holding_time is a vessel without one, filled once.
/// The vessel's content counts with a constant heat capacity C, and liquid that comes or goes with its enthalpy above
/// T_fill. Source: EN 12828:2012 annex D for the vessel's volumes and pressures.
/// The safety valve opens at p_maximum and lets relief_flow out at 10 % above it (EN ISO 4126-1), in proportion beyond.
/// Alarms: p below p_minimum, p above p_maximum, no liquid left (beyond it the circuit would drain, which is not
/// followed), no gas left (what remains of it is held at a thousandth of the vessel).
template <class P = double>
struct ExpansionVessel {
  static constexpr std::string_view type = "expansion_vessel";
  static constexpr bool is_reference = true;
  static constexpr std::string_view summary = "diaphragm vessel with make-up: the pressure reference of a circuit";
  static constexpr std::string_view outside = "make-up water";

  P V_vessel, V_system, p_precharge, p_set, p_minimum, p_maximum, relief_flow, T_fill, gas, holding_time,
      m_flow_nominal;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using X = ExpansionVessel;
    return table<X, P>(
        parameter("V_vessel", &X::V_vessel, "m3", "volume of the vessel", positive),
        parameter("V_system", &X::V_system, "m3", "liquid in the circuit", positive),
        parameter("p_precharge", &X::p_precharge, "Pa", "absolute gas pressure of the empty vessel", positive, 1.5e5),
        parameter("p_set", &X::p_set, "Pa", "absolute pressure held in the long run", positive, 2.5e5),
        parameter("p_minimum", &X::p_minimum, "Pa", "absolute pressure of the fill alarm", positive, 1.8e5),
        parameter("p_maximum", &X::p_maximum, "Pa", "absolute pressure of the circuit's class", positive, 1.1e6),
        parameter("relief_flow", &X::relief_flow, "kg/s", "through the safety valve at 1.1 p_maximum [A]", positive,
                  5.0),
        parameter("T_fill", &X::T_fill, "K", "temperature at filling", positive, 293.15),
        choice("gas", &X::gas, "how the gas is compressed", {"isothermal", "polytropic_1.2"}),
        parameter("holding_time", &X::holding_time, "s", "time constant of the pressure-holding station [A]", positive,
                  3600.0),
        parameter("m_flow_nominal", &X::m_flow_nominal, "kg/s",
                  "flow to be expected: below 0.1 % of it temperatures mix", positive, 1.0),
        port("port", Connector::liquid, "connection to the circuit"),
        input("make_up", "kg/s", "liquid added from outside", not_negative, 0.0),
        input("T_make_up", "K", "temperature of added liquid", positive, 293.15),
        input("leak", "kg/s", "liquid lost to outside", not_negative, 0.0),
        differential("m", "kg", "liquid in the vessel, without the circuit's expansion", 0.0),
        differential("T", "K", "temperature of the content", 313.15),
        kept("m_flow", "kg/s", "flow into the vessel", 0.0), output("p", "Pa", "absolute pressure"),
        output("V_gas", "m3", "gas volume"), output("m_flow_holding", "kg/s", "flow of the pressure-holding station"),
        output("m_flow_relief", "kg/s", "flow through the safety valve"),
        alarm("below_minimum", "the pressure is below its minimum"),
        alarm("above_class", "the pressure is above the circuit's class"), alarm("empty", "there is no liquid left"),
        alarm("full", "there is no gas left"));
  }

  template <class S>
  struct State {
    S m, T, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> port;
    S make_up, T_make_up, leak;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> port;
  };
  template <class S>
  struct Outputs {
    S p, V_gas, m_flow_holding, m_flow_relief, below_minimum, above_class, empty, full;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const Upwind<S> m(x.m_flow, small_flow * m_flow_nominal);
    const S H_flow = m.carry(liquid_enthalpy(*liquid, u.port.T, u.port.p), liquid_enthalpy(*liquid, x.T, u.port.p));
    flow.port = {x.m_flow, H_flow};
    const S dm = x.m_flow + mass_from_outside(x, u);
    r.m = dx.m - dm;
    r.T = heat_capacity() * dx.T - (H_flow + energy_from_outside(x, u) - datum() * dm);
    r.m_flow = p_precharge * (compression(u.port.p) * gas_space(x, u) - 1.0);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.p = u.port.p;
    out.V_gas = V_vessel * gas_space(x, u);
    out.m_flow_holding = holding_flow(x, u);
    out.m_flow_relief = relief(u);
    out.below_minimum = select(u.port.p < S(p_minimum), S(1.0), S(0.0));
    out.above_class = select(u.port.p > S(p_maximum), S(1.0), S(0.0));
    out.empty = select(gas_share(x, u) > S(1.0), S(1.0), S(0.0));
    out.full = select(gas_share(x, u) < S(least_gas), S(1.0), S(0.0));
  }

  /// kg.
  template <class S>
  S stored_mass(const State<S>& x) const {
    return x.m;
  }
  /// J.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return heat_capacity() * x.T + datum() * x.m;
  }
  /// Make-up less leak and relief, by their own meters, kg/s.
  template <class S>
  S mass_from_outside(const State<S>& x, const Across<S>& u) const {
    return u.make_up - u.leak - relief(u) + holding_flow(x, u);
  }
  /// Enthalpy of make-up less that of leak and relief, W.
  template <class S>
  S energy_from_outside(const State<S>& x, const Across<S>& u) const {
    const S holding = holding_flow(x, u);
    const S coming = smooth_step(S(holding / m_flow_nominal), -small_flow, small_flow);  // 1 make-up, 0 overflow
    const S h_content = liquid_enthalpy(*liquid, x.T, u.port.p);
    const S h_make_up = liquid_enthalpy(*liquid, u.T_make_up, u.port.p);
    return u.make_up * h_make_up - (u.leak + relief(u)) * h_content +
           holding * (coming * h_make_up + (1.0 - coming) * h_content);
  }

  /// The vessel at its set pressure, everything at T_fill.
  State<P> start() const {
    const P share_set = 1.0 / compression(p_set);
    return {V_vessel * liquid->density(T_fill) * (1.0 - share_set), T_fill, P(0.0)};
  }

  std::string check() const {
    if (!(p_set > p_precharge)) return "p_set must be above p_precharge: the vessel would be empty";
    return p_maximum > p_set && p_set > p_minimum ? "" : "p_set must be between p_minimum and p_maximum";
  }

 private:
  static constexpr double least_gas = 1e-3;  // of the vessel

  /// Heat capacity of the content, J/K: that of a vessel half full.
  P heat_capacity() const { return 0.5 * V_vessel * liquid->rho_ref * liquid->cp(T_fill); }
  /// Enthalpy of liquid as filled, J/kg.
  P datum() const { return liquid->enthalpy(T_fill) + p_set * (1.0 / liquid->rho_ref); }

  /// (p/p_precharge)^(1/n), guarded against a pressure below zero.
  template <class S>
  S compression(const S& p) const {
    using std::pow;
    constexpr double least = 1e-3;  // of p/p_precharge
    constexpr double n = 1.2;
    const S ratio = p / p_precharge;
    return select(S(gas) < S(0.5), ratio, pow(smooth_max(ratio, S(least), 1e-4), 1.0 / n));
  }

  /// Volume that the circuit's liquid has gained since filling, of the vessel's.
  template <class S>
  S expansion(const Across<S>& u) const {
    return V_system / V_vessel * (liquid->density(T_fill) / liquid->density(u.port.T) - 1.0);
  }

  /// Through the safety valve, kg/s.
  template <class S>
  S relief(const Across<S>& u) const {
    constexpr double corner = 0.1;  // of the way to full lift
    const S lift = (u.port.p / p_maximum - 1.0) / 0.1;
    return relief_flow / (1.0 - corner) * ramp(S(lift - corner), corner);
  }

  /// V_gas/V_vessel as it is in use.
  template <class S>
  S gas_space(const State<S>& x, const Across<S>& u) const {
    return least_gas + ramp(S(gas_share(x, u) - least_gas), 0.5 * least_gas);
  }

  /// 1 - V_liquid/V_vessel: below 0 for more liquid than there is room for.
  template <class S>
  S gas_share(const State<S>& x, const Across<S>& u) const {
    return 1.0 - x.m / (V_vessel * liquid->density(T_fill)) - expansion(u);
  }

  /// (m_set - m)/holding_time, kg/s.
  template <class S>
  S holding_flow(const State<S>& x, const Across<S>& u) const {
    const S share_set = 1.0 / compression(S(p_set));
    const S m_set = V_vessel * liquid->density(T_fill) * (1.0 - share_set - expansion(u));
    return (m_set - x.m) / holding_time;
  }
};

}  // namespace wattloop
