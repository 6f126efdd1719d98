#pragma once
// A chip on its cold plate, between the manifolds of its tray or rack.

#include "models/connectors.h"
#include "solver/fields.h"

namespace wattloop {

/// One chip (GPU, CPU, switch ASIC) on its cold plate; the component may stand for many equal ones side by side.
///
///   C_die  dT_die/dt  = P - (T_die - T_case) / R_die
///   C_case dT_case/dt = (T_die - T_case) / R_die - Q
///   C_fluid dT_fluid/dt = H_in - H_out + Q                   (one mixed cell, at the outlet temperature)
///   Q = (T_case - T_mean) / R(m),  R(m) = R_plate + R_film (m_nominal/m)^0.8
///   p_in - p_out = dp_nominal (m/m_nominal)^1.8
///
/// T_mean is the mean of inlet and outlet temperature: R is the resistance to the *mean* coolant temperature, which is
/// what is left of a published case-to-inlet resistance after 1/(2 m cp) is taken out. Without flow T_mean is the
/// cell's own temperature. P is the electrical power asked for, reduced smoothly to `throttle_floor` from T_throttle to
/// T_trip (the power regulation of the chip; published for no product in this detail, hence assumed).
/// Range: m from zero to twice nominal, either direction; beyond 2 x nominal erosion limits are not checked.
template <class P = double>
struct ColdPlate {
  static constexpr std::string_view type = "cold_plate";
  static constexpr std::string_view summary = "a chip on its cold plate: die, case and coolant";

  P C_die, C_case, C_fluid, R_die, R_plate, R_film, m_flow_nominal, dp_nominal, T_warn, T_throttle, T_trip,
      throttle_floor, V_minimum;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<ColdPlate, P>(
        parameter("C_die", &ColdPlate::C_die, "J/K", "heat capacity of die and lid", positive, 60.0),
        parameter("C_case", &ColdPlate::C_case, "J/K", "heat capacity of the plate", positive, 400.0),
        parameter("C_fluid", &ColdPlate::C_fluid, "J/K", "heat capacity of the coolant in the plate", positive, 240.0),
        parameter("R_die", &ColdPlate::R_die, "K/W", "thermal resistance from die to case", positive, 0.008),
        parameter("R_plate", &ColdPlate::R_plate, "K/W", "case to coolant, the part that flow does not change",
                  not_negative, 0.0155),
        parameter("R_film", &ColdPlate::R_film, "K/W", "case to coolant, the film at nominal flow", positive, 0.0012),
        parameter("m_flow_nominal", &ColdPlate::m_flow_nominal, "kg/s", "nominal coolant flow", positive),
        parameter("dp_nominal", &ColdPlate::dp_nominal, "Pa", "pressure drop at nominal flow", positive),
        parameter("T_warn", &ColdPlate::T_warn, "K", "die temperature above which it warns [A]", positive, 365.15),
        parameter("T_throttle", &ColdPlate::T_throttle, "K", "die temperature where power begins to fall", positive,
                  368.15),
        parameter("T_trip", &ColdPlate::T_trip, "K", "die temperature where the rack is switched off", positive,
                  378.15),
        parameter("throttle_floor", &ColdPlate::throttle_floor, "1", "share of the power left at T_trip [A]", fraction,
                  0.3),
        parameter("V_minimum", &ColdPlate::V_minimum, "V", "busbar voltage below which the load is an impedance",
                  positive, 40.0),
        port("inlet", Connector::liquid, "coolant from the supply manifold"),
        port("outlet", Connector::liquid, "coolant to the return manifold"),
        port("supply", Connector::dc, "power from the rack's busbar"),
        input("power", "W", "electrical power the workload asks for", not_negative, 0.0),
        differential("T_die", "K", "die temperature", 320.0), differential("T_case", "K", "case temperature", 318.0),
        differential("T_fluid", "K", "coolant temperature at the outlet", 316.0),
        algebraic("m_flow", "kg/s", "coolant flow", 0.03), output("P", "W", "electrical power drawn"),
        output("Q_flow", "W", "heat to the coolant"),
        output("throttle", "1", "share of the power asked for that is cut"), alarm("hot", "the die is above T_warn"));
  }

  template <class S>
  struct State {
    S T_die, T_case, T_fluid, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    DcPort<S> supply;
    S power;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
    DcFlow<S> supply;
  };
  template <class S>
  struct Outputs {
    S P_el, Q_flow, throttle, hot;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    const S P_el = electrical_power(x, u);
    const S Q_die = (x.T_die - x.T_case) / R_die;
    const S ratio = x.m_flow / m_flow_nominal, turbulence = turbulence_of(ratio);
    const S Q = heat_to_coolant(x, u, ratio, turbulence);
    const S H_net = mixed_cell_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, x.T_fluid, u.inlet, u.outlet,
                                    flow.inlet, flow.outlet);
    flow.supply.I = constant_power_current(S(u.power * available_power(x.T_die)), u.supply.V, V_minimum);
    r.T_die = C_die * dx.T_die - (P_el - Q_die);
    r.T_case = C_case * dx.T_case - (Q_die - Q);
    r.T_fluid = C_fluid * dx.T_fluid - (H_net + Q);
    r.m_flow = u.inlet.p - u.outlet.p - dp_nominal * ratio * turbulence;
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    out.throttle = 1.0 - available_power(x.T_die);
    out.P_el = electrical_power(x, u);
    const S ratio = x.m_flow / m_flow_nominal;
    out.Q_flow = heat_to_coolant(x, u, ratio, turbulence_of(ratio));
    out.hot = select(x.T_die > S(T_warn), S(1.0), S(0.0));
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C_die * x.T_die + C_case * x.T_case + C_fluid * x.T_fluid;
  }

 private:
  /// Share of the power asked for that the chip's regulation lets through.
  template <class S>
  S available_power(const S& T_die) const {
    return 1.0 - (1.0 - throttle_floor) * smooth_step((T_die - T_throttle) / (T_trip - T_throttle), 0.0, 1.0);
  }

  template <class S>
  S electrical_power(const State<S>& x, const Across<S>& u) const {
    return u.supply.V * constant_power_current(S(u.power * available_power(x.T_die)), u.supply.V, V_minimum);
  }

  /// (m/m_nominal)^0.8: friction and film both follow from it. Rounded where there is next to no flow, as in
  /// power_law_loss.
  template <class S>
  static S turbulence_of(const S& ratio) {
    using std::pow;
    return pow(S(ratio * ratio + rounding * rounding), 0.4);
  }

  /// Q = (T_case - T_mean) / R(m), W.
  template <class S>
  S heat_to_coolant(const State<S>& x, const Across<S>& u, const S& ratio, const S& turbulence) const {
    const Upwind<S> m(x.m_flow, small_flow * m_flow_nominal);
    const S square = ratio * ratio, magnitude = m.forward - m.backward;
    // T_mean = T_fluid + moving (T_upstream - T_fluid) / 2, moving = square / (square + rounding^2), in one division.
    const S warming = m.carry(S(u.inlet.T - x.T_fluid), S(x.T_fluid - u.outlet.T));
    const S T_mean = x.T_fluid + 0.5 * square * warming / ((square + rounding * rounding) * magnitude);
    return (x.T_case - T_mean) * turbulence / (R_plate * turbulence + R_film);
  }

  static constexpr double rounding = 0.02;  // share of the nominal flow: keeps R finite without flow
};

}  // namespace wattloop
