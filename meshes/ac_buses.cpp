#include "meshes/ac_buses.h"

#include <algorithm>

namespace wattloop {

namespace {

/// Whether all its AC ports have one voltage that it does not state itself.
bool passes_voltage(const GroupBase& group, int component) {
  return group.type().conducts && group.type().name != "ups" && group.nominal_voltage(component, 0) == 0.0;
}

}  // namespace

double parameter_of(const GroupBase& group, int component, std::string_view name) {
  return group.parameter(component, group.type().parameter_index(name));
}

double input_of(const GroupBase& group, int component, std::string_view name, double otherwise) {
  const int across = group.type().across_offset(group.type().port_index(name));
  return group.across_slot(component, across) < 0 ? group.held(component, across) : otherwise;
}

bool is_on(const GroupBase& group, int component) {
  double on = 1.0;
  for (const std::string_view input : {"on", "closed"})
    if (group.type().port_index(input) >= 0) on *= input_of(group, component, input);
  return on > 0.5;
}

AcBuses::AcBuses(const Network& network) : system(network.system()) {
  std::map<int, int> bus_of;  // by node
  for (int node = 0; node < system.nodes(); ++node) {
    if (system.node_connector(node) != Connector::ac) continue;
    bus_of[node] = static_cast<int>(names.size());
    names.push_back(system.node_path(node));
  }
  for (const System::Connection& c : system.connections())
    if (const auto bus = bus_of.find(c.node); bus != bus_of.end())
      joined[{c.component.group, c.component.index}][c.port] = bus->second;

  V.assign(names.size(), 0.0);
  for (const auto& [component, ports] : joined) {
    const GroupBase& group = system.group(component.first);
    for (const auto& [port, bus] : ports) {
      if (const double stated = group.nominal_voltage(component.second, port); stated > 0.0) V[bus] = stated;
      if (group.type().name == "grid" && V[bus] == 0.0) V[bus] = input_of(group, component.second, "V", 0.0);
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [component, ports] : joined) {
      if (!passes_voltage(system.group(component.first), component.second)) continue;
      double known = 0.0;
      for (const auto& [port, bus] : ports) known = std::max(known, V[bus]);
      for (const auto& [port, bus] : ports)
        if (V[bus] == 0.0 && known > 0.0) V[bus] = known, changed = true;
    }
  }
  for (double& voltage : V)
    if (voltage == 0.0) voltage = 1.0;
}

}  // namespace wattloop
