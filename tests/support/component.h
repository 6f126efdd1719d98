#pragma once
// Components alone in a test: parameters at their defaults, a liquid with constant properties, residuals and
// equilibria of one component for given values at its ports.

#include <array>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "models/fluids.h"
#include "solver/scalar.h"
#include "solver/small_matrix.h"

namespace wattloop::test {

/// C = SomeComponent<double>, every parameter at its default; required ones are NaN until the test sets them.
template <class C>
C with_defaults(const Liquid* liquid = nullptr) {
  C c{};
  static constexpr auto fields = C::fields();
  for (const auto& p : fields.parameters) c.*(p.member) = p.default_value;
  if constexpr (requires { c.liquid = liquid; }) c.liquid = liquid;
  return c;
}

/// A liquid whose properties do not depend on temperature.
inline Liquid constant_liquid(double density, double cp, double viscosity = 1e-3, double conductivity = 0.6) {
  Liquid liquid;
  liquid.name = "constant";
  liquid.rho_ref = density;
  liquid.cp_polynomial.a[0] = cp;
  liquid.enthalpy_polynomial.a[0] = cp * (Liquid::T_center - Liquid::T_datum);
  liquid.enthalpy_polynomial.a[1] = cp * Liquid::T_scale;
  liquid.density_polynomial.a[0] = density;
  liquid.log_viscosity_polynomial.a[0] = std::log(viscosity);
  liquid.conductivity_polynomial.a[0] = conductivity;
  return liquid;
}

template <class C>
struct Evaluation {
  typename C::template State<double> residual{};
  typename C::template Through<double> flow{};
};

template <class C>
Evaluation<C> evaluate(const C& c, const typename C::template State<double>& x,
                       const typename C::template Across<double>& u,
                       const typename C::template State<double>& dx = {}) {
  Evaluation<C> e;
  c.equations(x, dx, u, e.residual, e.flow);
  return e;
}

template <class C>
typename C::template Outputs<double> outputs_of(const C& c, const typename C::template State<double>& x,
                                                const typename C::template Across<double>& u) {
  typename C::template Outputs<double> out{};
  c.outputs(x, u, out);
  return out;
}

/// The state whose residual vanishes at rest, by Newton's method from `x` with dual numbers.
template <class C>
typename C::template State<double> equilibrium(const C& c, typename C::template State<double> x,
                                               const typename C::template Across<double>& u) {
  using State = typename C::template State<double>;
  using Across = typename C::template Across<double>;
  constexpr int n = sizeof(State) / sizeof(double), n_across = sizeof(Across) / sizeof(double);
  using D = Dual<n>;
  std::array<D, n_across> across;
  std::array<double, n_across> values;
  std::memcpy(values.data(), &u, sizeof u);
  for (int i = 0; i < n_across; ++i) across[i] = D(values[i]);
  typename C::template Across<D> u_dual{};
  std::memcpy(static_cast<void*>(&u_dual), across.data(), sizeof u_dual);

  for (int iteration = 0; iteration < 100; ++iteration) {
    std::array<double, n> value;
    std::array<D, n> unknown, residual;
    std::memcpy(value.data(), &x, sizeof x);
    for (int i = 0; i < n; ++i) unknown[i] = D::variable(value[i], i);
    typename C::template State<D> x_dual{}, r{};
    typename C::template Through<D> flow{};
    std::memcpy(static_cast<void*>(&x_dual), unknown.data(), sizeof x_dual);
    c.equations(x_dual, typename C::template State<D>{}, u_dual, r, flow);
    std::memcpy(static_cast<void*>(residual.data()), &r, sizeof r);
    SmallMatrix<n, n> inverse;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) inverse[i][j] = residual[i].derivative[j];
    if (invert<n>(inverse) >= 0) throw std::runtime_error("singular block");
    double change = 0.0;
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) {
        const double step = inverse[i][j] * residual[j].value;
        value[i] -= step;
        change = std::max(change, std::abs(step) / (1.0 + std::abs(value[i])));
      }
    std::memcpy(static_cast<void*>(&x), value.data(), sizeof x);
    if (change < 1e-14) return x;
    if (!std::isfinite(change)) break;
  }
  throw std::runtime_error("no equilibrium");
}

/// The root of a function that changes sign between low and high, by bisection.
template <class F>
double root_between(F&& f, double low, double high) {
  const bool rising = f(high) > 0.0;
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    ((f(middle) > 0.0) == rising ? high : low) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace wattloop::test
