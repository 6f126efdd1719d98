#pragma once
// Phasor arithmetic on the AC connector. V is line to line and I is sqrt(3) times the line current, so that one set of
// formulas holds for the balanced three-phase circuit: V = Z I with the impedance of a phase, P + jQ = V conj(I).

#include <cmath>

#include "models/connectors.h"

namespace wattloop {

template <class S>
struct Phasor {
  S re, im;
};

template <class S>
Phasor<S> operator+(const Phasor<S>& a, const Phasor<S>& b) {
  return {a.re + b.re, a.im + b.im};
}
template <class S>
Phasor<S> operator-(const Phasor<S>& a, const Phasor<S>& b) {
  return {a.re - b.re, a.im - b.im};
}
template <class S, class P>
auto operator*(const Phasor<P>& a, const Phasor<S>& b) -> Phasor<decltype(a.re * b.re)> {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
template <class S>
Phasor<S> conj(const Phasor<S>& a) {
  return {a.re, -a.im};
}
/// 1/a.
template <class S>
Phasor<S> reciprocal(const Phasor<S>& a) {
  const S square = a.re * a.re + a.im * a.im;
  return {a.re / square, -a.im / square};
}

/// exp(j angle).
inline Phasor<double> unit_phasor(double angle) {
  return {std::cos(angle), std::sin(angle)};
}

inline Phasor<Pack> unit_phasor(const Pack& angle) {
  return {angle.each([](double a) { return std::cos(a); }), angle.each([](double a) { return std::sin(a); })};
}

template <int N, class T>
Phasor<Dual<N, T>> unit_phasor(const Dual<N, T>& angle) {
  const Phasor<T> e = unit_phasor(angle.value);
  return {angle.chain(e.re, -e.im), angle.chain(e.im, e.re)};
}

/// Length of a phasor; smooth at zero.
template <class S>
S magnitude(const S& re, const S& im) {
  using std::sqrt;
  constexpr double rounding = 1e-9;  // V, A or VA: far below any recorded value
  return sqrt(re * re + im * im + rounding * rounding);
}

/// Current from a to b through the series impedance R + jX [ohm], A: I = (V_a - V_b) / (R + jX).
template <class S, class P>
AcFlow<S> series_current(const AcPort<S>& a, const AcPort<S>& b, const P& R, const P& X) {
  const P Z2 = R * R + X * X;
  const P G = R / Z2, B = X / Z2;
  const S re = a.V_re - b.V_re, im = a.V_im - b.V_im;
  return {G * re + B * im, G * im - B * re};
}

/// Current into one end of a branch, A: that of the series impedance, `share` times I, and that of a shunt G + jB at V.
template <class S, class A, class P>
AcFlow<S> end_current(const A& share, const AcFlow<S>& I, const P& G, const P& B, const AcPort<S>& u) {
  return {share * I.I_re + G * u.V_re - B * u.V_im, share * I.I_im + G * u.V_im + B * u.V_re};
}

/// Square of the current of the connector, A^2: R times it is the three-phase loss.
template <class S>
S current_squared(const AcFlow<S>& flow) {
  return flow.I_re * flow.I_re + flow.I_im * flow.I_im;
}

/// Current in one line conductor, A.
template <class S>
S line_current(const AcFlow<S>& flow) {
  constexpr double per_line = 0.57735026918962576;  // 1/sqrt(3), from the connector's unit
  return per_line * magnitude(flow.I_re, flow.I_im);
}

/// Line-to-line voltage, V.
template <class S>
S voltage(const AcPort<S>& u) {
  return magnitude(u.V_re, u.V_im);
}

/// Reactive power into a component through an AC port, var.
template <class S>
S reactive_power(const AcPort<S>& u, const AcFlow<S>& flow) {
  return u.V_im * flow.I_re - u.V_re * flow.I_im;
}

/// Reactive per active power of a load with a lagging power factor: tan(acos(power_factor)).
template <class P>
P reactive_share(const P& power_factor) {
  using std::sqrt;
  return sqrt(1.0 - power_factor * power_factor) / power_factor;
}

/// Whether a supply is there: exactly 0 below V_cutoff, exactly 1 above V_minimum, smooth in the square of the voltage
/// between.
template <class S, class P>
S supply_available(const AcPort<S>& u, const P& V_cutoff, const P& V_minimum) {
  const P low = V_cutoff * V_cutoff, high = V_minimum * V_minimum;
  return smooth_step(S((u.V_re * u.V_re + u.V_im * u.V_im - low) / (high - low)), 0.0, 1.0);
}

}  // namespace wattloop
