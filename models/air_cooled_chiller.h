#pragma once
// Air-cooled chillers.

#include <string>

#include "models/eir_curves.h"
#include "models/moist_air.h"
#include "models/motor.h"
#include "solver/fields.h"

namespace wattloop {

/// One air-cooled chiller: chilled water on one side, outdoor air on the other, curves in the DOE-2 form (EirCurves).
///
///   C_fluid dT_fluid/dt = H_in - H_out - Q         one cell at the leaving temperature
///   Q_max = available Q_nominal CAPFT(T_leaving, T_air) (1 - altitude_derating (1 - p/101325 Pa))
///   Q = m (h(T_in) - h(set_point)) between 0 and Q_max
///   P = Q_max / COP_nominal  EIRFT(T_leaving, T_air)  EIRFPLR(PLR),   PLR = Q / Q_max
///   heat to the air = Q + P;   p_in - p_out = dp_nominal (m/m_nominal)^1.8
///
/// Capacity follows the set point at once: the compressor's own control, fast beside the water. The corners of Q are
/// rounded over 2 % of Q_max. Below PLR_minimum the machine cycles; its mean power is then in proportion to Q, and the
/// swing of single cycles is not resolved. `available` is `on`, the supply voltage and the outdoor limit together:
/// above T_air_maximum the machine leaves within 1 K (flag `too_hot`). Below T_air_hold the head-pressure control holds
/// the condenser, and the curves see T_air_hold. Outside their box the curves are held at its edge (flag
/// `out_of_range`). The time a machine needs to restart belongs to its controller.
///
/// The default curves are an assumed machine, not a product: COP 4.8 at 24 degC water and 37 degC air and from there
/// the same share, 0.54, of Carnot's between T_leaving - 5 K and T_air + 15 K (3.1 at 7/35 degC, 6.0 at 30/37), fitted
/// within 0.3 %; capacity +2.5 % per kelvin of water, -1 % per kelvin of air; inverter-driven at part load.
/// CAPFT and EIRFT: coefficients of 1, x, x^2, y, y^2, x y with x = T_leaving and y = T_air in degC.
template <class P = double>
struct AirCooledChiller {
  static constexpr std::string_view type = "air_cooled_chiller";
  static constexpr std::string_view summary = "an air-cooled chiller by capacity and efficiency curves";

  P Q_nominal, COP_nominal, m_flow_nominal, dp_nominal, C_fluid;
  P T_leaving_minimum, T_leaving_maximum, T_air_minimum, T_air_hold, T_air_maximum;
  P PLR_minimum, altitude_derating, power_factor, V_minimum;
  P CAPFT_1, CAPFT_x, CAPFT_xx, CAPFT_y, CAPFT_yy, CAPFT_xy;
  P EIRFT_1, EIRFT_x, EIRFT_xx, EIRFT_y, EIRFT_yy, EIRFT_xy;
  P EIRFPLR_1, EIRFPLR_x, EIRFPLR_xx;
  const Liquid* liquid = nullptr;

  static constexpr auto fields() {
    using C = AirCooledChiller;
    return table<C, P>(
        parameter("Q_nominal", &C::Q_nominal, "W", "capacity where CAPFT is 1", positive),
        parameter("COP_nominal", &C::COP_nominal, "1", "heat over power where EIRFT and EIRFPLR are 1", positive, 4.8),
        parameter("m_flow_nominal", &C::m_flow_nominal, "kg/s", "nominal water flow", positive),
        parameter("dp_nominal", &C::dp_nominal, "Pa", "pressure drop at nominal water flow", positive),
        parameter("C_fluid", &C::C_fluid, "J/K", "heat capacity of the evaporator and its water", positive),
        parameter("T_leaving_minimum", &C::T_leaving_minimum, "K", "box of the curves, coldest leaving water", positive,
                  278.15),
        parameter("T_leaving_maximum", &C::T_leaving_maximum, "K", "box of the curves, warmest leaving water", positive,
                  303.15),
        parameter("T_air_minimum", &C::T_air_minimum, "K", "box of the curves, coldest air", positive, 293.15),
        parameter("T_air_hold", &C::T_air_hold, "K", "air below which head-pressure control holds the condenser",
                  positive, 298.15),
        parameter("T_air_maximum", &C::T_air_maximum, "K", "air above which the machine switches off", positive,
                  323.15),
        parameter("PLR_minimum", &C::PLR_minimum, "1", "load below which the machine cycles", Range{1e-3, 1.0}, 0.1),
        parameter("altitude_derating", &C::altitude_derating, "1", "capacity lost per share of pressure lost (assumed)",
                  fraction, 0.3),
        parameter("power_factor", &C::power_factor, "1", "active over apparent power, lagging", Range{0.05, 1.0}, 0.95),
        parameter("V_minimum", &C::V_minimum, "V", "line-to-line voltage below which capacity is lost", positive,
                  332.0),
        parameter("CAPFT_1", &C::CAPFT_1, "1", "capacity, constant", any_value, 0.77),
        parameter("CAPFT_x", &C::CAPFT_x, "1", "capacity by leaving water", any_value, 0.025),
        parameter("CAPFT_xx", &C::CAPFT_xx, "1", "capacity by leaving water squared", any_value, 0.0),
        parameter("CAPFT_y", &C::CAPFT_y, "1", "capacity by air", any_value, -0.01),
        parameter("CAPFT_yy", &C::CAPFT_yy, "1", "capacity by air squared", any_value, 0.0),
        parameter("CAPFT_xy", &C::CAPFT_xy, "1", "capacity by leaving water times air", any_value, 0.0),
        parameter("EIRFT_1", &C::EIRFT_1, "1", "input per capacity, constant", any_value, 0.6605528),
        parameter("EIRFT_x", &C::EIRFT_x, "1", "input by leaving water", any_value, -0.0356),
        parameter("EIRFT_xx", &C::EIRFT_xx, "1", "input by leaving water squared", any_value, 0.0001227),
        parameter("EIRFT_y", &C::EIRFT_y, "1", "input by air", any_value, 0.03296),
        parameter("EIRFT_yy", &C::EIRFT_yy, "1", "input by air squared", any_value, 0.0),
        parameter("EIRFT_xy", &C::EIRFT_xy, "1", "input by leaving water times air", any_value, -0.0001085),
        parameter("EIRFPLR_1", &C::EIRFPLR_1, "1", "part load, constant (assumed)", any_value, 0.1),
        parameter("EIRFPLR_x", &C::EIRFPLR_x, "1", "part load, by PLR (assumed)", any_value, 0.5),
        parameter("EIRFPLR_xx", &C::EIRFPLR_xx, "1", "part load, by PLR squared (assumed)", any_value, 0.4),
        port("inlet", Connector::liquid, "water to be chilled"), port("outlet", Connector::liquid, "chilled water"),
        port("air", Connector::air, "the outdoor air"), port("supply", Connector::ac, "power"),
        input("on", "1", "0 stops the machine", fraction, 1.0),
        input("set_point", "K", "leaving water wanted", positive, 297.15),
        differential("T_fluid", "K", "leaving water", 297.15), algebraic("m_flow", "kg/s", "water flow", 1.0),
        output("Q_flow", "W", "heat taken from the water"), output("P", "W", "electrical power"),
        output("COP", "1", "heat over power"), output("PLR", "1", "share of the capacity in use"),
        output("Q_max", "W", "capacity at this hour"),
        output("too_hot", "1", "share of the machine that the outdoor limit has switched off"),
        alarm("out_of_range", "the curves are held at the edge of their box"));
  }

  template <class S>
  struct State {
    S T_fluid, m_flow;
  };
  template <class S>
  struct Across {
    LiquidPort<S> inlet, outlet;
    AirPort<S> air;
    AcPort<S> supply;
    S on, set_point;
  };
  template <class S>
  struct Through {
    LiquidFlow<S> inlet, outlet;
    AirFlow<S> air;
    AcFlow<S> supply;
  };
  template <class S>
  struct Outputs {
    S Q_flow, P_el, COP, PLR, Q_max, too_hot, out_of_range;
  };

  /// `motor` is what turns the compressor: OnDrive or OnLine. Returns what it draws.
  template <class S, class Motor = OnDrive>
  MotorLoad<S> equations(const State<S>& x, const State<S>& dx, const Across<S>& u, State<S>& r, Through<S>& flow,
                         const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const S H_net = mixed_cell_flow(*liquid, x.m_flow, small_flow * m_flow_nominal, x.T_fluid, u.inlet, u.outlet,
                                    flow.inlet, flow.outlet);
    flow.supply = o.compressor.supply;
    flow.air = {S(0.0), -(o.Q + o.compressor.heat), S(0.0)};
    r.T_fluid = C_fluid * dx.T_fluid - (H_net - o.Q);
    r.m_flow = u.inlet.p - u.outlet.p - power_law_loss(x.m_flow, m_flow_nominal, dp_nominal, 1.8);
    return o.compressor;
  }

  template <class S, class Motor = OnDrive>
  void outputs(const State<S>& x, const Across<S>& u, Outputs<S>& out, const Motor& motor = {}) const {
    const Operation<S> o = operate(x, u, motor);
    const S tiny = 1e-9 * Q_nominal;
    const S& power = o.compressor.power;
    out = {o.Q, power, o.Q / (power + tiny), o.PLR, o.Q_max, too_hot(u), machine().out_of_range(x.T_fluid, held(u))};
  }

  /// J, above 0 K.
  template <class S>
  S stored_energy(const State<S>& x) const {
    return C_fluid * x.T_fluid;
  }

  /// What is wrong with the parameters; empty if nothing is.
  std::string check() const {
    if (!(T_air_hold < T_air_maximum)) return "T_air_hold must be below T_air_maximum";
    return machine().check();
  }

 private:
  template <class S>
  struct Operation {
    S Q, PLR, Q_max;
    MotorLoad<S> compressor;
  };

  template <class S, class Motor>
  Operation<S> operate(const State<S>& x, const Across<S>& u, const Motor& motor) const {
    const S available = motor.share(u.on, u.supply, V_minimum) * (1.0 - too_hot(u));
    const auto m = machine().operate(x.T_fluid, held(u), wanted(x, u), altitude_factor(u), available);
    Operation<S> o;
    o.Q = m.Q, o.PLR = m.PLR, o.Q_max = m.Q_full;
    o.compressor = motor.draw(m.power, u.supply, power_factor, V_minimum);
    return o;
  }

  /// W that bring the water entering at the inlet to the set point.
  template <class S>
  S wanted(const State<S>& x, const Across<S>& u) const {
    const Upwind<S> m(x.m_flow, small_flow * m_flow_nominal);
    return m.forward *
           (liquid_enthalpy(*liquid, u.inlet.T, u.inlet.p) - liquid_enthalpy(*liquid, u.set_point, u.outlet.p));
  }

  /// Outdoor air as the condenser sees it, K.
  template <class S>
  S held(const Across<S>& u) const {
    return smooth_max(u.air.T, S(T_air_hold), 1e-3);
  }
  template <class S>
  S altitude_factor(const Across<S>& u) const {
    return smooth_max(S(1.0 - altitude_derating * (1.0 - u.air.p / air::p_sea_level)), S(0.05), 1e-4);
  }
  template <class S>
  S too_hot(const Across<S>& u) const {
    return smooth_step(S(u.air.T - T_air_maximum), 0.0, 1.0);
  }
  EirMachine<P> machine() const {
    return {curves(),      Q_nominal,     COP_nominal, T_leaving_minimum, T_leaving_maximum,
            T_air_minimum, T_air_maximum, PLR_minimum, PLR_minimum,       P(1.0)};
  }
  EirCurves<P> curves() const {
    return {{CAPFT_1, CAPFT_x, CAPFT_xx, CAPFT_y, CAPFT_yy, CAPFT_xy},
            {EIRFT_1, EIRFT_x, EIRFT_xx, EIRFT_y, EIRFT_yy, EIRFT_xy},
            {EIRFPLR_1, EIRFPLR_x, EIRFPLR_xx}};
  }
};

}  // namespace wattloop
