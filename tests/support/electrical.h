#pragma once
// Small means to test electrical components one by one or as a few nodes, without a System.

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <stdexcept>
#include <utility>

#include "models/ac_circuit.h"
#include "solver/small_matrix.h"

namespace wattloop::test {

/// A component with the defaults of its table.
template <template <class> class C>
C<double> with_defaults() {
  C<double> component{};
  for (const auto& p : C<double>::fields().parameters) component.*(p.member) = p.default_value;
  return component;
}

template <class C, class S>
struct Evaluation {
  typename C::template State<S> residual;
  typename C::template Through<S> flow;
};

/// The equations of a component without rates.
template <class S, class C>
Evaluation<C, S> evaluate(const C& component, const typename C::template State<S>& x,
                          const typename C::template Across<S>& u) {
  Evaluation<C, S> e{};
  component.equations(x, typename C::template State<S>{}, u, e.residual, e.flow);
  return e;
}

/// The outputs of a component.
template <class C>
typename C::template Outputs<double> outputs(const C& component, const typename C::template State<double>& x,
                                             const typename C::template Across<double>& u) {
  typename C::template Outputs<double> out{};
  component.outputs(x, u, out);
  return out;
}

/// Newton's method on f(y) = 0; f takes and returns arrays of dual numbers. Throws if it does not converge.
template <std::size_t n, class F>
std::array<double, n> solve(F&& f, std::array<double, n> y) {
  constexpr int size = static_cast<int>(n);
  for (int iteration = 0; iteration < 60; ++iteration) {
    std::array<Dual<size>, n> seeded;
    for (int i = 0; i < size; ++i) seeded[i] = Dual<size>::variable(y[i], i);
    const auto r = f(seeded);
    SmallMatrix<size, size> jacobian;
    for (int i = 0; i < size; ++i)
      for (int j = 0; j < size; ++j) jacobian[i][j] = r[i].derivative[j];
    if (invert<size>(jacobian) >= 0) throw std::runtime_error("singular Jacobian");
    double largest = 0.0, change = 0.0;
    for (int i = 0; i < size; ++i) {
      double step = 0.0;
      for (int j = 0; j < size; ++j) step -= jacobian[i][j] * r[j].value;
      y[i] += step;
      change = std::max(change, std::abs(step) / (1.0 + std::abs(y[i])));
      largest = std::max(largest, std::abs(y[i]));
    }
    if (!std::isfinite(largest)) break;
    if (change < 1e-13) return y;
  }
  throw std::runtime_error("no convergence");
}

template <class S>
AcFlow<S> operator+(const AcFlow<S>& a, const AcFlow<S>& b) {
  return {a.I_re + b.I_re, a.I_im + b.I_im};
}
template <class S>
AcFlow<S> operator*(double multiplicity, const AcFlow<S>& a) {
  return {multiplicity * a.I_re, multiplicity * a.I_im};
}

inline std::complex<double> phasor(const AcPort<double>& u) {
  return {u.V_re, u.V_im};
}
inline std::complex<double> phasor(const AcFlow<double>& flow) {
  return {flow.I_re, flow.I_im};
}

}  // namespace wattloop::test
