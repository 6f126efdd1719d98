#pragma once
// A finned coil: liquid in the tubes, air across them.

#include "models/connectors.h"
#include "models/crossflow.h"

namespace wattloop {

/// Heat between a liquid and the air that crosses its coil, exact crossflow of two unmixed streams.
///
///   UA_nominal / UA = (1 - z) (m_air_nominal/m_air)^0.68 + z (m_flow_nominal/m_flow)^0.8 + fouling
///
/// z is the liquid's share of the resistance at nominal flows. Exponents: 0.68 air across finned tubes (Briggs and
/// Young 1963, Nu ~ Re^0.681), 0.8 turbulent flow in tubes (Dittus and Boelter 1930); both level off below about 2 % of
/// the nominal flow (laminar liquid, free convection), and give UA_nominal exactly at nominal flows.
template <class P>
struct AirCoil {
  P UA_nominal, m_air_nominal, m_flow_nominal, liquid_share;

  /// Heat from liquid to air is a - K T_air, W, with T_air the air's temperature where it enters the coil.
  template <class S>
  struct Law {
    S a, K;  // W, W/K
    S heat(const S& T_air) const { return a - K * T_air; }
  };

  template <class S>
  S conductance(const S& m_air, const S& m_flow, const S& fouling) const {
    using std::pow;
    const S resistance = (1.0 - liquid_share) * pow(leveled_square(m_air, m_air_nominal), -0.34) +
                         liquid_share * pow(leveled_square(m_flow, m_flow_nominal), -0.4) + fouling;
    return UA_nominal / resistance;
  }

  /// C_air: capacity flow of the air, W/K, above zero. T_fluid: the coil's liquid cell, at the outlet temperature.
  ///
  /// With a flow of more than 10 % of the nominal the liquid counts from its inlet on (whichever end that is); below,
  /// the law turns into that of a cell of still liquid at T_fluid, so that a stopped coil cools to the air's
  /// temperature.
  template <class S>
  Law<S> law(const Liquid& liquid, const S& m_flow, const S& T_fluid, const S& T_inlet, const S& T_outlet,
             const S& m_air, const S& C_air, const S& fouling) const {
    using std::expm1;
    const Stream<S> x = stream(liquid, m_flow, T_fluid, T_inlet, T_outlet);
    const S UA = conductance(m_air, m_flow, fouling);
    const S K_moving = x.moving * crossflow_conductance(UA, x.C, C_air);
    const S K_still = (1.0 - x.moving) * C_air * -expm1(-UA / C_air);
    return {K_moving * x.T_upstream + K_still * T_fluid, K_moving + K_still};
  }

  /// The same to surroundings of one temperature, spray water instead of air: epsilon = 1 - e^-NTU. UA_nominal then
  /// counts the resistance outside the tubes as constant.
  template <class S>
  Law<S> law_to_spray(const Liquid& liquid, const S& m_flow, const S& T_fluid, const S& T_inlet, const S& T_outlet,
                      const S& fouling) const {
    using std::expm1;
    const Stream<S> x = stream(liquid, m_flow, T_fluid, T_inlet, T_outlet);
    const S UA = conductance(S(m_air_nominal), m_flow, fouling);
    const S K_moving = x.moving * x.C * -expm1(-UA / x.C);
    const S K_still = (1.0 - x.moving) * UA;
    return {K_moving * x.T_upstream + K_still * T_fluid, K_moving + K_still};
  }

 private:
  template <class S>
  struct Stream {
    S C, T_upstream, moving;  // W/K, K, 1 above 10 % of the nominal flow and 0 without flow
  };

  template <class S>
  Stream<S> stream(const Liquid& liquid, const S& m_flow, const S& T_fluid, const S& T_inlet, const S& T_outlet) const {
    const Upwind<S> m(m_flow, small_flow * m_flow_nominal);
    const S m_size = m.forward - m.backward;
    const S T_upstream = m.carry(T_inlet, S(-T_outlet)) / m_size;
    const S ratio = m_flow / m_flow_nominal;
    return {m_size * liquid.cp(S(0.5 * (T_upstream + T_fluid))), T_upstream, smooth_step(S(ratio * ratio), 0.0, 0.01)};
  }

  /// (m/m_nominal)^2, 1 at nominal flow and never below 0.0004.
  template <class S>
  static S leveled_square(const S& m, const P& m_nominal) {
    constexpr double floor = 0.0004;
    const S ratio = m / m_nominal;
    return ratio * ratio * (1.0 - floor) + floor;
  }
};

}  // namespace wattloop
