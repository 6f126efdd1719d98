#pragma once
// Water-cooled chillers.

#include <string>

#include "models/connectors.h"
#include "models/eir_curves.h"
#include "models/motor.h"
#include "solver/fields.h"

namespace wattloop {

/// One water-cooled chiller between two liquid circuits, curves in the DOE-2 form (EirMachine).
///
///   C_fluid dT_fluid/dt = H_in - H_out - Q                     chilled water, one cell at the leaving temperature
///   C_condenser dT_condenser/dt = H_in - H_out + Q + motor_heat_share P
///   Q_max = available Q_nominal CAPFT(T_leaving, T_entering)   T_entering: condenser water at its inlet
///   Q = m (h(T_in) - h(set_point)) between 0 and PLR_maximum Q_max
///   P = Q_max / COP_nominal  EIRFT(T_leaving, T_entering)  EIRFPLR(PLR)
///   heat to the room = (1 - motor_heat_share) P;   p_in - p_out = dp_nominal (m/m_nominal)^1.8 on both sides
///
/// motor_heat_share: 1 for hermetic machines, the motor's efficiency for open drives. Capacity follows the set point at
/// once (the compressor's own control, fast beside the water), rounded over 2 % at its ends. Between PLR_unloading and
/// PLR_minimum hot gas is bypassed, below PLR_minimum the machine cycles; its mean power counts, single cycles are not
/// resolved. Outside their box the curves are held at its edge (`out_of_range`). A condenser pump control holds the
/// condenser at T_condenser_minimum in cold weather: colder entering water gives no better COP, and is flagged.
/// Above T_cut_out of the leaving condenser water (no flow, say) the machine leaves within 1 K (`cut_out`): the high
/// pressure switch. `available` is `on`, the supply voltage and the cut-out together. The time a machine needs to
/// restart belongs to its controller.
///
/// Default curves: York YK centrifugal, 5549 kW, COP 6.5 at 6.67/26.11 degC (EnergyPlus data set Chillers.idf), as
/// published: CAPFT is 0.953 at its own rating point. Box 4.44-8.89 degC leaving, 12.78-26.11 degC entering. For warm
/// water, or another make, type in its curves. CAPFT and EIRFT: coefficients of 1, x, x^2, y, y^2, x y with
/// x = T_leaving and y = T_entering in degC.
template <class P = double>
struct WaterCooledChiller {
  static constexpr std::string_view type = "water_cooled_chiller";
  static constexpr std::string_view summary = "a water-cooled chiller by capacity and efficiency curves";

  P Q_nominal, COP_nominal, m_flow_nominal, dp_nominal, C_fluid;
  P m_flow_nominal_condenser, dp_nominal_condenser, C_condenser;
  P T_leaving_minimum, T_leaving_maximum, T_condenser_minimum, T_condenser_maximum, T_cut_out;
  P PLR_minimum, PLR_unloading, PLR_maximum, motor_heat_share, power_factor, V_minimum;
  P CAPFT_1, CAPFT_x, CAPFT_xx, CAPFT_y, CAPFT_yy, CAPFT_xy;
  P EIRFT_1, EIRFT_x, EIRFT_xx, EIRFT_y, EIRFT_yy, EIRFT_xy;
  P EIRFPLR_1, EIRFPLR_x, EIRFPLR_xx;
  const Liquid *chilled = nullptr, *condenser = nullptr;

  void set_liquid(int port, const Liquid* l) { (port < 2 ? chilled : condenser) = l; }

  static constexpr auto fields() {
    using C = WaterCooledChiller;
    return table<C, P>(
        parameter("Q_nominal", &C::Q_nominal, "W", "capacity where CAPFT is 1", positive),
        parameter("COP_nominal", &C::COP_nominal, "1", "heat over power where EIRFT and EIRFPLR are 1", positive, 6.5),
        parameter("m_flow_nominal", &C::m_flow_nominal, "kg/s", "nominal flow of chilled water", positive),
        parameter("dp_nominal", &C::dp_nominal, "Pa", "pressure drop at nominal flow, evaporator", positive),
        parameter("C_fluid", &C::C_fluid, "J/K", "heat capacity of the evaporator and its water", positive),
        parameter("m_flow_nominal_condenser", &C::m_flow_nominal_condenser, "kg/s", "nominal flow of condenser water",
                  positive),
        parameter("dp_nominal_condenser", &C::dp_nominal_condenser, "Pa", "pressure drop at nominal flow, condenser",
                  positive),
        parameter("C_condenser", &C::C_condenser, "J/K", "heat capacity of the condenser and its water", positive),
        parameter("T_leaving_minimum", &C::T_leaving_minimum, "K", "box of the curves, coldest leaving water", positive,
                  277.59),
        parameter("T_leaving_maximum", &C::T_leaving_maximum, "K", "box of the curves, warmest leaving water", positive,
                  282.04),
        parameter("T_condenser_minimum", &C::T_condenser_minimum, "K", "box of the curves, coldest entering water",
                  positive, 285.93),
        parameter("T_condenser_maximum", &C::T_condenser_maximum, "K", "box of the curves, warmest entering water",
                  positive, 299.26),
        parameter("T_cut_out", &C::T_cut_out, "K", "condenser water leaving at the high-pressure switch [A]", positive,
                  323.15),
        parameter("PLR_minimum", &C::PLR_minimum, "1", "load below which the machine cycles", Range{1e-3, 1.0}, 0.14),
        parameter("PLR_unloading", &C::PLR_unloading, "1", "load below which hot gas is bypassed", Range{1e-3, 1.0},
                  0.14),
        parameter("PLR_maximum", &C::PLR_maximum, "1", "largest load over Q_max", Range{0.5, 1.5}, 1.0),
        parameter("motor_heat_share", &C::motor_heat_share, "1", "share of the power that goes to the condenser",
                  fraction, 1.0),
        parameter("power_factor", &C::power_factor, "1", "active over apparent power, lagging", Range{0.05, 1.0}, 0.95),
        parameter("V_minimum", &C::V_minimum, "V", "line-to-line voltage below which capacity is lost", positive,
                  332.0),
        parameter("CAPFT_1", &C::CAPFT_1, "1", "capacity, constant", any_value, -0.1402079),
        parameter("CAPFT_x", &C::CAPFT_x, "1", "capacity by leaving water", any_value, 0.01836029),
        parameter("CAPFT_xx", &C::CAPFT_xx, "1", "capacity by leaving water squared", any_value, -0.002390588),
        parameter("CAPFT_y", &C::CAPFT_y, "1", "capacity by entering water", any_value, 0.1207956),
        parameter("CAPFT_yy", &C::CAPFT_yy, "1", "capacity by entering water squared", any_value, -0.003563147),
        parameter("CAPFT_xy", &C::CAPFT_xy, "1", "capacity by leaving times entering water", any_value, 0.002024532),
        parameter("EIRFT_1", &C::EIRFT_1, "1", "input per capacity, constant", any_value, 0.498998),
        parameter("EIRFT_x", &C::EIRFT_x, "1", "input by leaving water", any_value, -0.08246157),
        parameter("EIRFT_xx", &C::EIRFT_xx, "1", "input by leaving water squared", any_value, 0.006047523),
        parameter("EIRFT_y", &C::EIRFT_y, "1", "input by entering water", any_value, 0.05168793),
        parameter("EIRFT_yy", &C::EIRFT_yy, "1", "input by entering water squared", any_value, -0.0008552445),
        parameter("EIRFT_xy", &C::EIRFT_xy, "1", "input by leaving times entering water", any_value, 6.275326e-05),
        parameter("EIRFPLR_1", &C::EIRFPLR_1, "1", "part load, constant", any_value, 0.2336623),
        parameter("EIRFPLR_x", &C::EIRFPLR_x, "1", "part load, by PLR", any_value, 0.190132),
        parameter("EIRFPLR_xx", &C::EIRFPLR_xx, "1", "part load, by PLR squared", any_value, 0.5749473),
        port("inlet", Connector::liquid, "water to be chilled"), port("outlet", Connector::liquid, "chilled water"),
        port("condenser_inlet", Connector::liquid, "condenser water in", 1),
        port("condenser_outlet", Connector::liquid, "condenser water out", 1), port("supply", Connector::ac, "power"),
        port("room", Connector::heat, "air around the machine"), input("on", "1", "0 stops the machine", fraction, 1.0),
        input("set_point", "K", "leaving water wanted", positive, 280.15),
        differential("T_fluid", "K", "chilled water leaving", 282.15),
        differential("T_condenser", "K", "condenser water leaving", 303.15),
        algebraic("m_flow", "kg/s", "flow of chilled water", 1.0),
        algebraic("m_flow_condenser", "kg/s", "flow of condenser water", 1.0),
        output("Q_flow", "W", "heat taken from the chilled water"), output("P", "W", "electrical power"),
        output("COP", "1", "heat over power"), output("PLR", "1", "share of the capacity in use"),
        output("Q_max", "W", "capacity at these temperatures"),
        output("Q_condenser", "W", "heat to the condenser water"),
        output("running", "1", "share of the time that the compressor runs"),
        alarm("out_of_range", "the curves of the running machine are held at the edge of their box"),
        alarm("short_of_capacity", "more is asked for than the running machine can do"),
        alarm("cut_out", "the high-pressure switch has stopped the machine"));
  }

  template <class S>
  struct State {
    S T_fluid, T_condenser, m_flow, m_flow_condenser;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet, condenser_inlet, condenser_outlet;
    AcPort<S> supply;
    HeatPort<S> room;
    S on, set_point;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet, condenser_inlet, condenser_outlet;
    AcFlow<S> supply;
    HeatFlow<S> room;
  };
  template <class S>
  struct Outputs {
    S Q_flow, P_el, COP, PLR, Q_max, Q_condenser, running, out_of_range, short_of_capacity, cut_out;
  };

  /// `motor` is what turns the compressor: OnDrive or OnLine. Returns what it draws.
  template <class S, class Motor = OnDrive>
  MotorLoad<S> equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow,
                         const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const S H_chilled = mixed_cell_flow(*chilled, x.m_flow, small_flow * m_flow_nominal, x.T_fluid, u.inlet, u.outlet,
                                        flow.inlet, flow.outlet);
    const S H_condenser =
        mixed_cell_flow(*condenser, x.m_flow_condenser, small_flow * m_flow_nominal_condenser, x.T_condenser,
                        u.condenser_inlet, u.condenser_outlet, flow.condenser_inlet, flow.condenser_outlet);
    const S heat = motor_heat_share * o.compressor.heat;
    flow.supply = o.compressor.supply;
    flow.room.Q_flow = heat - o.compressor.heat;
    r.T_fluid = C_fluid * dx.T_fluid - (H_chilled - o.machine.Q);
    r.T_condenser = C_condenser * dx.T_condenser - (H_condenser + o.machine.Q + heat);
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 1.8);
    r.m_flow_condenser = u.condenser_inlet.p - u.condenser_outlet.p -
                         power_law_loss(x.m_flow_condenser, m_flow_nominal_condenser, dp_nominal_condenser, 1.8);
    return o.compressor;
  }

  template <class S, class Motor = OnDrive>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out, const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const S one(1.0), zero(0.0), tiny = 1e-9 * Q_nominal;
    out.Q_flow = o.machine.Q;
    out.P_el = o.compressor.power;
    out.COP = o.machine.Q / (out.P_el + tiny);
    out.PLR = o.machine.PLR;
    out.Q_max = o.machine.Q_full;
    out.Q_condenser = o.machine.Q + motor_heat_share * o.compressor.heat;
    out.running = o.machine.running;
    out.out_of_range = select(u.on > S(0.5), machine().out_of_range(x.T_fluid, u.condenser_inlet.T), zero);
    const S too_much = select(wanted(x, u) > PLR_maximum * o.machine.Q_full + 0.02 * Q_nominal, one, zero);
    out.short_of_capacity = select(u.on > S(0.5), too_much, zero);
    out.cut_out = select(x.T_condenser > S(T_cut_out), one, zero);
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C_fluid * x.T_fluid + C_condenser * x.T_condenser;
  }

  /// What is wrong with the parameters; empty if nothing is.
  std::string check() const {
    if (!(T_condenser_maximum < T_cut_out)) return "T_condenser_maximum must be below T_cut_out";
    return machine().check();
  }

 private:
  template <class S>
  struct Operation {
    typename EirMachine<P>::template Operation<S> machine;
    MotorLoad<S> compressor;
  };

  template <class S, class Motor>
  Operation<S> operate(const State<S>& x, const Across<S>& u, const Motor& motor) const {
    const S cut_out = smooth_step(S(x.T_condenser - T_cut_out), 0.0, 1.0);
    const S available = motor.share(u.on, u.supply, V_minimum) * (1.0 - cut_out);
    Operation<S> o;
    o.machine = machine().operate(x.T_fluid, u.condenser_inlet.T, wanted(x, u), S(1.0), available);
    o.compressor = motor.draw(o.machine.power, u.supply, power_factor, V_minimum);
    return o;
  }

  /// W that bring the water entering at the inlet to the set point.
  template <class S>
  S wanted(const State<S>& x, const Across<S>& u) const {
    const Upwind<S> m(x.m_flow, small_flow * m_flow_nominal);
    return m.forward *
           (liquid_enthalpy(*chilled, u.inlet.T, u.inlet.p) - liquid_enthalpy(*chilled, u.set_point, u.outlet.p));
  }

  EirMachine<P> machine() const {
    return {{{CAPFT_1, CAPFT_x, CAPFT_xx, CAPFT_y, CAPFT_yy, CAPFT_xy},
             {EIRFT_1, EIRFT_x, EIRFT_xx, EIRFT_y, EIRFT_yy, EIRFT_xy},
             {EIRFPLR_1, EIRFPLR_x, EIRFPLR_xx}},
            Q_nominal,
            COP_nominal,
            T_leaving_minimum,
            T_leaving_maximum,
            T_condenser_minimum,
            T_condenser_maximum,
            PLR_minimum,
            PLR_unloading,
            PLR_maximum};
  }
};

}  // namespace wattloop
