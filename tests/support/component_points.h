#pragma once
// Plausible parameters and points for a component of any type, from its table.

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/fluids.h"
#include "solver/group_base.h"
#include "tests/support/random.h"

namespace wattloop::test {

/// States, their rates and across-values, in the order of the table.
struct Point {
  std::vector<double> x, dx, u;
};

using ParameterValues = std::vector<double>;

/// The liquid of a circuit: 25 % propylene glycol by mass in the first, water in the second.
inline const Liquid& liquid_of_circuit(int circuit) {
  static const Liquid glycol = make_liquid({LiquidKind::propylene_glycol, 0.25});
  static const Liquid water = make_liquid({});
  return circuit == 0 ? glycol : water;
}

/// Gives each liquid port of a component its liquid.
template <class C>
void set_liquids(C& component, std::span<const Port> ports) {
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (ports[i].connector != Connector::liquid) continue;
    const Liquid* liquid = &liquid_of_circuit(ports[i].circuit);
    if constexpr (requires { component.set_liquid(int(i), liquid); })
      component.set_liquid(int(i), liquid);
    else if constexpr (requires { component.liquid = liquid; })
      component.liquid = liquid;
  }
}

namespace rules {

/// What one component needs that the rules below would get wrong: a parameter's value, or the nominal value of an
/// input, a voltage port or the power and current of a type ("W", "A").
struct Special {
  std::string_view type, name;
  double value;
};
inline constexpr Special special[] = {
    {"cold_plate", "m_flow_nominal", 0.03},
    {"cold_plate", "power", 1400.0},
    {"expansion_vessel", "V_vessel", 1.0},
    {"grid", "supply", 345e3},
    {"grid", "W", 1e8},
    {"line", "from", 34.5e3},
    {"line", "to", 34.5e3},
    {"power_shelf", "bus", 51.0},
    {"dc_load", "supply", 51.0},
    {"pi_controller", "u_off", 0.1},
    {"dry_cooler", "C_coil", 5e4},
    {"dry_cooler", "drift", 0.01},
    {"air_zone", "UA", 200.0},
    {"plate_heat_exchanger", "fouling", 1e-5},
    {"cooling_tower", "V_basin", 0.05},
};

/// Values of required parameters by name.
struct NamedValue {
  std::string_view name;
  double value;
};
inline constexpr NamedValue required_values[] = {
    {"dp_shutoff", 8e4},
    {"R_per_metre", 7e-5},
    {"X_per_metre", 1.2e-4},
    {"I_rated", 600.0},
    {"S_n", 3.15e6},
    {"V_primary", 34.5e3},
    {"V_secondary", 415.0},
    {"uk", 0.06},
    {"P0", 3e3},
    {"Pk", 25e3},
    {"P_rated", 1e6},
    {"diameter", 0.15},
    {"length", 40.0},
    {"a", 0.3},
    {"y_min", 0.1},
    {"y_max", 0.9},
    {"gain", 0.5},
    {"T_i", 20.0},
    {"rate_up", 0.1},
    {"rate_down", 0.05},
    {"P_fan_nominal", 15e3},
    {"m_air_nominal", 40.0},
    {"V_system", 20.0},
};

/// Values of required parameters by unit, and nominal values of quantities.
inline constexpr NamedValue unit_values[] = {
    {"kg/s", 5.0}, {"Pa", 5e4},  {"W", 1e5},    {"J/K", 2e5}, {"W/K", 2e4}, {"m3", 500.0}, {"m2", 10.0},
    {"m", 10.0},   {"V", 415.0}, {"A", 1000.0}, {"s", 10.0},  {"K", 300.0}, {"kg", 50.0},  {"J", 1e6},
};

inline double of_unit(std::string_view unit) {
  for (const NamedValue& v : unit_values)
    if (v.name == unit) return v.value;
  return 1.0;
}

/// A machine with its motors on the bus needs what that with drives does.
inline const Special* find_special(std::string_view type, std::string_view name) {
  constexpr std::string_view direct = "_direct";
  if (type.ends_with(direct)) type.remove_suffix(direct.size());
  for (const Special& s : special)
    if (s.type == type && s.name == name) return &s;
  return nullptr;
}

inline double parameter_value(const ComponentType& type, const ParameterInfo& p) {
  if (const Special* s = find_special(type.name, p.name)) return s->value;
  if (!std::isnan(p.default_value)) return p.default_value;
  for (const NamedValue& v : required_values)
    if (v.name == p.name) return v.value;
  return std::clamp(of_unit(p.unit), p.range.min, p.range.max);
}

}  // namespace rules

/// A parameter set to test with.
struct Variant {
  std::string label;
  ParameterValues parameters;
};

/// Defaults and plausible values for what is required; then one variant for each further value of each selector.
inline std::vector<Variant> variants(const ComponentType& type) {
  ParameterValues base;
  for (const ParameterInfo& p : type.parameters) base.push_back(rules::parameter_value(type, p));
  std::vector<Variant> list{{"default", base}};
  for (std::size_t i = 0; i < base.size(); ++i)
    for (std::size_t value = 0; value < type.parameters[i].choices.size(); ++value) {
      if (static_cast<double>(value) == base[i]) continue;
      list.push_back(
          {std::string(type.parameters[i].name) + "=" + std::string(type.parameters[i].choices[value]), base});
      list.back().parameters[i] = static_cast<double>(value);
    }
  return list;
}

/// A state or across-value: between which values it lies, and what counts as a large change of it.
struct Variable {
  std::string name;
  std::string_view unit;
  double low, high, scale;
  bool is_input = false;
};

/// Draws points of one type with given parameters.
class Points {
 public:
  Points(const ComponentType& type, const ParameterValues& parameters) : type_(type), parameters_(parameters) {
    n_x_ = static_cast<int>(type.states.size());
    for (const StateField& s : type.states) add(std::string(s.name), s.unit, nominal(s.name, s.unit), s.start);
    for (std::size_t i = 0; i < type.ports.size(); ++i) add_port(static_cast<int>(i));
  }

  /// Variables of x, then of u.
  const std::vector<Variable>& variables() const { return variables_; }
  double& value(Point& point, int variable) const {
    return variable < n_x_ ? point.x[variable] : point.u[variable - n_x_];
  }
  double value(const Point& point, int variable) const {
    return variable < n_x_ ? point.x[variable] : point.u[variable - n_x_];
  }

  /// Plausible values; among them flows of exactly zero and tiny ones, inputs at the ends of their range, and ports
  /// at equal pressure and temperature.
  Point draw(Random& random) const {
    Point point = empty();
    for (int i = 0; i < count(); ++i) {
      const Variable& v = variables_[i];
      double drawn = random.uniform(v.low, v.high);
      const double dice = random.uniform();
      if (v.unit == "kg/s" && v.low <= 0.0 && dice < 0.25)
        drawn = dice < 0.15 ? 0.0 : std::clamp(drawn * 1e-6, v.low, v.high);
      else if (v.is_input && dice < 0.3)
        drawn = dice < 0.15 ? v.low : v.high;
      else if (const int other = partner(i, random); other < i && dice > 0.9)
        drawn = value(point, other);
      value(point, i) = drawn;
    }
    draw_rates(point, random);
    return point;
  }

  /// Each value is plausible, zero, that of another variable of its unit, or far beyond anything plausible.
  Point draw_extreme(Random& random) const {
    Point point = draw(random);
    for (int i = 0; i < count(); ++i) {
      const Variable& v = variables_[i];
      const int dice = random.below(8);
      const bool may_vanish = !v.is_input || (v.low <= 0.0 && v.high >= 0.0);
      if (dice == 0 && may_vanish && v.unit != "K") value(point, i) = 0.0;
      if (dice == 1 || dice == 2) value(point, i) = value(point, partner(i, random));
      if (dice == 3 && !v.is_input) value(point, i) = v.unit == "K" ? random.uniform(210.0, 440.0) : 10.0 * v.high;
      if (dice == 4 && !v.is_input && v.unit == "kg/s") value(point, i) = 10.0 * v.low;
    }
    return point;
  }

  /// A large change of each state, of each rate and of each across-value.
  Eigen::VectorXd scales() const {
    Eigen::VectorXd s(n_x_ + count());
    for (int k = 0; k < n_x_; ++k) s[k] = variables_[k].scale, s[n_x_ + k] = 0.01 * variables_[k].scale;
    for (int i = n_x_; i < count(); ++i) s[n_x_ + i] = variables_[i].scale;
    return s;
  }

  int count() const { return static_cast<int>(variables_.size()); }
  int states() const { return n_x_; }

 private:
  Point empty() const {
    return {std::vector<double>(n_x_), std::vector<double>(n_x_), std::vector<double>(count() - n_x_)};
  }
  void draw_rates(Point& point, Random& random) const {
    for (int k = 0; k < n_x_; ++k) point.dx[k] = 0.01 * variables_[k].scale * random.uniform(-1.0, 1.0);
  }
  double parameter(std::string_view name, double otherwise) const {
    const int i = type_.parameter_index(name);
    return i < 0 ? otherwise : parameters_[i];
  }

  /// The nominal value of a flow, power, current ... of this name.
  double nominal(std::string_view name, std::string_view unit) const {
    if (const auto* s = rules::find_special(type_.name, name)) return s->value;
    if (const auto* s = rules::find_special(type_.name, unit)) return s->value;
    if (unit == "kg/s") {
      const double any = parameter("m_flow_nominal", parameter("m_air_nominal", rules::of_unit(unit)));
      return parameter(std::string(name).insert(name.find("m_flow") == 0 ? 6 : 0, "_nominal"), any);
    }
    const double power = parameter("P_rated", parameter("Q_nominal", parameter("S_n", rules::of_unit("W"))));
    if (unit == "W") return power;
    if (unit == "A" && type_.parameter_index("P_rated") >= 0)
      return power / parameter("V_set", parameter("V_out", 415.0));
    return rules::of_unit(unit);
  }

  double nominal_voltage(const Port& port, int index) const {
    if (const auto* s = rules::find_special(type_.name, port.name)) return s->value;
    const auto group = type_.make_group();
    group->add("", 1.0);
    for (std::size_t i = 0; i < parameters_.size(); ++i) group->set_parameter(0, static_cast<int>(i), parameters_[i]);
    if (const double V = group->nominal_voltage(0, index); V > 0.0) return V;
    return port.connector == Connector::dc ? 51.0 : 1.2 * parameter("V_minimum", 350.0);
  }

  void add(std::string name, std::string_view unit, double size, double start) {
    if (unit == "K")
      variables_.push_back({std::move(name), unit, 290.0, 340.0, 10.0});
    else if (unit == "Pa")
      variables_.push_back({std::move(name), unit, 1e5, 6e5, 1e5});
    else if (unit == "1")
      variables_.push_back({std::move(name), unit, std::min(0.0, start), std::max(1.0, 2.0 * start), 1.0});
    else if (unit == "kg" || unit == "J")
      variables_.push_back({std::move(name), unit, 0.0, 2.0 * size, size});
    else
      variables_.push_back({std::move(name), unit, -1.2 * size, 1.2 * size, size});
  }

  void add_port(int index) {
    const Port& port = type_.ports[index];
    const std::string name = std::string(port.name) + ".";
    const bool electric = port.connector == Connector::ac || port.connector == Connector::dc;
    const double V = electric ? nominal_voltage(port, index) : 0.0;
    switch (port.connector) {
      case Connector::liquid:
        variables_.push_back({name + "p", "Pa", 1e5, 6e5, 1e5});
        variables_.push_back({name + "T", "K", 290.0, 340.0, 10.0});
        break;
      case Connector::air:
        variables_.push_back({name + "p", "Pa", 9e4, 1.05e5, 1e4});
        variables_.push_back({name + "T", "K", 260.0, 325.0, 10.0});
        variables_.push_back({name + "W", "kg/kg", 0.0, 0.02, 0.01});
        break;
      case Connector::ac:
        variables_.push_back({name + "V_re", "V", 0.6 * V, 1.1 * V, V});
        variables_.push_back({name + "V_im", "V", -0.3 * V, 0.3 * V, V});
        break;
      case Connector::dc:
        variables_.push_back({name + "V", "V", 0.6 * V, 1.1 * V, V});
        break;
      case Connector::heat:
        variables_.push_back({name + "T", "K", 285.0, 325.0, 10.0});
        break;
      case Connector::input:
        add_input(port);
        break;
      case Connector::output:
        break;
    }
  }

  void add_input(const Port& port) {
    const double size = nominal(port.name, port.unit);
    double low = -1.5, high = 1.5;
    if (port.unit == "K")
      low = 285.0, high = 325.0;
    else if (port.unit == "Pa")
      low = 0.9 * port.held_value, high = 1.1 * port.held_value;
    else if (port.unit == "V" || port.unit == "Hz")
      low = 0.9 * port.held_value, high = 1.1 * port.held_value;
    else if (port.unit == "kg/kg")
      low = 0.0, high = 0.02;
    else if (port.unit != "1")
      low = -1.2 * size, high = 1.2 * size;
    else if (std::isfinite(port.range.min) && std::isfinite(port.range.max))
      low = port.range.min, high = port.range.max;
    low = std::max(low, port.range.min);
    high = std::min(high, port.range.max);
    variables_.push_back({std::string(port.name), port.unit, low, high, port.unit == "K" ? 10.0 : high - low, true});
  }

  /// A variable of the same unit, perhaps itself.
  int partner(int variable, Random& random) const {
    std::vector<int> same;
    for (int i = 0; i < count(); ++i)
      if (variables_[i].unit == variables_[variable].unit) same.push_back(i);
    return same[random.below(static_cast<int>(same.size()))];
  }

  const ComponentType& type_;
  const ParameterValues& parameters_;
  int n_x_ = 0;
  std::vector<Variable> variables_;
};

}  // namespace wattloop::test
