#pragma once
// Subject for every component template of the list. Costly to compile: one file includes it.

#include <array>
#include <cstring>
#include <type_traits>

#include "models/all.h"
#include "tests/support/component_equations.h"
#include "tests/support/component_harness.h"

namespace wattloop::test {

template <template <class> class C>
class SubjectOf final : public Subject {
  using Component = C<double>;
  static constexpr auto fields = Component::fields();
  static constexpr int n_x = static_cast<int>(fields.states.size());
  static constexpr int n_a = fields.across();
  static constexpr int n_rows = n_x + fields.through();

 public:
  const ComponentType& type() const override { return *find_component_type(Component::type); }

  int output_members() const override {
    if constexpr (requires { typename Component::template Outputs<double>; })
      return static_cast<int>(sizeof(typename Component::template Outputs<double>) / sizeof(double));
    else
      return 0;
  }

  std::string check(const ParameterValues& parameters) const override {
    return make_group(type(), parameters)->check(0);
  }

  Eigen::VectorXd equations(const ParameterValues& parameters, const Point& at) const override {
    Eigen::VectorXd rows(n_rows);
    call_equations(make(parameters), at.x.data(), at.dx.data(), at.u.data(), rows.data());
    return rows;
  }

  Linearised linearised(const ParameterValues& parameters, const Point& at) const override {
    using D = Dual<2 * n_x + n_a>;
    std::array<D, n_x> x, dx;
    std::array<D, n_a> u;
    std::array<D, n_rows> rows;
    for (int k = 0; k < n_x; ++k) x[k] = D::variable(at.x[k], k), dx[k] = D::variable(at.dx[k], n_x + k);
    for (int a = 0; a < n_a; ++a) u[a] = D::variable(at.u[a], 2 * n_x + a);
    call_equations(make(parameters), x.data(), dx.data(), u.data(), rows.data());
    Linearised result{Eigen::VectorXd(n_rows), Eigen::MatrixXd(n_rows, D::size)};
    for (int i = 0; i < n_rows; ++i) {
      result.value[i] = rows[i].value;
      for (int j = 0; j < D::size; ++j) result.matrix(i, j) = rows[i].derivative[j];
    }
    return result;
  }

  std::vector<double> outputs(const ParameterValues& parameters, const Point& at) const override {
    std::vector<double> values(fields.outputs.size());
    if constexpr (!fields.outputs.empty()) {
      typename Component::template Outputs<double> out{};
      make(parameters).outputs(state<double>(at.x), across(at.u), out);
      std::memcpy(values.data(), &out, std::min(sizeof(out), values.size() * sizeof(double)));
    }
    return values;
  }

  Balances balances(const ParameterValues& parameters, const Point& at) const override {
    using D = Dual<1>;
    const Component c = make(parameters);
    const auto x = state<double>(at.x);
    const auto u = across(at.u);
    Balances b;
    if constexpr (requires { c.energy_from_outside(x, u); }) b.energy_outside = c.energy_from_outside(x, u);
    if constexpr (requires { c.mass_from_outside(x, u); }) b.mass_outside = c.mass_from_outside(x, u);
    for (int k = 0; k < n_x; ++k) {
      std::vector<D> seeded(at.x.begin(), at.x.end());
      seeded[k].derivative[0] = at.dx[k];
      const auto along = state<D>(seeded);
      if constexpr (requires { c.stored_energy(along); }) {
        const double rate = c.stored_energy(along).derivative[0];
        b.energy_rate += rate;
        b.energy_rate_gross += std::abs(rate);
      }
      if constexpr (requires { c.stored_mass(along); }) {
        const double rate = c.stored_mass(along).derivative[0];
        b.mass_rate += rate;
        b.mass_rate_gross += std::abs(rate);
      }
    }
    return b;
  }

 private:
  static Component make(const ParameterValues& parameters) { return make_component<C>(parameters); }
  template <class S>
  static auto state(const std::vector<S>& values) {
    typename Component::template State<S> x{};
    if constexpr (n_x > 0) std::memcpy(static_cast<void*>(&x), values.data(), sizeof(x));
    return x;
  }
  static auto across(const std::vector<double>& values) {
    typename Component::template Across<double> u{};
    if constexpr (n_a > 0) std::memcpy(static_cast<void*>(&u), values.data(), sizeof(u));
    return u;
  }
};

}  // namespace wattloop::test
