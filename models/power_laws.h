#pragma once
// Laws of the elements of a power network given per unit: branches and loads. They are those of the site's lines,
// transformers and loads (models/ac_circuit.h), with V in place of volts and one base power.

#include "models/ac_circuit.h"

namespace wattloop {

/// Admittances of a two-port: I_from = ff V_from + ft V_to, I_to = tf V_from + tt V_to, both into the branch.
struct TwoPort {
  Phasor<double> ff, ft, tf, tt;
};

/// A branch as MATPOWER defines it: an ideal transformer at the first end, then a pi circuit.
///
///   I = (V_from / a - V_to) / (R + jX),   a = tap exp(j shift)
///   I_from = (I + jB/2 V_from / a) / conj(a),   I_to = -I + jB/2 V_to
///
/// Source: R. Zimmerman & C. Murillo-Sanchez, MATPOWER User's Manual (2020), 3.2.
struct PiBranch {
  double R = 0.0, X = 0.0, B = 0.0;
  Phasor<double> ratio{1.0, 0.0};  ///< a

  template <class S>
  struct Currents {
    AcFlow<S> from, to;
  };
  template <class S>
  Currents<S> currents(const AcPort<S>& from, const AcPort<S>& to) const {
    const Phasor<double> share = reciprocal(ratio);
    const Phasor<S> v = share * Phasor<S>{from.V_re, from.V_im};
    const AcPort<S> ideal{v.re, v.im};
    const AcFlow<S> I = series_current(ideal, to, R, X);
    const AcFlow<S> inner = end_current(1.0, I, 0.0, 0.5 * B, ideal);
    const Phasor<S> outer = conj(share) * Phasor<S>{inner.I_re, inner.I_im};
    return {{outer.re, outer.im}, end_current(-1.0, I, 0.0, 0.5 * B, to)};
  }
  /// The law is linear: its admittances are its currents at unit voltages.
  TwoPort two_port() const {
    const AcPort<double> one{1.0, 0.0}, zero{0.0, 0.0};
    const Currents<double> a = currents(one, zero), b = currents(zero, one);
    return {{a.from.I_re, a.from.I_im}, {b.from.I_re, b.from.I_im}, {a.to.I_re, a.to.I_im}, {b.to.I_re, b.to.I_im}};
  }
};

/// Powers into the two ends of a branch.
template <class S>
struct BranchFlow {
  Phasor<S> from, to;
};
template <class S>
BranchFlow<S> branch_flow(const TwoPort& y, const AcPort<S>& from, const AcPort<S>& to) {
  const Phasor<S> a{from.V_re, from.V_im}, b{to.V_re, to.V_im};
  return {a * conj(y.ff * a + y.ft * b), b * conj(y.tf * a + y.tt * b)};
}

/// How the power of a load follows the voltage: P + jQ = (P_0 + jQ_0)(impedance |V|^2 + current |V| + power), shares
/// that sum to 1 (the ZIP model: IEEE Task Force, IEEE Trans. Power Syst. 8 (1993) 472).
struct LoadShares {
  double impedance = 0.0, current = 0.0, power = 1.0;
  bool is_constant_power() const { return impedance == 0.0 && current == 0.0; }
};

/// Current into a load of P_0 + jQ_0 at |V| = 1: I = conj((P + jQ) / V).
template <class S, class P>
AcFlow<S> load_current(const Phasor<P>& S_0, const LoadShares& shares, const AcPort<S>& u) {
  using std::sqrt;
  const S square = u.V_re * u.V_re + u.V_im * u.V_im;
  S factor = shares.power / square;
  if (shares.current != 0.0) factor += shares.current / sqrt(square);
  if (shares.impedance != 0.0) factor += shares.impedance;
  return {factor * (S_0.re * u.V_re + S_0.im * u.V_im), factor * (S_0.re * u.V_im - S_0.im * u.V_re)};
}

}  // namespace wattloop
