#pragma once
// The one table of a component: parameters, ports, states and outputs, each with name, unit and meaning.
//
// Reading, units, range checks, HDF5 names, documentation and the generic tests all follow from it.

#include <array>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <type_traits>

namespace wattloop {

/// What flows through a port. Across-values are shared by all ports of a node; through-values, positive into the
/// component, sum to zero at it.
///
/// | connector | across            | through                        | balance at the node            |
/// |-----------|-------------------|--------------------------------|--------------------------------|
/// | liquid    | p [Pa], T [K]     | m_flow [kg/s], H_flow [W]      | mass, energy                   |
/// | air       | p, T, W [kg/kg]   | m_flow (dry), H_flow, mW_flow  | dry air, energy, vapour        |
/// | ac        | V_re, V_im [V]    | I_re, I_im [A]                 | current (P + jQ = V conj(I))   |
/// | dc        | V [V]             | I [A]                          | current                        |
/// | heat      | T [K]             | Q_flow [W]                     | energy                         |
/// | input     | value             | none: it only reads            | none                           |
/// | output    | none              | value                          | the node's value is the output |
///
/// V of an AC node is the line-to-line voltage and I is sqrt(3) times the line current, so that V conj(I) is the
/// three-phase power.
enum class Connector { liquid, air, ac, dc, heat, input, output };

constexpr int across_size(Connector c) {
  constexpr int sizes[] = {2, 3, 2, 1, 1, 1, 0};
  return sizes[static_cast<int>(c)];
}
constexpr int through_size(Connector c) {
  constexpr int sizes[] = {2, 3, 2, 1, 1, 0, 1};
  return sizes[static_cast<int>(c)];
}
constexpr std::string_view to_string(Connector c) {
  constexpr std::string_view names[] = {"liquid", "air", "ac", "dc", "heat", "input", "output"};
  return names[static_cast<int>(c)];
}

/// Allowed values of a quantity, both ends included.
struct Range {
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
};

inline constexpr Range any_value{};
inline constexpr Range positive{1e-300, std::numeric_limits<double>::infinity()};
inline constexpr Range not_negative{0.0, std::numeric_limits<double>::infinity()};
inline constexpr Range fraction{0.0, 1.0};

/// A parameter without a default must be given.
inline constexpr double required = std::numeric_limits<double>::quiet_NaN();

/// A constant of a component. `member` points to it; choices name the values 0, 1, 2 ... of a selector.
template <class Component, class P>
struct Parameter {
  static constexpr int max_choices = 6;
  std::string_view name;
  P Component::*member;
  std::string_view unit;
  std::string_view meaning;
  Range range;
  double default_value = required;
  std::array<std::string_view, max_choices> choices{};
};

/// A port. Inputs carry a unit, a range and the value they hold while nothing drives them. Liquid ports of one circuit
/// number are joined by the component's water; a heat exchanger has two.
struct Port {
  std::string_view name;
  Connector connector;
  std::string_view meaning;
  std::string_view unit = "";
  Range range{};
  double held_value = 0.0;
  int circuit = 0;
};

/// How an unknown of a component takes part in the solution.
enum class Role {
  differential,  ///< has a rate; eliminated inside the component
  algebraic,     ///< has none; eliminated inside the component
  kept           ///< algebraic, its own pivot can vanish: joins the pivoted matrix of its region
};

/// An internal unknown; `start` is where the search for a steady state begins.
struct StateField {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  double start = 0.0;
  Role role = Role::differential;
};

/// A quantity computed for the record. An alarm is 1 where the model is outside its range or a limit of the equipment
/// is passed, else 0: the summary of a run lists every alarm that was raised.
struct OutputField {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  bool is_alarm = false;
};

template <class Component, class P>
constexpr Parameter<Component, P> parameter(std::string_view name, P Component::*member, std::string_view unit,
                                            std::string_view meaning, Range range, double default_value = required) {
  return {name, member, unit, meaning, range, default_value, {}};
}

/// A parameter with named values: the first name is 0, the second 1, ...
template <class Component, class P>
constexpr Parameter<Component, P> choice(std::string_view name, P Component::*member, std::string_view meaning,
                                         std::initializer_list<std::string_view> names, double default_value = 0.0) {
  Parameter<Component, P> p{name,          member, "1", meaning, {0.0, static_cast<double>(names.size()) - 1.0},
                            default_value, {}};
  int i = 0;
  for (std::string_view n : names) p.choices[i++] = n;
  return p;
}

constexpr Port port(std::string_view name, Connector connector, std::string_view meaning, int circuit = 0) {
  return {name, connector, meaning, "", {}, 0.0, circuit};
}
constexpr Port input(std::string_view name, std::string_view unit, std::string_view meaning, Range range,
                     double held_value) {
  return {name, Connector::input, meaning, unit, range, held_value};
}
constexpr Port signal_output(std::string_view name, std::string_view unit, std::string_view meaning) {
  return {name, Connector::output, meaning, unit};
}

constexpr StateField differential(std::string_view name, std::string_view unit, std::string_view meaning,
                                  double start) {
  return {name, unit, meaning, start, Role::differential};
}
constexpr StateField algebraic(std::string_view name, std::string_view unit, std::string_view meaning, double start) {
  return {name, unit, meaning, start, Role::algebraic};
}
constexpr StateField kept(std::string_view name, std::string_view unit, std::string_view meaning, double start) {
  return {name, unit, meaning, start, Role::kept};
}

constexpr OutputField output(std::string_view name, std::string_view unit, std::string_view meaning) {
  return {name, unit, meaning};
}
constexpr OutputField alarm(std::string_view name, std::string_view meaning) {
  return {name, "1", meaning, true};
}

/// The sorted table: arrays of fixed size, made by `table`.
template <class Component, class P, int n_parameters, int n_ports, int n_states, int n_outputs>
struct Table {
  std::array<Parameter<Component, P>, n_parameters> parameters{};
  std::array<Port, n_ports> ports{};
  std::array<StateField, n_states> states{};
  std::array<OutputField, n_outputs> outputs{};

  constexpr int across() const {
    int n = 0;
    for (const Port& p : ports) n += across_size(p.connector);
    return n;
  }
  constexpr int through() const {
    int n = 0;
    for (const Port& p : ports) n += through_size(p.connector);
    return n;
  }
  constexpr int kept() const {
    int n = 0;
    for (const StateField& s : states) n += s.role == Role::kept;
    return n;
  }
  /// Kept states stand behind the condensed ones, so that each part is contiguous.
  constexpr bool kept_last() const {
    bool seen = false;
    for (const StateField& s : states) {
      if (s.role == Role::kept) seen = true;
      if (s.role != Role::kept && seen) return false;
    }
    return true;
  }
};

namespace detail {
template <class Field, class... Fields>
constexpr int count_of = (0 + ... + static_cast<int>(std::is_same_v<Field, Fields>));

template <class Array, class Field>
constexpr void append_if_same(Array& array, int& n, const Field& field) {
  if constexpr (std::is_same_v<typename Array::value_type, Field>) array[n++] = field;
}
}  // namespace detail

/// Collects the fields of `Component<P>` in the order given, whatever their kind.
template <class Component, class P, class... Fields>
constexpr auto table(const Fields&... fields) {
  Table<Component, P, detail::count_of<Parameter<Component, P>, Fields...>, detail::count_of<Port, Fields...>,
        detail::count_of<StateField, Fields...>, detail::count_of<OutputField, Fields...>>
      t;
  int parameters = 0, ports = 0, states = 0, outputs = 0;
  (detail::append_if_same(t.parameters, parameters, fields), ...);
  (detail::append_if_same(t.ports, ports, fields), ...);
  (detail::append_if_same(t.states, states, fields), ...);
  (detail::append_if_same(t.outputs, outputs, fields), ...);
  return t;
}

}  // namespace wattloop
