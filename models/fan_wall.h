#pragma once
// Fan walls: a hall's air through a chilled-water coil.

#include "models/air_coil.h"
#include "models/fan.h"
#include "solver/fields.h"

namespace wattloop {

/// A fan wall, or a computer-room air handler: draws the room's air through a chilled-water coil and blows it back.
///
///   C_fluid dT_fluid/dt = H_in - H_out + Q        one cell at the outlet temperature
///   Q = K (T_room - T_water,in)                   K: exact crossflow epsilon-NTU (AirCoil)
///   T_supply = T_room - (Q - P_fan) / C_air       fans behind the coil
///   heat taken from the room = Q - P_fan
///   p_in - p_out = dp_nominal (m/m_nominal)^1.8
///
/// Fans move a volume, so the site's air pressure derates coil and fan power (Fan). The coil is a dry one: nothing
/// condenses on it; `wet_coil` says when the entering water is below the room's dew point, where it would.
/// Stopped fans still pass natural_draught of the air. A fan power of about 4 % of the heat is usual at nominal
/// (assumed).
template <class P = double>
struct FanWall {
  static constexpr std::string_view type = "fan_wall";
  static constexpr std::string_view summary = "a fan wall: room air through a chilled-water coil";

  P UA_nominal, liquid_share, m_flow_nominal, dp_nominal, C_fluid;
  P m_air_nominal, rho_nominal, P_fan_nominal, natural_draught, power_factor, V_minimum, W_room;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    return table<FanWall, P>(
        parameter("UA_nominal", &FanWall::UA_nominal, "W/K", "UA of the coil at nominal flows", positive),
        parameter("liquid_share", &FanWall::liquid_share, "1", "share of the coil's resistance on the water side",
                  fraction, 0.25),
        parameter("m_flow_nominal", &FanWall::m_flow_nominal, "kg/s", "nominal water flow", positive),
        parameter("dp_nominal", &FanWall::dp_nominal, "Pa", "pressure drop at nominal water flow", positive),
        parameter("C_fluid", &FanWall::C_fluid, "J/K", "heat capacity of the coil and its water", positive),
        parameter("m_air_nominal", &FanWall::m_air_nominal, "kg/s", "air at full speed and rho_nominal, dry", positive),
        parameter("rho_nominal", &FanWall::rho_nominal, "kg/m3", "dry air per volume where the fans are rated",
                  positive, 1.2),
        parameter("P_fan_nominal", &FanWall::P_fan_nominal, "W", "fan power at full speed and rho_nominal", positive),
        parameter("natural_draught", &FanWall::natural_draught, "1", "share of the air that flows with fans stopped",
                  Range{1e-3, 0.5}, 0.02),
        parameter("power_factor", &FanWall::power_factor, "1", "of the fan drives, lagging", Range{0.05, 1.0}, 0.95),
        parameter("V_minimum", &FanWall::V_minimum, "V", "line-to-line voltage below which the fans slow down",
                  positive, 332.0),
        parameter("W_room", &FanWall::W_room, "kg/kg", "humidity ratio of the room's air", Range{0.0, 0.05}, 0.008),
        port("inlet", Connector::liquid, "chilled water"), port("outlet", Connector::liquid, "warmed water"),
        port("air", Connector::heat, "the room's air"), port("supply", Connector::ac, "power for the fans"),
        input("on", "1", "0 stops the fans", fraction, 1.0),
        input("fan_speed", "1", "share of the nominal speed", Range{0.0, 1.2}, 1.0),
        input("p", "Pa", "air pressure of the site", Range{3e4, 1.2e5}, 101325.0),
        input("fouling", "1", "added resistance, share of the nominal one", not_negative, 0.0),
        signal_output("supply_air", "K", "temperature of the air blown into the room"),
        differential("T_fluid", "K", "water at the outlet", 300.0), algebraic("m_flow", "kg/s", "water flow", 1.0),
        output("Q_flow", "W", "heat taken up by the water"), output("P_fan", "W", "electrical power of the fans"),
        output("m_air", "kg/s", "dry air through the coil"), output("T_supply", "K", "air blown into the room"),
        alarm("wet_coil", "the entering water is below the room's dew point"));
  }

  template <class S>
  struct State {
    S T_fluid, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    HeatPort<S> air;
    AcPort<S> supply;
    S on, fan_speed, p, fouling;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
    HeatFlow<S> air;
    AcFlow<S> supply;
    S supply_air;
  };
  template <class S>
  struct Outputs {
    S Q_flow, P_fan, m_air, T_supply, wet_coil;
  };

  /// `motor` is what turns the fans: OnDrive or OnLine. Returns what it draws.
  template <class S, class Motor = OnDrive>
  MotorLoad<S> equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow,
                         const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const S H_net = mixed_cell_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, x.T_fluid, u.inlet, u.outlet,
                                    flow.inlet, flow.outlet);
    flow.air.Q_flow = o.Q - o.fan.heat;
    flow.supply = o.fan.supply;
    flow.supply_air = o.T_supply;
    r.T_fluid = C_fluid * dx.T_fluid - (H_net + o.Q);
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 1.8);
    return o.fan;
  }

  template <class S, class Motor = OnDrive>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out, const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const S saturation = saturation_pressure_over_water(u.inlet.T);
    const S wet = select(saturation < vapour_pressure(S(W_room), u.p), S(1.0), S(0.0));
    out = {o.Q, o.fan.power, o.fan.m_air, o.T_supply, wet};
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C_fluid * x.T_fluid;
  }

 private:
  template <class S>
  struct Operation {
    typename Fan<P>::template Operation<S> fan;
    S Q, T_supply;
  };

  template <class S, class Motor>
  Operation<S> operate(const State<S>& x, const Across<S>& u, const Motor& motor) const {
    const Fan<P> fan{m_air_nominal, P_fan_nominal, rho_nominal, natural_draught, power_factor, V_minimum};
    const AirCoil<P> coil{UA_nominal, m_air_nominal, m_flow_nominal, liquid_share};
    Operation<S> o;
    o.fan = fan.operate(S(u.on * u.fan_speed), AirPort<S>{u.p, u.air.T, S(W_room)}, u.supply, motor);
    const S C_air = o.fan.m_air * moist_air_cp(W_room);
    o.Q = -coil.law(*liquid, x.m_flow, x.T_fluid, u.inlet.T, u.outlet.T, o.fan.m_air, C_air, u.fouling).heat(u.air.T);
    o.T_supply = u.air.T - (o.Q - o.fan.heat) / C_air;
    return o;
  }
};

}  // namespace wattloop
