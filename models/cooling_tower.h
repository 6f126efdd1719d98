#pragma once
// Open cooling towers.

#include <array>

#include "models/ambient.h"
#include "models/fan.h"
#include "models/non_return.h"
#include "models/wet_transfer.h"
#include "solver/fields.h"

namespace wattloop {

/// One cell of an open wet tower, counterflow, with its basin: the water of the circuit itself trickles through air.
///
///   Fill, three stretches of Merkel's equation (wet_counterflow), water at T_inlet -> T_upper -> T_lower -> T_fill:
///     KaV = merkel_nominal m_n (m/m_n)^(1-n) (m_air/m_air,n)^n / (1 + fouling)
///     Q = C_water (T_inlet - T_fill),   E = m_air (W_out - W_in)
///   Basin:
///     dm_basin/dt = m_in - m_out + make-up - E - drift - blow-down - overflow
///     C dT_basin/dt = H_in - H_out - Q - E h(T_fill) + enthalpies of the other flows - datum dm_basin/dt
///   Pressures:
///     p_inlet  = p_air + rho g lift + dp_spray (m_in/m_n)^2         no water flows back through the nozzles
///     p_outlet = p_air + rho g m_basin/(rho A) - dp_outlet (m_out/m_n)^2
///   drift = share of m_in,  blow-down = E/(cycles - 1) - drift, not below zero
///   make-up: a float valve, shut at V_basin and fully open 10 % below;   overflow above 1.2 V_basin
///
/// Merkel's number of a fill falls with L/G as (L/G)^-n, n = 0.6 (0.4-1.1 by fill; Kelly 1976). Merkel's equation takes
/// Q = m cp dT for the heat; here the evaporated water leaves with its own enthalpy besides, so that the first law
/// closes with the loss of mass. T_fill is Merkel's cold-water temperature; make-up changes the basin's a little.
/// Fans draw, their power is heat in the discharge; they move the volume they are rated for, counted at the ambient
/// density. Stopped fans leave natural_draught of the air: 10 % (EnergyPlus, Engineering Reference 2022).
/// The outlet is the pressure reference of its circuit. An empty basin lets 1 % of the flow pass: the pumps starve.
/// The content of the basin counts with a constant heat capacity, that of V_basin. The liquid should be water.
/// Range: water 0-70 degC, flows to 150 %; cp and pressure loss of rain and fill are constants of the fan.
/// Left out: recirculation (raise the wet bulb), crossflow fills, ice.
template <class P = double>
struct CoolingTower {
  static constexpr std::string_view type = "cooling_tower";
  static constexpr std::string_view summary = "an open wet cooling tower with fan, basin, blow-down and make-up";
  static constexpr std::string_view outside = "make-up water";
  static constexpr bool is_reference = true, allows_others = true;
  static constexpr int stretches = 3;

  P merkel_nominal, exponent, m_flow_nominal, m_air_nominal, rho_nominal, P_fan_nominal, natural_draught, power_factor,
      V_minimum;
  P dp_spray, dp_outlet, lift, V_basin, depth, low_level;
  P cycles, drift, T_make_up, make_up_maximum;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using C = CoolingTower;
    return table<C, P>(
        parameter("merkel_nominal", &C::merkel_nominal, "1", "KaV/L of the fill at nominal flows", positive),
        parameter("exponent", &C::exponent, "1", "n of KaV/L falling as (L/G)^-n [T]", Range{0.1, 1.0}, 0.6),
        parameter("m_flow_nominal", &C::m_flow_nominal, "kg/s", "nominal water flow", positive),
        parameter("m_air_nominal", &C::m_air_nominal, "kg/s", "air at full speed and rho_nominal, dry", positive),
        parameter("rho_nominal", &C::rho_nominal, "kg/m3", "dry air per volume where the fans are rated", positive,
                  1.2),
        parameter("P_fan_nominal", &C::P_fan_nominal, "W", "fan power at full speed and rho_nominal", positive),
        parameter("natural_draught", &C::natural_draught, "1", "share of the air that flows with fans stopped",
                  Range{1e-3, 0.5}, 0.1),
        parameter("power_factor", &C::power_factor, "1", "of the fan drives, lagging", Range{0.05, 1.0}, 0.95),
        parameter("V_minimum", &C::V_minimum, "V", "line-to-line voltage below which the fans slow down", positive,
                  332.0),
        parameter("dp_spray", &C::dp_spray, "Pa", "pressure drop of header and nozzles at nominal flow [A]", positive,
                  2e4),
        parameter("dp_outlet", &C::dp_outlet, "Pa", "pressure drop of the basin's outlet at nominal flow [A]", positive,
                  2e3),
        parameter("lift", &C::lift, "m", "nozzles above the outlet [A]", not_negative, 3.5),
        parameter("V_basin", &C::V_basin, "m3", "water in the basin", positive),
        parameter("depth", &C::depth, "m", "of V_basin above the outlet [A]", positive, 0.4),
        parameter("low_level", &C::low_level, "1", "share of V_basin below which there is an alarm", fraction, 0.5),
        parameter("cycles", &C::cycles, "1", "cycles of concentration", Range{1.01, 100.0}, 4.0),
        parameter("drift", &C::drift, "1", "droplets carried away, share of the water flow [T]", fraction, 2e-5),
        parameter("T_make_up", &C::T_make_up, "K", "temperature of the make-up water", positive, 293.15),
        parameter("make_up_maximum", &C::make_up_maximum, "kg/s", "through the open float valve", positive),
        port("inlet", Connector::liquid, "warm water to the nozzles"),
        port("outlet", Connector::liquid, "cold water from the basin"), port("air", Connector::air, "the outdoor air"),
        port("supply", Connector::ac, "power for the fans"), input("on", "1", "0 stops the fans", fraction, 1.0),
        input("fan_speed", "1", "share of the nominal speed", Range{0.0, 1.2}, 1.0),
        input("make_up", "1", "share of make_up_maximum that is there to be had", fraction, 1.0),
        input("fouling", "1", "added resistance of the fill, share of the clean one", not_negative, 0.0),
        differential("T_basin", "K", "water in the basin", 300.0),
        differential("m_basin", "kg", "water in the basin", 0.0),
        algebraic("T_upper", "K", "water a third of the way down the fill", 305.0),
        algebraic("T_lower", "K", "water two thirds of the way down", 302.0),
        algebraic("T_fill", "K", "water below the fill", 300.0), kept("m_flow", "kg/s", "water to the nozzles", 1.0),
        kept("m_flow_out", "kg/s", "water from the basin", 1.0),
        output("Q_flow", "W", "heat from the water in the fill"), output("P_fan", "W", "electrical power of the fans"),
        output("m_air", "kg/s", "dry air through the fill"), output("merkel", "1", "KaV/L at these flows"),
        output("approach", "K", "basin above the outdoor wet bulb"), output("range", "K", "inlet above fill"),
        output("level", "1", "water in the basin, share of V_basin"),
        output("m_evaporation", "kg/s", "water evaporated"), output("m_make_up", "kg/s", "make-up water"),
        output("m_blow_down", "kg/s", "blow-down water"), output("m_drift", "kg/s", "droplets carried away"),
        output("m_overflow", "kg/s", "water over the basin's rim"), alarm("basin_low", "the basin is below low_level"),
        alarm("freeze_alarm", "the basin is less than 3 K above the freezing point"));
  }

  template <class S>
  struct State {
    S T_basin, m_basin;
    std::array<S, stretches> T_water;
    S m_flow, m_flow_out;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    AirPort<S> air;
    AcPort<S> supply;
    S on, fan_speed, make_up, fouling;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
    AirFlow<S> air;
    AcFlow<S> supply;
  };
  template <class S>
  struct Outputs {
    S Q_flow, P_fan, m_air, merkel, approach, range, level, m_evaporation, m_make_up, m_blow_down, m_drift, m_overflow,
        basin_low, freeze_alarm;
  };

  /// `motor` is what turns the fans: OnDrive or OnLine. Returns what it draws.
  template <class S, class Motor = OnDrive>
  MotorLoad<S> equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow,
                         const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const P epsilon = small_flow * m_flow_nominal;
    const Upwind<S> in(x.m_flow, epsilon), out(x.m_flow_out, epsilon);
    const auto h = [&](const S& T, const S& p) { return liquid_enthalpy(*liquid, T, p); };
    const S H_in = in.carry(h(u.inlet.T, u.inlet.p), h(x.T_basin, u.inlet.p));
    const S H_out = out.carry(h(x.T_basin, u.outlet.p), h(u.outlet.T, u.outlet.p));
    const S H_air = o.Q_fill() + o.water.evaporation * h(T_fill(x), u.air.p);
    flow.inlet = {x.m_flow, H_in};
    flow.outlet = {-x.m_flow_out, -H_out};
    flow.air = {S(0.0), -(H_air + o.fan.heat), -o.water.evaporation};
    flow.supply = o.fan.supply;

    const S dm = x.m_flow - x.m_flow_out - o.water.evaporation + o.water.from_outside();
    r.T_basin = heat_capacity() * dx.T_basin - (H_in - H_out - H_air + enthalpy_from_outside(x, u, o) - datum() * dm);
    r.m_basin = dx.m_basin - dm;
    for (int i = 0; i < stretches; ++i) r.T_water[i] = above(x, u, i) - x.T_water[i] - o.Q[i] / o.C_water;
    r.m_flow = u.inlet.p - u.air.p - liquid->rho_ref * gravity * lift - spray_loss(x.m_flow);
    r.m_flow_out =
        basin_pressure(x, u) - u.outlet.p - power_law_loss(x.m_flow_out, m_flow_nominal, dp_outlet, 2.0) * starving(x);
    return o.fan;
  }

  template <class S, class Motor = OnDrive>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out, const Motor& motor = {}) const {
    constexpr double margin = 3.0;  // K
    const Operation<S> o = operate(x, u, motor);
    out.Q_flow = o.Q_fill();
    out.P_fan = o.fan.power;
    out.m_air = o.fan.m_air;
    out.merkel = o.KaV / Upwind<S>(x.m_flow, small_flow * m_flow_nominal).forward;
    out.approach = x.T_basin - outdoor_wet_bulb(u.air);
    out.range = u.inlet.T - T_fill(x);
    out.level = level(x);
    out.m_evaporation = o.water.evaporation;
    out.m_make_up = o.water.make_up;
    out.m_blow_down = o.water.blow_down;
    out.m_drift = o.water.drift;
    out.m_overflow = o.water.overflow;
    out.basin_low = select(out.level < S(low_level), S(1.0), S(0.0));
    out.freeze_alarm = select(x.T_basin < S(liquid->T_freeze + margin), S(1.0), S(0.0));
  }

  /// A full basin at nominal flow.
  State<P> start() const {
    return {P(300.0), full_mass(), {P(305.0), P(302.0), P(300.0)}, m_flow_nominal, m_flow_nominal};
  }

  /// J.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return heat_capacity() * x.T_basin + datum() * x.m_basin;
  }
  /// kg.
  template <class S>
  S stored_mass(const State<S>& x) const {
    return x.m_basin;
  }
  /// W: enthalpy of make-up less blow-down, drift and overflow.
  template <class S, class Motor = OnDrive>
  S energy_from_outside(const State<S>& x, const Across<S>& u, const Motor& motor = {}) const {
    return enthalpy_from_outside(x, u, operate(x, u, motor));
  }
  /// kg/s: make-up less blow-down, drift and overflow.
  template <class S, class Motor = OnDrive>
  S mass_from_outside(const State<S>& x, const Across<S>& u, const Motor& motor = {}) const {
    return operate(x, u, motor).water.from_outside();
  }

 private:
  static constexpr double T_nominal = 298.15;    // K, where the basin's heat capacity is taken
  static constexpr double p_nominal = 101325.0;  // Pa, of the datum

  template <class S>
  struct Water {
    S evaporation, make_up, blow_down, drift, overflow;  // kg/s
    S from_outside() const { return make_up - blow_down - drift - overflow; }
  };
  template <class S>
  struct Operation {
    typename Fan<P>::template Operation<S> fan;
    std::array<S, stretches> Q;  // W, from the top down
    S KaV, C_water;              // kg/s, W/K
    Water<S> water;
    S Q_fill() const { return Q[0] + Q[1] + Q[2]; }
  };

  template <class S, class Motor>
  Operation<S> operate(const State<S>& x, const Across<S>& u, const Motor& motor) const {
    using std::exp;
    using std::log;
    constexpr double least = 0.1;  // of 1 + fouling, against an input without sense
    const Fan<P> fan{m_air_nominal, P_fan_nominal, rho_nominal, natural_draught, power_factor, V_minimum};
    Operation<S> o;
    o.fan = fan.operate(S(u.on * u.fan_speed), u.air, u.supply, motor);
    const S m_water = Upwind<S>(x.m_flow, small_flow * m_flow_nominal).forward;
    o.C_water = m_water * liquid->cp(S(0.5 * (u.inlet.T + T_fill(x))));
    const S fill = (1.0 - exponent) * log(S(m_water / m_flow_nominal)) + exponent * log(S(o.fan.m_air / m_air_nominal));
    o.KaV = merkel_nominal * m_flow_nominal * exp(fill) / smooth_max(1.0 + u.fouling, S(least), 1e-6);
    const S KA = o.KaV * (1.0 / stretches);
    S h = moist_air_enthalpy(u.air.T, u.air.W), W = u.air.W;
    for (int i = stretches - 1; i >= 0; --i) {  // the air's way, from the bottom
      const auto line = saturation_line(above(x, u, i), x.T_water[i], u.air.p);
      const WetExchange<S> e = wet_counterflow(line, KA, o.C_water, o.fan.m_air, h, W, u.air.p);
      o.Q[i] = e.Q, h = e.h, W = e.W;
    }
    o.water = balance(x, u, S(o.fan.m_air * (W - u.air.W)), m_water);
    return o;
  }

  template <class S>
  Water<S> balance(const State<S>& x, const Across<S>& u, const S& evaporation, const S& m_water) const {
    constexpr double band = 0.1;     // share of V_basin in which the float valve opens
    constexpr double corner = 0.01;  // share of a valve's range over which its ends are rounded
    constexpr double rim = 1.2;      // share of V_basin at which the basin overflows
    constexpr double drain = 10.0;   // s, time constant of the overflow
    const S opening = exact_clamp(S((1.0 - level(x)) / band), 0.0, 1.0, corner);
    const S drops = drift * m_water;
    return {evaporation, u.make_up * make_up_maximum * opening,
            ramp(S(evaporation / (cycles - 1.0) - drops), S(1e-5 * m_flow_nominal)), drops,
            full_mass() / drain * ramp(S(level(x) - rim), corner)};
  }

  template <class S>
  S enthalpy_from_outside(const State<S>& x, const Across<S>& u, const Operation<S>& o) const {
    const S lost = o.water.blow_down + o.water.drift + o.water.overflow;
    return o.water.make_up * liquid_enthalpy(*liquid, S(T_make_up), u.air.p) -
           lost * liquid_enthalpy(*liquid, x.T_basin, u.air.p);
  }

  /// Water entering a stretch of the fill, K.
  template <class S>
  static const S& above(const State<S>& x, const Across<S>& u, int stretch) {
    return stretch == 0 ? u.inlet.T : x.T_water[stretch - 1];
  }
  template <class S>
  static const S& T_fill(const State<S>& x) {
    return x.T_water[stretches - 1];
  }

  P full_mass() const { return V_basin * liquid->rho_ref; }
  P heat_capacity() const { return full_mass() * liquid->cp(T_nominal); }
  /// Enthalpy that counts for a kilogram in the basin besides its heat capacity, J/kg.
  P datum() const { return liquid->enthalpy(P(T_nominal)) + p_nominal / liquid->rho_ref; }

  template <class S>
  S level(const State<S>& x) const {
    return x.m_basin / full_mass();
  }
  template <class S>
  S basin_pressure(const State<S>& x, const Across<S>& u) const {
    return u.air.p + liquid->rho_ref * gravity * depth * level(x);
  }
  /// Factor on the outlet's loss: 1 with water above the outlet, 10^4 without.
  template <class S>
  S starving(const State<S>& x) const {
    return 1.0 + 9999.0 * (1.0 - smooth_step(level(x), 0.0, 0.1));
  }
  /// Of header and nozzles, Pa; what would flow back meets 1 bar at 10^-4 of the nominal flow.
  template <class S>
  S spray_loss(const S& m_flow) const {
    constexpr double leak = 1e-4, dp_shut = 1e5;
    return power_law_loss(m_flow, m_flow_nominal, dp_spray, 2.0) -
           non_return_loss(m_flow, P(leak * m_flow_nominal), P(dp_shut));
  }
};

}  // namespace wattloop
