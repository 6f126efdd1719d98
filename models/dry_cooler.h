#pragma once
// Dry coolers: facility water to outdoor air, with or without adiabatic pads.

#include "models/air_coil.h"
#include "models/ambient.h"
#include "models/fan.h"

namespace wattloop {

/// One dry cooler: liquid in a finned coil, outdoor air drawn across it by fans, wetted pads before it on hot days.
///
///   C dT_fluid/dt = H_in - H_out - Q            C = C_fluid + C_coil, one cell at the outlet temperature
///   Q = K (T_liquid,in - T_coil)                K: exact crossflow epsilon-NTU (AirCoil), both streams unmixed
///   pad_time dwetness/dt = pads - wetness       pads wet through and dry out over minutes
///   T_pads = T_db - wetness e_pads (T_db - T_wb)
///   h(T_pads, W_pads) = h(T_db, W) + (W_pads - W) h_water(T_make_up)
///   T_coil = T_pads + (Q + P_fan) / C_air  dT_recirculation / dT_air_nominal
///   E = m_air (W_pads - W),   blow-down = E / (cycles - 1),   make-up = E + blow-down + drift
///   p_in - p_out = dp_nominal (m/m_nominal)^1.8
///
/// At the air port no dry air is taken on balance: it leaves with the heat of the liquid and of the fans and with the
/// evaporated water. Fans move a volume: the air's density at the port sets its mass, so altitude and heat derate
/// cooler and fan power alike (Fan). Hot-air recirculation is a constant share of the discharge drawn in again: it
/// warms the air at the coil by dT_recirculation when the air warms by dT_air_nominal, in proportion otherwise, and is
/// in balance with the heat rejected. It joins behind the pads (that air has passed them once and takes up little
/// more), which neglects what pads would take off it: on the safe side.
/// Blow-down and drift leave as liquid at T_make_up, so that the make-up brings E h_water(T_make_up) on balance.
///
/// UA_nominal follows from a rating by crossflow_UA. Assumptions: one pass, no frost or snow, pads that wet and dry
/// evenly and have no heat capacity or pressure drop of their own, wet bulb over liquid water; pads are not to be
/// wetted in frost. Range: flows 0-150 % of nominal, air -50 to 65 degC.
template <class P = double>
struct DryCooler {
  static constexpr std::string_view type = "dry_cooler";
  static constexpr std::string_view summary = "a dry cooler with fans and adiabatic pads";
  static constexpr std::string_view outside = "make-up water";

  P UA_nominal, liquid_share, m_flow_nominal, dp_nominal, C_fluid, C_coil;
  P m_air_nominal, rho_nominal, P_fan_nominal, natural_draught, power_factor, V_minimum;
  P dT_recirculation, dT_air_nominal, pad_effectiveness, pad_time, cycles, drift, T_make_up;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<DryCooler, P>(
        parameter("UA_nominal", &DryCooler::UA_nominal, "W/K", "UA of the coil at nominal flows", positive),
        parameter("liquid_share", &DryCooler::liquid_share, "1", "share of the coil's resistance on the liquid side",
                  fraction, 0.25),
        parameter("m_flow_nominal", &DryCooler::m_flow_nominal, "kg/s", "nominal liquid flow", positive),
        parameter("dp_nominal", &DryCooler::dp_nominal, "Pa", "pressure drop at nominal liquid flow", positive),
        parameter("C_fluid", &DryCooler::C_fluid, "J/K", "heat capacity of the liquid in the coil", positive),
        parameter("C_coil", &DryCooler::C_coil, "J/K", "heat capacity of tubes and fins", not_negative, 0.0),
        parameter("m_air_nominal", &DryCooler::m_air_nominal, "kg/s", "air at full speed and rho_nominal, dry",
                  positive),
        parameter("rho_nominal", &DryCooler::rho_nominal, "kg/m3", "dry air per volume where the fans are rated",
                  positive, 1.2),
        parameter("P_fan_nominal", &DryCooler::P_fan_nominal, "W", "fan power at full speed and rho_nominal", positive),
        parameter("natural_draught", &DryCooler::natural_draught, "1", "share of the air that flows with fans stopped",
                  Range{1e-3, 0.5}, 0.03),
        parameter("power_factor", &DryCooler::power_factor, "1", "of the fan drives, lagging", Range{0.05, 1.0}, 0.95),
        parameter("V_minimum", &DryCooler::V_minimum, "V", "line-to-line voltage below which the fans slow down",
                  positive, 332.0),
        parameter("dT_recirculation", &DryCooler::dT_recirculation, "delta_K",
                  "warming of the entering air by discharged air", not_negative, 1.5),
        parameter("dT_air_nominal", &DryCooler::dT_air_nominal, "delta_K", "air rise at which dT_recirculation holds",
                  positive, 12.0),
        parameter("pad_effectiveness", &DryCooler::pad_effectiveness, "1", "share of the wet-bulb depression", fraction,
                  0.7),
        parameter("pad_time", &DryCooler::pad_time, "s", "time constant of wetting and drying (assumed)", positive,
                  180.0),
        parameter("cycles", &DryCooler::cycles, "1", "cycles of concentration of the pads' water", Range{1.01, 100.0},
                  3.0),
        parameter("drift", &DryCooler::drift, "1", "droplets carried away, share of the evaporation", fraction, 0.0),
        parameter("T_make_up", &DryCooler::T_make_up, "K", "temperature of the make-up water", positive, 293.15),
        port("inlet", Connector::liquid, "warm liquid"), port("outlet", Connector::liquid, "cooled liquid"),
        port("air", Connector::air, "the outdoor air"), port("supply", Connector::ac, "power for the fans"),
        input("on", "1", "0 stops the fans and the pads", fraction, 1.0),
        input("fan_speed", "1", "share of the nominal speed", Range{0.0, 1.2}, 1.0),
        input("pads", "1", "share of the pads that is sprayed", fraction, 0.0),
        input("fouling", "1", "added resistance, share of the nominal one", not_negative, 0.0),
        differential("T_fluid", "K", "liquid at the outlet", 310.0),
        differential("wetness", "1", "share of the pads that is wet", 0.0),
        algebraic("m_flow", "kg/s", "liquid flow", 1.0), output("Q_flow", "W", "heat rejected by the liquid"),
        output("P_fan", "W", "electrical power of the fans"), output("m_air", "kg/s", "dry air across the coil"),
        output("T_air_in", "K", "air entering the coil"), output("T_air_out", "K", "air leaving the fans"),
        output("m_evaporation", "kg/s", "water evaporated by the pads"), output("m_make_up", "kg/s", "make-up water"),
        output("m_blow_down", "kg/s", "blow-down water"),
        output("approach", "K", "liquid outlet above the outdoor dry bulb"),
        alarm("freeze_alarm", "the outlet is less than 3 K above the freezing point"));
  }

  template <class S>
  struct State {
    S T_fluid, wetness, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    AirPort<S> air;
    AcPort<S> supply;
    S on, fan_speed, pads, fouling;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
    AirFlow<S> air;
    AcFlow<S> supply;
  };
  template <class S>
  struct Outputs {
    S Q_flow, P_fan, m_air, T_air_in, T_air_out, m_evaporation, m_make_up, m_blow_down, approach, freeze_alarm;
  };

  /// `motor` is what turns the fans: OnDrive or OnLine. Returns what it draws.
  template <class S, class Motor = OnDrive>
  MotorLoad<S> equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow,
                         const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const S H_net = mixed_cell_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, x.T_fluid, u.inlet, u.outlet,
                                    flow.inlet, flow.outlet);
    flow.supply = o.fan.supply;
    flow.air = {S(0.0), -(o.Q + o.fan.heat + o.m_evaporation * make_up_enthalpy()), -o.m_evaporation};
    r.T_fluid = (C_fluid + C_coil) * dx.T_fluid - (H_net - o.Q);
    r.wetness = pad_time * dx.wetness - (u.pads - x.wetness);
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 1.8);
    return o.fan;
  }

  template <class S, class Motor = OnDrive>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out, const Motor& motor = {}) const {
    constexpr double margin = 3.0;  // K
    const Operation<S> o = operate(x, u, motor);
    out.Q_flow = o.Q;
    out.P_fan = o.fan.power;
    out.m_air = o.fan.m_air;
    out.T_air_in = o.T_coil;
    out.T_air_out = o.T_coil + (o.Q + o.fan.heat) / o.C_air;
    out.m_evaporation = o.m_evaporation;
    out.m_make_up = make_up(o.m_evaporation);
    out.m_blow_down = blow_down(o.m_evaporation);
    out.approach = x.T_fluid - u.air.T;
    out.freeze_alarm = select(x.T_fluid < S(liquid->T_freeze + margin), S(1.0), S(0.0));
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return (C_fluid + C_coil) * x.T_fluid;
  }
  /// W: enthalpy of make-up less blow-down and drift.
  template <class S, class Motor = OnDrive>
  S energy_from_outside(const State<S>& x, const Across<S>& u, const Motor& motor = {}) const {
    return mass_from_outside(x, u, motor) * make_up_enthalpy();
  }
  /// kg/s: make-up less blow-down and drift.
  template <class S, class Motor = OnDrive>
  S mass_from_outside(const State<S>& x, const Across<S>& u, const Motor& motor = {}) const {
    const S E = operate(x, u, motor).m_evaporation;
    return make_up(E) - blow_down(E) - drift * E;
  }

 private:
  template <class S>
  struct Operation {
    typename Fan<P>::template Operation<S> fan;
    S Q, C_air, T_coil, m_evaporation;
  };

  template <class S, class Motor>
  Operation<S> operate(const State<S>& x, const Across<S>& u, const Motor& motor) const {
    const Fan<P> fan{m_air_nominal, P_fan_nominal, rho_nominal, natural_draught, power_factor, V_minimum};
    const AirCoil<P> coil{UA_nominal, m_air_nominal, m_flow_nominal, liquid_share};
    Operation<S> o;
    o.fan = fan.operate(S(u.on * u.fan_speed), u.air, u.supply, motor);
    const S T_pads = u.air.T - u.on * x.wetness * pad_effectiveness * (u.air.T - outdoor_wet_bulb(u.air));
    const S W_pads = humidity_behind_pads(T_pads, u.air);
    o.C_air = o.fan.m_air * moist_air_cp(W_pads);
    o.m_evaporation = o.fan.m_air * (W_pads - u.air.W);
    const auto law = coil.law(*liquid, x.m_flow, x.T_fluid, u.inlet.T, u.outlet.T, o.fan.m_air, o.C_air, u.fouling);
    const S warming = dT_recirculation / dT_air_nominal / o.C_air;  // K/W
    o.Q = law.heat(S(T_pads + warming * o.fan.heat)) / (1.0 + warming * law.K);
    o.T_coil = T_pads + warming * (o.Q + o.fan.heat);
    return o;
  }

  /// W_pads of h(T_pads, W_pads) = h(T, W) + (W_pads - W) h_water; W itself, to the bit, with dry pads.
  template <class S>
  S humidity_behind_pads(const S& T_pads, const AirPort<S>& air) const {
    const S cooling = moist_air_cp(air.W) * (air.T - T_pads);  // J/kg
    const S heat_of_evaporation = air::h_vapour + air::cp_vapour * (T_pads - air::T_zero) - make_up_enthalpy();
    return air.W + cooling / heat_of_evaporation;
  }

  /// J/kg, liquid water above 0 degC.
  P make_up_enthalpy() const {
    constexpr double cp_water = 4186.0;  // J/(kg K), ASHRAE Handbook of Fundamentals 2017, ch. 1
    return cp_water * (T_make_up - air::T_zero);
  }
  template <class S>
  S blow_down(const S& evaporation) const {
    return evaporation / (cycles - 1.0);
  }
  template <class S>
  S make_up(const S& evaporation) const {
    return evaporation + blow_down(evaporation) + drift * evaporation;
  }
};

}  // namespace wattloop
