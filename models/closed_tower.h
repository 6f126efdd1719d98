#pragma once
// Closed cooling towers (evaporative fluid coolers).

#include <string>

#include "models/air_coil.h"
#include "models/ambient.h"
#include "models/fan.h"
#include "models/wet_transfer.h"
#include "solver/fields.h"

namespace wattloop {

/// One closed tower: the circuit's liquid in a coil, spray water over it, air through it; dry in cold weather.
///
///   C dT_fluid/dt  = H_in - H_out - Q             one cell at the outlet temperature
///   Q = s Q_coil + (1 - s) Q_dry                  s: share of the coil that is sprayed
///   Q_coil = C_liquid (1 - e^-UA/C_liquid) (T_in - T_spray)
///   Q_air  = m_air (1 - e^-NTU) (h_s(T_spray) - h_air),   NTU = KA/m_air,  KA = KA_nominal (m_air/m_air,n)^0.9
///   E      = s m_air (1 - e^-NTU) (W_s(T_spray) - W)
///   Q_dry: exact crossflow epsilon-NTU of the dry coil (AirCoil)
///   C_sump dT_spray/dt = s (Q_coil - Q_air) + P_spray - UA_sump (T_spray - T_db) + enthalpies of make-up and blow-down
///   blow-down = E/(cycles - 1), drift = share of E, make-up = E + blow-down + drift at T_make_up
///
/// The spray water has one temperature: it comes from the sump and returns there, and varies by a few kelvin on its way
/// (Hasan and Siren 2002). Both exchanges are epsilon-NTU, the outer one on enthalpy (Merkel 1925; Stabat and Marchio
/// 2004). Exponent 0.9 of the mass transfer: Parker and Treybal (1961). A resistance of scale is `fouling`. The sump
/// keeps its mass; it must be drained or heated in frost (alarm). Fan as in the open tower; recirculated discharge is
/// left out: raise the wet bulb.
/// Range: flows 0-150 % of nominal, liquid 0-70 degC, air -50 to 65 degC.
template <class P = double>
struct ClosedTower {
  static constexpr std::string_view type = "closed_tower";
  static constexpr std::string_view summary = "a closed wet cooling tower: coil, spray, fan, sump; dry without spray";
  static constexpr std::string_view outside = "make-up water";

  P UA_nominal, liquid_share, KA_nominal, UA_dry_nominal, m_flow_nominal, dp_nominal, C_fluid;
  P m_air_nominal, rho_nominal, P_fan_nominal, natural_draught, power_factor, V_minimum;
  P P_spray, C_sump, UA_sump, cycles, drift, T_make_up;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using C = ClosedTower;
    return table<C, P>(
        parameter("UA_nominal", &C::UA_nominal, "W/K", "from liquid to spray water at nominal flow", positive),
        parameter("liquid_share", &C::liquid_share, "1", "share of the resistance on the liquid side [A]", fraction,
                  0.4),
        parameter("KA_nominal", &C::KA_nominal, "kg/s", "mass transfer from spray water to air at nominal air flow",
                  positive),
        parameter("UA_dry_nominal", &C::UA_dry_nominal, "W/K", "from liquid to air at nominal flows, dry", positive),
        parameter("m_flow_nominal", &C::m_flow_nominal, "kg/s", "nominal liquid flow", positive),
        parameter("dp_nominal", &C::dp_nominal, "Pa", "pressure drop at nominal liquid flow", positive),
        parameter("C_fluid", &C::C_fluid, "J/K", "heat capacity of the coil and its liquid", positive),
        parameter("m_air_nominal", &C::m_air_nominal, "kg/s", "air at full speed and rho_nominal, dry", positive),
        parameter("rho_nominal", &C::rho_nominal, "kg/m3", "dry air per volume where the fans are rated", positive,
                  1.2),
        parameter("P_fan_nominal", &C::P_fan_nominal, "W", "fan power at full speed and rho_nominal", positive),
        parameter("natural_draught", &C::natural_draught, "1", "share of the air that flows with fans stopped",
                  Range{1e-3, 0.5}, 0.1),
        parameter("power_factor", &C::power_factor, "1", "of the drives, lagging", Range{0.05, 1.0}, 0.95),
        parameter("V_minimum", &C::V_minimum, "V", "line-to-line voltage below which fans and spray slow down",
                  positive, 332.0),
        parameter("P_spray", &C::P_spray, "W", "power of the spray pump", not_negative, 0.0),
        parameter("C_sump", &C::C_sump, "J/K", "heat capacity of the spray water and its sump", positive),
        parameter("UA_sump", &C::UA_sump, "W/K", "from sump to the air around it [A]", positive, 100.0),
        parameter("cycles", &C::cycles, "1", "cycles of concentration of the spray water", Range{1.01, 100.0}, 4.0),
        parameter("drift", &C::drift, "1", "droplets carried away, share of the evaporation", fraction, 2e-3),
        parameter("T_make_up", &C::T_make_up, "K", "temperature of the make-up water", positive, 293.15),
        port("inlet", Connector::liquid, "warm liquid"), port("outlet", Connector::liquid, "cooled liquid"),
        port("air", Connector::air, "the outdoor air"), port("supply", Connector::ac, "power for fans and spray pump"),
        input("on", "1", "0 stops fans and spray", fraction, 1.0),
        input("fan_speed", "1", "share of the nominal speed", Range{0.0, 1.2}, 1.0),
        input("spray", "1", "share of the coil that is sprayed", fraction, 1.0),
        input("fouling", "1", "added resistance, share of the nominal one", not_negative, 0.0),
        differential("T_fluid", "K", "liquid at the outlet", 305.0), differential("T_spray", "K", "spray water", 300.0),
        algebraic("m_flow", "kg/s", "liquid flow", 1.0), output("Q_flow", "W", "heat rejected by the liquid"),
        output("P_fan", "W", "electrical power of the fans"), output("P", "W", "electrical power of fans and spray"),
        output("m_air", "kg/s", "dry air across the coil"), output("m_evaporation", "kg/s", "water evaporated"),
        output("m_make_up", "kg/s", "make-up water"), output("m_blow_down", "kg/s", "blow-down water"),
        output("approach", "K", "liquid outlet above the outdoor wet bulb"),
        alarm("freeze_alarm", "the outlet is less than 3 K above the liquid's freezing point"),
        alarm("sump_freezes", "the spray water is less than 3 K above 0 degC"));
  }

  template <class S>
  struct State {
    S T_fluid, T_spray, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    AirPort<S> air;
    AcPort<S> supply;
    S on, fan_speed, spray, fouling;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
    AirFlow<S> air;
    AcFlow<S> supply;
  };
  template <class S>
  struct Outputs {
    S Q_flow, P_fan, P_el, m_air, m_evaporation, m_make_up, m_blow_down, approach, freeze_alarm, sump_freezes;
  };

  /// `motor` is what turns the fans: OnDrive or OnLine. Returns what it draws.
  template <class S, class Motor = OnDrive>
  MotorLoad<S> equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow,
                         const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const S H_net = mixed_cell_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, x.T_fluid, u.inlet, u.outlet,
                                    flow.inlet, flow.outlet);
    flow.supply = {o.fan.supply.I_re + o.pump.I_re, o.fan.supply.I_im + o.pump.I_im};
    flow.air = {S(0.0), -(o.Q_air + o.Q_dry + o.Q_sump + o.fan.heat), -o.evaporation};
    r.T_fluid = C_fluid * dx.T_fluid - (H_net - o.Q_coil - o.Q_dry);
    r.T_spray = C_sump * dx.T_spray - (o.Q_coil - o.Q_air + o.P_spray - o.Q_sump + water_enthalpy(x, o));
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 1.8);
    return o.fan;
  }

  template <class S, class Motor = OnDrive>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out, const Motor& motor = {}) const {
    constexpr double margin = 3.0;  // K
    const Operation<S> o = operate(x, u, motor);
    const S one(1.0), zero(0.0);
    out.Q_flow = o.Q_coil + o.Q_dry;
    out.P_fan = o.fan.power;
    out.P_el = o.fan.power + o.P_spray;
    out.m_air = o.fan.m_air;
    out.m_evaporation = o.evaporation;
    out.m_make_up = make_up(o.evaporation);
    out.m_blow_down = evaporated(o.evaporation) / (cycles - 1.0);
    out.approach = x.T_fluid - outdoor_wet_bulb(u.air);
    out.freeze_alarm = select(x.T_fluid < S(liquid->T_freeze + margin), one, zero);
    out.sump_freezes = select(x.T_spray < S(air::T_zero + margin), one, zero);
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C_fluid * x.T_fluid + C_sump * x.T_spray;
  }
  /// W: enthalpy of make-up less blow-down and drift.
  template <class S, class Motor = OnDrive>
  S energy_from_outside(const State<S>& x, const Across<S>& u, const Motor& motor = {}) const {
    return water_enthalpy(x, operate(x, u, motor));
  }
  /// kg/s: make-up less blow-down and drift: what evaporates.
  template <class S, class Motor = OnDrive>
  S mass_from_outside(const State<S>& x, const Across<S>& u, const Motor& motor = {}) const {
    return operate(x, u, motor).evaporation;
  }

  std::string check() const {
    return dry_liquid_share() < 1.0 ? "" : "UA_dry_nominal is above what liquid_share of UA_nominal leaves for it";
  }

 private:
  template <class S>
  struct Operation {
    typename Fan<P>::template Operation<S> fan;
    AcFlow<S> pump;
    S Q_coil, Q_air, Q_dry, Q_sump, P_spray, evaporation;  // W, kg/s
  };

  template <class S, class Motor>
  Operation<S> operate(const State<S>& x, const Across<S>& u, const Motor& motor) const {
    using std::expm1;
    using std::pow;
    const Fan<P> fan{m_air_nominal, P_fan_nominal, rho_nominal, natural_draught, power_factor, V_minimum};
    const AirCoil<P> wet{UA_nominal, m_air_nominal, m_flow_nominal, liquid_share};
    const AirCoil<P> dry{UA_dry_nominal, m_air_nominal, m_flow_nominal, dry_liquid_share()};
    Operation<S> o;
    o.fan = fan.operate(S(u.on * u.fan_speed), u.air, u.supply, motor);
    const S m_air = o.fan.m_air, s = u.on * u.spray * drive_share(u.supply, V_minimum);
    o.pump = ac_constant_power(S(P_spray * s), S(reactive_share(power_factor) * P_spray * s), u.supply, V_minimum);
    o.P_spray = ac_power(u.supply, o.pump);

    const auto coil = wet.law_to_spray(*liquid, x.m_flow, x.T_fluid, u.inlet.T, u.outlet.T, u.fouling);
    const S C_air = m_air * moist_air_cp(u.air.W);
    const auto dry_law = dry.law(*liquid, x.m_flow, x.T_fluid, u.inlet.T, u.outlet.T, m_air, C_air, u.fouling);
    const S wetted = -expm1(-KA_nominal * pow(S(m_air / m_air_nominal), mass_exponent) / m_air);  // 1 - e^-NTU
    const Saturated<S> film = saturated_air(x.T_spray, u.air.p);
    o.Q_coil = s * coil.heat(x.T_spray);
    o.Q_air = s * m_air * wetted * (film.h - moist_air_enthalpy(u.air.T, u.air.W));
    o.evaporation = s * m_air * wetted * (film.W - u.air.W);
    o.Q_dry = (1.0 - s) * dry_law.heat(u.air.T);
    o.Q_sump = UA_sump * (x.T_spray - u.air.T);
    return o;
  }

  static constexpr double mass_exponent = 0.9;

  /// The film in the tubes is the same wet or dry: its share of the dry resistance.
  P dry_liquid_share() const { return liquid_share * UA_dry_nominal / UA_nominal; }

  /// E where the coil dries the water, 0 where vapour condenses on it.
  template <class S>
  S evaporated(const S& evaporation) const {
    return evaporation * smooth_step(S(evaporation / m_air_nominal), 0.0, 1e-6);
  }
  template <class S>
  S make_up(const S& evaporation) const {
    return evaporated(evaporation) * (1.0 + 1.0 / (cycles - 1.0) + drift);
  }
  /// Make-up less blow-down, drift and overflow, W; what flows off has the spray water's temperature.
  template <class S>
  S water_enthalpy(const State<S>& x, const Operation<S>& o) const {
    constexpr double cp_water = 4186.0;  // J/(kg K), ASHRAE Handbook of Fundamentals 2017, ch. 1
    const S coming = make_up(o.evaporation);
    return cp_water * (coming * (T_make_up - air::T_zero) - (coming - o.evaporation) * (x.T_spray - air::T_zero));
  }
};

}  // namespace wattloop
