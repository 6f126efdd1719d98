#pragma once
// Gather, call, scatter: the loop over the components of one type.

#include <array>
#include <cstring>
#include <string>
#include <tuple>
#include <vector>

#include "solver/errors.h"
#include "solver/group_base.h"
#include "solver/hash.h"
#include "solver/scalar.h"
#include "solver/small_matrix.h"

namespace wattloop {

namespace detail {
struct Nothing {};

template <class C, class S>
using OutputsOf = decltype([] {
  if constexpr (requires { typename C::template Outputs<S>; })
    return typename C::template Outputs<S>{};
  else
    return Nothing{};
}());
}  // namespace detail

/// The runtime description of a component template, from its `fields` table.
template <template <class> class C>
const ComponentType& component_type();

/// Components of type C<double> in the order they were added; C is also called with dual numbers.
template <template <class> class C>
class Group final : public GroupBase {
  using Component = C<double>;
  static constexpr auto fields = Component::fields();
  static constexpr int n_x = static_cast<int>(fields.states.size());
  static constexpr int n_k = fields.kept();
  static constexpr int n_c = n_x - n_k;
  static constexpr int n_a = fields.across();
  static constexpr int n_t = fields.through();
  static constexpr int n_columns = n_k + n_a;  // of the border
  static constexpr int n_rows = n_k + n_t;
  using D = Dual<n_x + n_a>;

  static_assert(fields.kept_last(), "list kept states behind the condensed ones");

  /// A^-1, A^-1 B and C A^-1 of one component.
  struct Condensed {
    SmallMatrix<n_c, n_c> inverse;
    SmallMatrix<n_c, n_columns> left;
    SmallMatrix<n_rows, n_c> right;
  };

 public:
  Group() {
    n_states_ = n_x;
    n_kept_ = n_k;
    n_across_ = n_a;
    n_through_ = n_t;
  }

  const ComponentType& type() const override { return component_type<C>(); }
  const Component& component(int i) const { return components_[i]; }

  int add(std::string path, double multiplicity) override {
    Component c{};
    for (const auto& p : fields.parameters) c.*(p.member) = p.default_value;
    components_.push_back(c);
    paths_.push_back(std::move(path));
    multiplicities_.push_back(multiplicity);
    across_slots_.insert(across_slots_.end(), n_a, -1);
    through_slots_.insert(through_slots_.end(), n_t, -1);
    for (const Port& p : fields.ports) held_.insert(held_.end(), across_size(p.connector), p.held_value);
    return size() - 1;
  }
  void set_parameter(int i, int parameter, double value) override {
    components_[i].*(fields.parameters[parameter].member) = value;
  }
  double parameter(int i, int parameter) const override {
    return components_[i].*(fields.parameters[parameter].member);
  }
  void set_liquid(int i, int port, const Liquid* liquid) override {
    if constexpr (requires(Component c) { c.set_liquid(port, liquid); })
      components_[i].set_liquid(port, liquid);
    else if constexpr (requires(Component c) { c.liquid = liquid; })
      components_[i].liquid = liquid;
  }
  std::string check(int i) const override {
    if constexpr (requires(Component c) { c.check(); })
      return components_[i].check();
    else
      return {};
  }
  double start_value(int i, int state) const override {
    if constexpr (requires(Component c) { c.start(); }) {
      std::array<double, n_x> values;
      store(components_[i].start(), values.data());
      return values[state];
    } else {
      for (const auto& p : fields.parameters)
        if (is_nominal_of(p.name, fields.states[state].name)) return components_[i].*(p.member);
      return fields.states[state].start;
    }
  }
  double nominal_voltage(int i, int port) const override {
    if constexpr (requires(Component c) { c.nominal_voltage(port); })
      return components_[i].nominal_voltage(port);
    else
      return 0.0;
  }
  std::uint64_t fingerprint(int i) const override {
    if constexpr (std::is_empty_v<Component>) return 0;
    std::array<std::uint64_t, sizeof(Component) / sizeof(std::uint64_t)> words;  // parameters and pointers, no padding
    std::memcpy(words.data(), &components_[i], sizeof words);
    std::uint64_t hash = 0;
    for (std::uint64_t word : words) hash = mix_hash(hash, word);
    return hash;
  }
  void copy(int i, const GroupBase& from, int of) override {
    components_[i] = static_cast<const Group&>(from).components_[of];
    for (int a = 0; a < n_a; ++a) held(i, a) = from.held(of, a);
  }
  void finish_setup(int first_unknown) override {
    first_unknown_ = first_unknown;
    through_values_.assign(components_.size() * n_t, 0.0);
  }
  void prepare_to_solve(int linearisations) override {
    const auto n = components_.size();
    schur_.assign(n * n_rows * n_columns, 0.0);
    condensed_rhs_.assign(n * n_rows, 0.0);
    condensed_.assign(linearisations, std::vector<Condensed>(n));
  }

  void residual(int begin, int end, const double* y, const double* dy, double* r) override {
    for (int i = begin; i < end; ++i) {
      const auto [x, dx, u] = gather(i, y, dy);
      State<double> result{};
      Through<double> flow{};
      components_[i].equations(x, dx, u, result, flow);
      store(result, r + unknown(i, 0));
      double* values = through_values_.data() + i * n_t;
      store(flow, values);
      for (int t = 0; t < n_t; ++t) values[t] *= through_weight(i, t);
    }
  }

  void outputs(int i, const double* y, double* values) const override {
    if constexpr (!fields.outputs.empty()) {
      const auto [x, dx, u] = gather(i, y, y);
      typename Component::template Outputs<double> out{};
      components_[i].outputs(x, u, out);
      store(out, values);
    }
  }

  Exchange exchange(int i, const double* y) const override;
  double stored_energy(int i, const double* y) const override {
    if constexpr (requires(Component c, State<double> x) { c.stored_energy(x); })
      return components_[i].stored_energy(std::get<0>(gather(i, y, y)));
    else
      return 0.0;
  }
  double stored_mass(int i, const double* y) const override {
    if constexpr (requires(Component c, State<double> x) { c.stored_mass(x); })
      return components_[i].stored_mass(std::get<0>(gather(i, y, y)));
    else
      return 0.0;
  }

  void linearise(int begin, int end, const double* y, const double* dy, double cj) override {
    for (int i = begin; i < end; ++i) condense_matrix(i, differentiate(i, y, dy, cj));
  }
  void condense(int begin, int end, const double* r) override {
    for (int i = begin; i < end; ++i) {
      const Condensed& m = condensed_[active_][i];
      const double* local = r + unknown(i, 0);
      for (int row = 0; row < n_rows; ++row) {
        double sum = 0.0;
        for (int c = 0; c < n_c; ++c) sum -= m.right[row][c] * local[c];
        condensed_rhs_[i * n_rows + row] = row < n_k ? sum : through_weight(i, row - n_k) * sum;
      }
    }
  }
  void back_substitute(int begin, int end, const double* r, double* delta) const override {
    for (int i = begin; i < end; ++i) {
      const Condensed& m = condensed_[active_][i];
      const double* local = r + unknown(i, 0);
      double* x = delta + unknown(i, 0);
      std::array<double, n_columns> border;
      for (int k = 0; k < n_k; ++k) border[k] = x[n_c + k];
      for (int a = 0; a < n_a; ++a) {
        const int slot = across_slots_[i * n_a + a];
        border[n_k + a] = slot < 0 ? 0.0 : delta[slot];
      }
      for (int row = 0; row < n_c; ++row) {
        double sum = 0.0;
        for (int c = 0; c < n_c; ++c) sum += m.inverse[row][c] * local[c];
        for (int b = 0; b < n_columns; ++b) sum -= m.left[row][b] * border[b];
        x[row] = sum;
      }
    }
  }
  void select_linearisation(int slot) override { active_ = slot; }

 private:
  template <class S>
  using State = typename Component::template State<S>;
  template <class S>
  using Across = typename Component::template Across<S>;
  template <class S>
  using Through = typename Component::template Through<S>;

  // The structs are arrays of S with names: the table lists their members in the same order.
  static_assert(n_x == 0 || sizeof(State<double>) == n_x * sizeof(double), "one field for each member of State");
  static_assert(n_a == 0 || sizeof(Across<double>) == n_a * sizeof(double), "one port for each member of Across");
  static_assert(n_t == 0 || sizeof(Through<double>) == n_t * sizeof(double), "one port for each member of Through");

  /// What n equal components send through their ports is n times as much; a signal is that of one.
  static constexpr auto is_signal = [] {
    std::array<bool, n_t> signal{};
    int t = 0;
    for (const Port& p : fields.ports)
      for (int k = 0; k < through_size(p.connector); ++k) signal[t++] = p.connector == Connector::output;
    return signal;
  }();
  double through_weight(int i, int t) const { return is_signal[t] ? 1.0 : multiplicities_[i]; }

  /// "m_flow_nominal" and "m_flow_nominal_a" are the nominal values of "m_flow" and "m_flow_a".
  static bool is_nominal_of(std::string_view parameter, std::string_view state) {
    constexpr std::string_view mark = "_nominal";
    const std::size_t at = parameter.find(mark);
    return at != std::string_view::npos && parameter.substr(0, at) == state.substr(0, at) &&
           parameter.substr(at + mark.size()) == state.substr(std::min(at, state.size()));
  }

  template <class Struct, class S, std::size_t n>
  static Struct load(const std::array<S, n>& values) {
    Struct result{};
    if constexpr (n > 0) std::memcpy(static_cast<void*>(&result), values.data(), sizeof(S) * n);
    return result;
  }
  template <class Struct>
  static void store(const Struct& from, double* to) {
    if constexpr (!std::is_empty_v<Struct>) std::memcpy(to, &from, sizeof(Struct));
  }

  std::tuple<State<double>, State<double>, Across<double>> gather(int i, const double* y, const double* dy) const {
    std::array<double, n_x> x, dx;
    std::array<double, n_a> u;
    const int first = unknown(i, 0);
    for (int k = 0; k < n_x; ++k) x[k] = y[first + k], dx[k] = dy[first + k];
    for (int a = 0; a < n_a; ++a) {
      const int slot = across_slots_[i * n_a + a];
      u[a] = slot < 0 ? held_[i * n_a + a] : y[slot];
    }
    return {load<State<double>>(x), load<State<double>>(dx), load<Across<double>>(u)};
  }

  SmallMatrix<n_x + n_t, n_x + n_a> differentiate(int i, const double* y, const double* dy, double cj) const {
    std::array<D, n_x> x, dx;
    std::array<D, n_a> u;
    const int first = unknown(i, 0);
    for (int k = 0; k < n_x; ++k) {
      x[k] = D::variable(y[first + k], k);
      dx[k] = D(dy[first + k]);
      dx[k].derivative[k] = cj;
    }
    for (int a = 0; a < n_a; ++a) {
      const int slot = across_slots_[i * n_a + a];
      u[a] = slot < 0 ? D(held_[i * n_a + a]) : D::variable(y[slot], n_x + a);
    }
    State<D> result{};
    Through<D> flow{};
    components_[i].equations(load<State<D>>(x), load<State<D>>(dx), load<Across<D>>(u), result, flow);
    SmallMatrix<n_x + n_t, n_x + n_a> jacobian{};
    std::array<D, n_x + n_t> rows;
    if constexpr (n_x > 0) std::memcpy(static_cast<void*>(rows.data()), &result, sizeof(D) * n_x);
    if constexpr (n_t > 0) std::memcpy(static_cast<void*>(rows.data() + n_x), &flow, sizeof(D) * n_t);
    for (int r = 0; r < n_x + n_t; ++r)
      for (int c = 0; c < n_x + n_a; ++c) jacobian[r][c] = rows[r].derivative[c];
    return jacobian;
  }

  void condense_matrix(int i, const SmallMatrix<n_x + n_t, n_x + n_a>& jacobian) {
    Condensed& m = condensed_[active_][i];
    for (int r = 0; r < n_c; ++r)
      for (int c = 0; c < n_c; ++c) m.inverse[r][c] = jacobian[r][c];
    if (const int k = invert<n_c>(m.inverse); k >= 0)
      throw SingularBlock(paths_[i], std::string(fields.states.empty() ? "" : type().states[k].name));
    for (int r = 0; r < n_c; ++r)
      for (int c = 0; c < n_columns; ++c) {
        m.left[r][c] = 0.0;
        for (int k = 0; k < n_c; ++k) m.left[r][c] += m.inverse[r][k] * jacobian[k][n_c + c];
      }
    for (int r = 0; r < n_rows; ++r)
      for (int c = 0; c < n_c; ++c) {
        m.right[r][c] = 0.0;
        for (int k = 0; k < n_c; ++k) m.right[r][c] += jacobian[n_c + r][k] * m.inverse[k][c];
      }
    double* s = schur_.data() + i * n_rows * n_columns;
    for (int r = 0; r < n_rows; ++r) {
      const double weight = r < n_k ? 1.0 : through_weight(i, r - n_k);
      for (int c = 0; c < n_columns; ++c) {
        double sum = jacobian[n_c + r][n_c + c];
        for (int k = 0; k < n_c; ++k) sum -= jacobian[n_c + r][k] * m.left[k][c];
        s[r * n_columns + c] = weight * sum;
      }
    }
  }

  std::vector<Component> components_;
  std::vector<std::vector<Condensed>> condensed_;
  int active_ = 0;
};

template <template <class> class C>
Exchange Group<C>::exchange(int i, const double* y) const {
  Exchange e;
  const double* flow = through_values_.data() + i * n_t;
  const double one = 1.0 / multiplicities_[i];
  const auto across = [&](int a) {
    const int slot = across_slots_[i * n_a + a];
    return slot < 0 ? held_[i * n_a + a] : y[slot];
  };
  int a = 0, t = 0;
  for (const Port& p : fields.ports) {
    double power = 0.0, electrical = 0.0, mass = 0.0;
    switch (p.connector) {
      case Connector::liquid:
        mass = flow[t], power = flow[t + 1];
        break;
      case Connector::air:
        mass = flow[t] + flow[t + 2], power = flow[t + 1];
        break;
      case Connector::ac:
        electrical = power = across(a) * flow[t] + across(a + 1) * flow[t + 1];
        break;
      case Connector::dc:
        electrical = power = across(a) * flow[t];
        break;
      case Connector::heat:
        power = flow[t];
        break;
      case Connector::input:
      case Connector::output:
        break;
    }
    e.energy_ports += one * power;
    e.energy_gross += one * std::abs(power);
    e.electrical_ports += one * electrical;
    e.mass_ports += one * mass;
    e.mass_gross += one * std::abs(mass);
    a += across_size(p.connector);
    t += through_size(p.connector);
  }
  const auto gathered = gather(i, y, y);
  const State<double>& x = std::get<0>(gathered);
  const Across<double>& u = std::get<2>(gathered);
  if constexpr (requires { components_[i].energy_from_outside(x, u); })
    e.energy_outside = components_[i].energy_from_outside(x, u);
  if constexpr (requires { components_[i].mass_from_outside(x, u); })
    e.mass_outside = components_[i].mass_from_outside(x, u);
  return e;
}

template <template <class> class C>
const ComponentType& component_type() {
  static const ComponentType type = [] {
    using Component = C<double>;
    constexpr auto fields = Component::fields();
    ComponentType t;
    t.name = Component::type;
    t.summary = Component::summary;
    for (const auto& p : fields.parameters) {
      ParameterInfo info{p.name, p.unit, p.meaning, p.range, p.default_value, {}};
      for (std::string_view c : p.choices)
        if (!c.empty()) info.choices.push_back(c);
      t.parameters.push_back(info);
    }
    t.ports.assign(fields.ports.begin(), fields.ports.end());
    t.states.assign(fields.states.begin(), fields.states.end());
    t.outputs.assign(fields.outputs.begin(), fields.outputs.end());
    if constexpr (requires { Component::is_reference; }) t.is_reference = Component::is_reference;
    if constexpr (requires { Component::allows_others; }) t.allows_others = Component::allows_others;
    if constexpr (requires { Component::conducts; }) t.conducts = Component::conducts;
    if constexpr (requires { Component::outside; }) t.outside = Component::outside;
    t.make_group = []() -> std::unique_ptr<GroupBase> { return std::make_unique<Group<C>>(); };
    return t;
  }();
  return type;
}

}  // namespace wattloop
