#pragma once
// What components see and return at their ports. Signs: a through-value is positive into the component.

#include "models/fluids.h"
#include "solver/scalar.h"

namespace wattloop {

template <class S>
struct LiquidPort {
  S p, T;  // Pa absolute, K
};
template <class S>
struct LiquidFlow {
  S m_flow, H_flow;  // kg/s, W (enthalpy including the flow work p/rho)
};

template <class S>
struct AirPort {
  S p, T, W;  // Pa absolute, K, kg of vapour per kg of dry air
};
template <class S>
struct AirFlow {
  S m_flow, H_flow, mW_flow;  // kg/s of dry air, W, kg/s of vapour
};

template <class S>
struct AcPort {
  S V_re, V_im;  // V, line to line
};
template <class S>
struct AcFlow {
  S I_re, I_im;  // A times sqrt(3): P + jQ = V conj(I) is the three-phase power
};

template <class S>
struct DcPort {
  S V;  // V
};
template <class S>
struct DcFlow {
  S I;  // A
};

template <class S>
struct HeatPort {
  S T;  // K
};
template <class S>
struct HeatFlow {
  S Q_flow;  // W
};

/// Specific enthalpy of a liquid, J/kg: its own enthalpy and the flow work p/rho with the circuit's reference density.
/// With it friction heats the liquid and pump work is not lost from the balance.
template <class S>
S liquid_enthalpy(const Liquid& liquid, const S& T, const S& p) {
  return liquid.enthalpy(T) + p * (1.0 / liquid.rho_ref);
}

/// A mass flow split by direction: forward >= 0, backward <= 0, forward + backward = m_flow, both smooth.
/// m+- = (m +- sqrt(m^2 + epsilon^2)) / 2, so that a node without flow still has a temperature.
template <class S>
struct Upwind {
  S forward, backward;

  template <class E>
  Upwind(const S& m_flow, const E& epsilon) {
    const S magnitude = smooth_abs(m_flow, epsilon);
    forward = 0.5 * (m_flow + magnitude);
    backward = 0.5 * (m_flow - magnitude);
  }
  /// Flow of a quantity that has the given values on the two sides: W for J/kg.
  S carry(const S& upstream, const S& downstream) const { return forward * upstream + backward * downstream; }
};

/// Standard gravity, m/s2 (ISO 80000-3:2019).
inline constexpr double gravity = 9.80665;

/// Share of its nominal flow at which a component's flow counts as zero, for the rounding of Upwind and friction.
inline constexpr double small_flow = 1e-3;

/// Heat carried by `m_flow` through a component without storage: into it at `inlet`, out of it at `outlet`.
template <class S, class E>
void adiabatic_flow(const Liquid& liquid, const S& m_flow, const E& epsilon, const LiquidPort<S>& inlet,
                    const LiquidPort<S>& outlet, LiquidFlow<S>& at_inlet, LiquidFlow<S>& at_outlet) {
  const Upwind<S> m(m_flow, epsilon);
  const S H_flow = m.carry(liquid_enthalpy(liquid, inlet.T, inlet.p), liquid_enthalpy(liquid, outlet.T, outlet.p));
  at_inlet = {m_flow, H_flow};
  at_outlet = {-m_flow, -H_flow};
}

/// The same through one mixed cell of liquid at T: returns the net enthalpy flow into the cell, W.
template <class S, class E>
S mixed_cell_flow(const Liquid& liquid, const S& m_flow, const E& epsilon, const S& T, const LiquidPort<S>& inlet,
                  const LiquidPort<S>& outlet, LiquidFlow<S>& at_inlet, LiquidFlow<S>& at_outlet) {
  const Upwind<S> m(m_flow, epsilon);
  const S H_in = m.carry(liquid_enthalpy(liquid, inlet.T, inlet.p), liquid_enthalpy(liquid, T, inlet.p));
  const S H_out = m.carry(liquid_enthalpy(liquid, T, outlet.p), liquid_enthalpy(liquid, outlet.T, outlet.p));
  at_inlet = {m_flow, H_in};
  at_outlet = {-m_flow, -H_out};
  return H_in - H_out;
}

/// Pressure loss of a fixed resistance, Pa: dp_nominal (m/m_nominal)^exponent, linear below about 2 % of the nominal
/// flow, odd and smooth through zero.
template <class S, class P>
S power_law_loss(const S& m_flow, const P& m_flow_nominal, const P& dp_nominal, double exponent) {
  using std::pow;
  constexpr double rounding = 0.02;  // share of the nominal flow
  const S ratio = m_flow / m_flow_nominal;
  return dp_nominal * ratio * pow(ratio * ratio + rounding * rounding, 0.5 * (exponent - 1.0));
}

/// Current of a load that asks for a power, A: constant power above V_min, turning smoothly into an impedance below,
/// so that it vanishes with the voltage. P = V I.
template <class S, class P>
S constant_power_current(const S& power, const S& V, const P& V_min) {
  const auto inverse = 1.0 / V_min;
  const S v = V * inverse;
  return power * inverse * select(v >= S(1.0), 1.0 / v, v * (3.0 - 2.0 * v));
}

/// Current into a three-phase load that draws P + jQ from V, in the AC connector's unit: I = conj((P + jQ) / V).
/// Constant power above V_min, turning smoothly into an impedance below. W, var, V.
template <class S, class E>
AcFlow<S> ac_constant_power(const S& P, const S& Q, const AcPort<S>& u, const E& V_min) {
  const S w = (u.V_re * u.V_re + u.V_im * u.V_im) / (V_min * V_min);
  const S share = select(w >= S(1.0), 1.0 / w, 2.0 - w) / (V_min * V_min);
  return {(P * u.V_re + Q * u.V_im) * share, (P * u.V_im - Q * u.V_re) * share};
}

/// Power into a component through an AC port, W.
template <class S>
S ac_power(const AcPort<S>& u, const AcFlow<S>& flow) {
  return u.V_re * flow.I_re + u.V_im * flow.I_im;
}

}  // namespace wattloop
