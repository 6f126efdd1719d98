#pragma once
// A centrifugal pump with its drive, motor and non-return valve.

#include <optional>
#include <string>

#include "models/connectors.h"
#include "models/motor.h"
#include "models/non_return.h"
#include "models/smooth_limits.h"
#include "solver/fields.h"

namespace wattloop {

/// A centrifugal pump on a variable-speed drive, with a non-return valve behind it.
///
///   tau ds/dt = on speed a(V) - s                                         (s: share of the nominal speed)
///   p_out - p_in = dp_shutoff s^2 - b s m - a m|m| + back(m)              (affinity laws)
///   P_shaft = dp V / eta,  eta = eta_nominal q (2 - q),  q = V / (s V_best)
///   P = P_shaft / eta_drive, as P + jQ with the drive's power factor
///
/// a and b follow from the nominal point: b m_n = k (dp_shutoff - dp_nominal), k the linear share. With eta's parabola
/// P_shaft stays finite at shut-off; past q = 1.7 it goes on as if 2 - q = 0.3. A standing pump lets flow pass forward
/// against a m|m|, and backward (almost) nothing: back(m) is zero for m >= 0 and steep behind it.
/// Energy: what the shaft takes enters the liquid at the outlet (flow work and heat); of the loss of motor and drive a
/// share does, the rest goes to the room. Below 0.1 % of the nominal flow the casing gives all of it to the room.
/// Below V_minimum the drive lets go (a(V): 1 down to V_minimum, 0 at 70 % of it); the power that is missing while the
/// impeller coasts comes out of the liquid's heat.
///
/// With `starter: direct` the motor is on the bus without a drive (DirectMotor): s is the speed over the synchronous
/// one and follows from the balance of torques with T_load = P_shaft / s and P_n = m_n dp_n / (rho eta_nominal). It
/// dips its bus when it starts. `frequency` is that of its bus over the nominal one: a signal of the genset that holds
/// the bus, 1 by default. Losses go to the room. Suction: NPSH = (p_in - p_vapour(T_in)) / (rho g), the velocity head
/// left out; NPSH_required = NPSH_nominal (0.3 s^2 + 0.7 (m/m_nominal)^2), a usual shape that obeys the affinity laws
/// (Gulich, ch. 6; the shares are assumed). It is the head at which 3 % of the pressure rise is lost: the loss itself
/// is not modelled. Sources: affinity laws, EN ISO 9906:2012 / Gulich, Centrifugal Pumps (2014); the parabola is the
/// usual one-parameter form. Motor and drive efficiency are constant (assumed): below half speed real drives lose 3-8
/// points. Range: 0 to 1.2 of the nominal speed, forward flow up to 1.7 of the best point; viscosity correction left
/// out.
template <class P = double>
struct Pump {
  static constexpr std::string_view type = "pump";
  static constexpr std::string_view summary = "a centrifugal pump with variable-speed drive and non-return valve";

  P m_flow_nominal, dp_nominal, dp_shutoff, linear_share, best_point, eta_nominal, eta_drive, loss_to_liquid, leakage,
      time_constant, power_factor, V_minimum, starter, V_motor, H, R_1, R_2, X, X_m, p_suction_minimum, NPSH_nominal,
      p_atmosphere;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    constexpr auto motor =
        motor_parameters<Pump, P>(0.6, "inertia of a motor without drive and its impeller, on P_n [A]");
    return table<Pump, P>(
        parameter("m_flow_nominal", &Pump::m_flow_nominal, "kg/s", "flow of the nominal point", positive),
        parameter("dp_nominal", &Pump::dp_nominal, "Pa", "pressure rise at the nominal point", positive),
        parameter("dp_shutoff", &Pump::dp_shutoff, "Pa", "pressure rise at nominal speed without flow", positive),
        parameter("linear_share", &Pump::linear_share, "1", "share of the curve's fall that is linear in the flow",
                  fraction, 0.0),
        parameter("best_point", &Pump::best_point, "1", "flow of best efficiency over the nominal flow", {0.2, 5.0},
                  1.0),
        parameter("eta_nominal", &Pump::eta_nominal, "1", "best hydraulic efficiency [A]", {0.01, 1.0}, 0.80),
        parameter("eta_drive", &Pump::eta_drive, "1", "efficiency of motor and drive [A]", {0.01, 1.0}, 0.90),
        parameter("loss_to_liquid", &Pump::loss_to_liquid, "1",
                  "share of the motor and drive loss that the liquid takes: 0 dry motor, 1 wet rotor", fraction, 0.0),
        parameter("leakage", &Pump::leakage, "1",
                  "backward flow through the non-return valve against dp_shutoff, of the nominal flow [A]", {1e-6, 0.1},
                  1e-3),
        parameter("time_constant", &Pump::time_constant, "s", "of the drive's ramp [A]", positive, 2.0),
        parameter("power_factor", &Pump::power_factor, "1", "of the drive at its supply [A]", {0.1, 1.0}, 0.98),
        parameter("V_minimum", &Pump::V_minimum, "V", "voltage below which the drive lets go", positive, 350.0),
        choice("starter", &Pump::starter, "of the motor", {"drive", "direct"}), motor[0], motor[1], motor[2], motor[3],
        motor[4], motor[5],
        parameter("p_suction_minimum", &Pump::p_suction_minimum, "Pa", "absolute pressure the suction needs [A]",
                  not_negative, 1.1e5),
        parameter("NPSH_nominal", &Pump::NPSH_nominal, "m", "suction head required at the nominal point [A]",
                  not_negative, 3.0),
        parameter("p_atmosphere", &Pump::p_atmosphere, "Pa", "air pressure: below it a leak draws air in", positive,
                  101325.0),
        port("inlet", Connector::liquid, "suction"), port("outlet", Connector::liquid, "discharge"),
        port("electric", Connector::ac, "supply of the drive"),
        port("room", Connector::heat, "air around motor and drive"),
        input("speed", "1", "speed asked for, share of the nominal speed", {0.0, 1.2}, 1.0),
        input("on", "1", "1 running, 0 stopped", fraction, 1.0),
        input("frequency", "1", "of its bus over the nominal one, for a motor without drive", Range{0.0, 2.0}, 1.0),
        differential("speed_actual", "1", "speed, share of the nominal speed", 1.0),
        kept("m_flow", "kg/s", "flow from suction to discharge", 1.0), output("P", "W", "electrical power"),
        output("dp", "Pa", "pressure rise"), output("V_flow", "m3/s", "volume flow"),
        output("efficiency", "1", "hydraulic over electrical power"),
        output("NPSH", "m", "suction head above the vapour pressure"),
        output("NPSH_required", "m", "suction head that the impeller needs"),
        alarm("suction_low", "the suction pressure is below its minimum"),
        alarm("cavitation", "the suction head is below what the running impeller needs"),
        alarm("boiling", "the suction pressure is below the liquid's vapour pressure"),
        alarm("below_atmosphere", "the suction pressure is below that of the air"));
  }

  template <class S>
  struct State {
    S speed, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    AcPort<S> electric;
    HeatPort<S> room;
    S speed, on, frequency;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
    AcFlow<S> electric;
    HeatFlow<S> room;
  };
  template <class S>
  struct Outputs {
    S P_el, dp, V_flow, efficiency, NPSH, NPSH_required, suction_low, cavitation, boiling, below_atmosphere;
  };

  template <class S>
  void equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow) const {
    constexpr double standing = 0.01;  // share of the nominal speed
    const DirectMotor<P> motor = direct_motor();
    const auto on_line = motor.operate(x.speed, u.on, u.frequency, u.electric);
    flow.electric = current(x, u, on_line.supply);
    const S P_el = ac_power(u.electric, flow.electric);
    const S from_drive = liquid_share(x.m_flow) * (eta_drive + loss_to_liquid * (1.0 - eta_drive)) * P_el;
    const S turning = x.speed * x.speed / (x.speed * x.speed + standing * standing), load = turning * shaft_torque(x);
    const S bearings = motor.bearings(x.speed);
    const S P_shaft = x.speed * load, rest = (1.0 - liquid_share(x.m_flow)) * P_shaft + x.speed * bearings;
    const S P_liquid = (1.0 - starter) * from_drive + starter * liquid_share(x.m_flow) * P_shaft;
    adiabatic_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, u.inlet, u.outlet, flow.inlet, flow.outlet);
    flow.outlet.H_flow = flow.outlet.H_flow - P_liquid;
    const S P_motor_loss = P_el - x.speed * on_line.torque;  // of stator and rotor
    flow.room.Q_flow = (1.0 - starter) * (P_liquid - P_el) - starter * (P_motor_loss + rest);

    const S drive = time_constant * dx.speed - (u.on * u.speed * voltage_factor(u.electric) - x.speed);
    const S direct = motor.speed_residual(dx.speed, S(on_line.torque - load - bearings));
    r.speed = (1.0 - starter) * drive + starter * direct;
    r.m_flow =
        u.outlet.p - u.inlet.p - pressure_rise(x) - non_return_loss(x.m_flow, P(leakage * m_flow_nominal), dp_shutoff);
  }

  template <class S>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out) const {
    constexpr double stopped = 1e-3;  // share of the nominal power below which there is no efficiency
    const auto on_line = direct_motor().operate(x.speed, u.on, u.frequency, u.electric);
    out.P_el = ac_power(u.electric, current(x, u, on_line.supply));
    out.dp = u.outlet.p - u.inlet.p;
    out.V_flow = x.m_flow * (1.0 / liquid->rho_ref);
    const S least = S(stopped * m_flow_nominal * dp_nominal / liquid->rho_ref);
    out.efficiency = select(out.P_el > least, out.dp * out.V_flow / smooth_max(out.P_el, least, 1e-3), S(0.0));
    const S one(1.0), zero(0.0), p_vapour = liquid->vapour_pressure(u.inlet.T);
    out.NPSH = (u.inlet.p - p_vapour) / (liquid->rho_ref * gravity);
    const S q = x.m_flow / m_flow_nominal;
    out.NPSH_required = NPSH_nominal * (0.3 * x.speed * x.speed + 0.7 * q * q);
    out.suction_low = select(u.inlet.p < S(p_suction_minimum), one, zero);
    out.cavitation = select(out.NPSH < out.NPSH_required, one, zero);
    out.boiling = select(u.inlet.p < p_vapour, one, zero);
    out.below_atmosphere = select(u.inlet.p < S(p_atmosphere), one, zero);
  }

  /// Of the turning masses of a motor without drive, J.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return starter * direct_motor().stored_energy(x.speed);
  }

  std::optional<FaultSource> fault_source() const {
    if (starter < 0.5) return {};  // a drive feeds nothing back
    return direct_motor().fault_source();
  }

  std::string check() const {
    return dp_shutoff > dp_nominal ? "" : "dp_shutoff must be above dp_nominal: the curve falls with the flow";
  }

 private:
  /// dp_shutoff s^2 - b s m - a m|m|, Pa.
  template <class S>
  S pressure_rise(const State<S>& x) const {
    constexpr double rounding = 0.01;  // share of the nominal flow below which the curve is not quadratic
    const S ratio = x.m_flow / m_flow_nominal;
    const P fall = dp_shutoff - dp_nominal;
    return dp_shutoff * x.speed * x.speed - fall * linear_share * x.speed * ratio -
           fall * (1.0 - linear_share) * exact_square(ratio, rounding);
  }

  /// Of the nominal point at the shaft, W.
  P P_nominal() const { return m_flow_nominal * dp_nominal / (liquid->rho_ref * eta_nominal); }

  DirectMotor<P> direct_motor() const { return {P_nominal(), V_motor, H, R_1, R_2, X, X_m}; }

  /// Shaft power over the speed, dp V / (eta s), without its 0/0 at shut-off: dp V_best / (eta_nominal (2 - q)), W.
  template <class S>
  S shaft_torque(const State<S>& x) const {
    constexpr double slow = 5e-4;      // share of the nominal speed that counts as standing
    constexpr double tail = 0.3;       // least 2 - q
    constexpr double rounding = 1e-3;  // of 2 - q
    constexpr double dp_rounding = 1e-4;
    const P m_best = best_point * m_flow_nominal;
    const S q = x.m_flow * x.speed / (m_best * (x.speed * x.speed + slow * slow));
    const S dp = positive_part(pressure_rise(x), dp_rounding * dp_shutoff);
    return dp * m_best / (liquid->rho_ref * eta_nominal * smooth_max(S(2.0 - q), S(tail), rounding));
  }

  /// Of the drive, or the `direct` one of a motor without.
  template <class S>
  AcFlow<S> current(const State<S>& x, const Across<S>& u, const AcFlow<S>& direct) const {
    using std::sqrt;
    constexpr double tiny = 1e-12;  // keeps the slope at power factor 1
    const S power = x.speed * shaft_torque(x) / eta_drive;
    const S reactive = power * sqrt(1.0 - power_factor * power_factor + tiny) / power_factor;
    const AcFlow<S> drive = ac_constant_power(power, reactive, u.electric, V_minimum);
    return {(1.0 - starter) * drive.I_re + starter * direct.I_re, (1.0 - starter) * drive.I_im + starter * direct.I_im};
  }

  /// 1 above V_minimum, 0 below 70 % of it.
  template <class S>
  S voltage_factor(const AcPort<S>& v) const {
    return smooth_step(S((v.V_re * v.V_re + v.V_im * v.V_im) / (V_minimum * V_minimum)), 0.49, 1.0);
  }

  /// Share of the power that the liquid carries away: 1 but for a pump without flow.
  template <class S>
  S liquid_share(const S& m_flow) const {
    const S ratio2 = m_flow * m_flow / (m_flow_nominal * m_flow_nominal);
    return ratio2 / (ratio2 + small_flow * small_flow);
  }
};

}  // namespace wattloop
