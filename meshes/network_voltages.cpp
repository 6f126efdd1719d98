// The electrical part of the graph pass: voltages of buses, islands without a source.

#include <algorithm>

#include <fmt/format.h>

#include "meshes/ac_buses.h"
#include "meshes/network_builder.h"
#include "solver/group_base.h"

namespace wattloop {

/// Nominal voltages spread from the components that state them; every AC island needs one that fixes its voltage.
void NetworkBuilder::assign_voltages() {
  std::vector<double> voltage(system_.nodes(), 0.0);
  std::vector<char> fed(system_.nodes(), 0);
  const auto is_ac = [&](const System::Connection& c) {
    return system_.group(c.component.group).type().ports[c.port].connector == Connector::ac;
  };
  for (const System::Connection& c : system_.connections()) {
    if (!is_ac(c)) continue;
    if (const double V = stated_voltage(c); V > 0.0) voltage[c.node] = V;
    if (fixes(system_.group(c.component.group).type(), c.port)) fed[c.node] = 1;
  }
  bool changed = true;
  while (changed) {
    changed = false;
    std::map<std::pair<int, int>, std::vector<int>> joined;  // component -> nodes of ports without a voltage
    for (const System::Connection& c : system_.connections())
      if (is_ac(c)) joined[{c.component.group, c.component.index}].push_back(c.node);
    for (const auto& [component, nodes] : joined) {
      const GroupBase& group = system_.group(component.first);
      const bool passes = passes_voltage({component.first, component.second});
      double V = 0.0;
      bool any_fed = false;
      for (int node : nodes) V = std::max(V, voltage[node]), any_fed = any_fed || fed[node];
      for (int node : nodes) {
        if (passes && voltage[node] == 0.0 && V > 0.0) voltage[node] = V, changed = true;
        if (group.type().conducts && any_fed && !fed[node]) fed[node] = 1, changed = true;
      }
    }
  }
  const std::vector<char> live = live_at_the_start();
  std::set<std::pair<int, int>> reported_at;  // places: equal copies of a bus are one problem
  for (int node = 0; node < system_.nodes(); ++node) {
    if (system_.node_connector(node) != Connector::ac) continue;
    if (!fed[node] && reported_at.insert(place(node)).second)
      problem(node_origins_[node], "a bus without a source", system_.node_path(node));
    if (voltage[node] > 0.0) system_.set_start(node, std::vector<double>{live[node] ? voltage[node] : 0.0, 0.0});
  }
  note_feeds(voltage);
  check_voltages(voltage);
}

/// Nodes that a source which is on reaches by closed breakers and switches; the others are dead until something closes.
std::vector<char> NetworkBuilder::live_at_the_start() const {
  std::vector<char> live(system_.nodes(), 0);
  std::map<std::pair<int, int>, std::vector<int>> joined;  // what conducts and is on -> its nodes
  for (const System::Connection& c : system_.connections()) {
    const ComponentType& type = system_.group(c.component.group).type();
    if (type.ports[c.port].connector != Connector::ac || !is_on(system_.group(c.component.group), c.component.index))
      continue;
    if (fixes(type, c.port) || (type.name == "ups" && c.port == type.port_index("outlet"))) live[c.node] = 1;
    if (type.conducts && type.name != "ups") joined[{c.component.group, c.component.index}].push_back(c.node);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [component, nodes] : joined) {
      if (std::none_of(nodes.begin(), nodes.end(), [&](int node) { return live[node]; })) continue;
      for (const int node : nodes)
        if (!live[node]) live[node] = 1, changed = true;
    }
  }
  return live;
}

/// What the feeds of the racks are made for.
void NetworkBuilder::note_feeds(const std::vector<double>& voltage) {
  std::map<std::pair<int, int>, RackInstance*> rack_of;  // by the shelf
  for (RackInstance& rack : network_.racks_) rack_of[{rack.shelf.group, rack.shelf.index}] = &rack;
  for (const System::Connection& c : system_.connections()) {
    const auto rack = rack_of.find({c.component.group, c.component.index});
    if (rack == rack_of.end() || voltage[c.node] <= 0.0) continue;
    const ComponentType& shelf = system_.group(c.component.group).type();
    if (c.port == shelf.port_index("feed_a")) rack->second->V_feed[0] = voltage[c.node];
    if (c.port == shelf.port_index("feed_b")) rack->second->V_feed[1] = voltage[c.node];
  }
}

/// V, line to line, that a component says an AC port is made for; 0: none. Of a source that which it holds at first.
double NetworkBuilder::stated_voltage(const System::Connection& c) const {
  const GroupBase& group = system_.group(c.component.group);
  if (const double V = group.nominal_voltage(c.component.index, c.port); V > 0.0) return V;
  const int V_input = fixes(group.type(), c.port) ? group.type().port_index("V") : -1;
  if (V_input < 0) return 0.0;
  const InputRef input{c.component, group.type().across_offset(V_input), V_input};
  for (const ScheduledSignal& schedule : network_.schedules_)
    if (schedule.driven.input.key() == input.key()) return schedule.knots.front().second;
  return group.across_slot(input.component.index, input.across) < 0 ? group.held(c.component.index, input.across) : 0.0;
}

/// A grid without impedance, the outlet of a UPS that shares it with no other module.
bool NetworkBuilder::holds_alone(const System::Connection& c) const {
  const GroupBase& group = system_.group(c.component.group);
  const ComponentType& type = group.type();
  const auto parameter = [&](std::string_view name) { return parameter_of(group, c.component.index, name); };
  if (type.name == "ups") return c.port == type.port_index("outlet") && parameter("parallel") == 0.0;
  return type.name == "grid" && c.port == type.port_index("supply") && parameter("R") == 0.0 && parameter("X") == 0.0;
}

/// What is joined is made for one voltage, within what taps and ratings (400, 415, 480 V) differ by.
void NetworkBuilder::check_voltages(const std::vector<double>& voltage) {
  constexpr double most = 1.25;  // of one over the other
  const auto differ = [](double a, double b) { return a > most * b || b > most * a; };
  std::set<std::pair<int, int>> reported_at;
  for (const System::Connection& c : system_.connections()) {
    const GroupBase& group = system_.group(c.component.group);
    if (group.type().ports[c.port].connector != Connector::ac) continue;
    const double V = stated_voltage(c);
    if (V > 0.0 && differ(V, voltage[c.node]) && reported_at.insert(place(c.node)).second)
      problem(node_origins_[c.node],
              fmt::format("a bus of two voltages: {} is made for {:g} V", group.path(c.component.index), V),
              fmt::format("{:g} V", voltage[c.node]));
  }
  // Two sources without impedance leave the current between them open.
  std::map<int, std::string> ideal;  // node -> source
  for (const System::Connection& c : system_.connections()) {
    if (!holds_alone(c)) continue;
    const GroupBase& group = system_.group(c.component.group);
    const std::string& path = group.path(c.component.index);
    if (const auto [at, is_new] = ideal.try_emplace(c.node, path); !is_new)
      problem(node_origins_[c.node], fmt::format("two sources without impedance on a bus that {} feeds", at->second),
              path, {"one of them, an impedance (grid: X), or modules in parallel (ups: parallel: yes)"});
  }
  // What passes voltage on has the same at all its ports.
  std::map<std::pair<int, int>, int> first;  // component -> node of its first AC port
  for (const System::Connection& c : system_.connections()) {
    const GroupBase& group = system_.group(c.component.group);
    if (group.type().ports[c.port].connector != Connector::ac || !passes_voltage(c.component)) continue;
    const int other = first.try_emplace({c.component.group, c.component.index}, c.node).first->second;
    if (voltage[other] > 0.0 && voltage[c.node] > 0.0 && differ(voltage[other], voltage[c.node]) &&
        reported_at.insert(place(c.node)).second)
      problem(node_origins_[c.node],
              fmt::format("{} joins buses of two voltages: that of {} is {:g} V", group.path(c.component.index),
                          system_.node_path(other), voltage[other]),
              fmt::format("{:g} V", voltage[c.node]));
  }
}

/// Whether all AC ports have one voltage, which the component does not state itself.
bool NetworkBuilder::passes_voltage(ComponentRef c) const {
  const GroupBase& group = system_.group(c.group);
  return group.type().conducts && group.nominal_voltage(c.index, 0) == 0.0;
}

}  // namespace wattloop
