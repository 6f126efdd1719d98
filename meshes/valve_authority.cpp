#include "meshes/valve_authority.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace wattloop {

namespace {

constexpr double least_flow = 0.1;  // of the nominal flow

/// Where liquid ports are joined.
class LiquidGraph {
 public:
  explicit LiquidGraph(const System& system) : system_(system) {
    for (const System::Connection& c : system.connections()) {
      if (system.node_connector(c.node) != Connector::liquid) continue;
      at_node_[c.node].push_back(&c);
      of_component_[{c.component.group, c.component.index}].push_back(&c);
    }
  }

  int node_of(ComponentRef c, std::string_view port_name) const {
    const int port = system_.group(c.group).type().port_index(port_name);
    for (const System::Connection* connection : of_component_.at({c.group, c.index}))
      if (connection->port == port) return connection->node;
    return -1;
  }

  /// From a node of a component as far as nothing but passive parts in series follows.
  int end_of_branch(int node, ComponentRef from) const {
    const int begin = node;
    while (true) {
      const auto& joined = at_node_.at(node);
      if (joined.size() != 2) return node;
      const System::Connection& other = *joined[is_of(*joined[0], from) ? 1 : 0];
      const int next = across(other);
      if (next < 0 || next == begin) return node;
      node = next;
      from = other.component;
    }
  }

 private:
  static bool is_of(const System::Connection& c, ComponentRef component) {
    return c.component.group == component.group && c.component.index == component.index;
  }

  /// The node on the other side of a passive part with one way through; -1: a pump, a boundary, a manifold.
  int across(const System::Connection& entry) const {
    const ComponentType& type = system_.group(entry.component.group).type();
    if (type.name == "pump" || type.is_reference) return -1;
    int node = -1, count = 0;
    for (const System::Connection* c : of_component_.at({entry.component.group, entry.component.index})) {
      if (type.ports[c->port].circuit != type.ports[entry.port].circuit) continue;
      ++count;
      if (c->port != entry.port) node = c->node;
    }
    return count == 2 ? node : -1;
  }

  const System& system_;
  std::map<int, std::vector<const System::Connection*>> at_node_;
  std::map<std::pair<int, int>, std::vector<const System::Connection*>> of_component_;
};

}  // namespace

ValveAuthorities::ValveAuthorities(const Network& network) : network_(network) {
  const System& system = network.system();
  const LiquidGraph graph(system);
  for (const HeldInput& driven : network.driven_inputs()) {
    const ComponentRef c = driven.input.component;
    const GroupBase& group = system.group(c.group);
    const ComponentType& type = group.type();
    if (type.name != "control_valve" || type.ports[driven.input.port].name != "opening") continue;
    Valve valve;
    valve.opening = driven;
    valve.inlet = graph.node_of(c, "inlet");
    valve.outlet = graph.node_of(c, "outlet");
    valve.first = graph.end_of_branch(valve.inlet, c);
    valve.last = graph.end_of_branch(valve.outlet, c);
    valve.m_nominal = group.parameter(c.index, type.parameter_index("m_flow_nominal"));
    valve.dp_nominal = group.parameter(c.index, type.parameter_index("dp_nominal"));
    valves_.push_back(std::move(valve));
  }
}

void ValveAuthorities::look(const double* y) {
  const System& system = network_.system();
  const auto p = [&](int node) { return y[system.node_unknown(node)]; };
  for (Valve& valve : valves_) {
    const ComponentRef c = valve.opening.input.component;
    const GroupBase& group = system.group(c.group);
    const double m_flow = std::abs(y[group.unknown(c.index, group.type().state_index("m_flow"))]);
    if (m_flow < least_flow * valve.m_nominal || m_flow <= valve.m_flow) continue;
    valve.m_flow = m_flow;
    const double open = valve.dp_nominal * std::pow(m_flow / valve.m_nominal, 2);
    const double branch = std::abs(p(valve.first) - p(valve.last)), now = std::abs(p(valve.inlet) - p(valve.outlet));
    valve.authority = open / (open + std::max(branch - now, 0.0));
  }
}

}  // namespace wattloop
