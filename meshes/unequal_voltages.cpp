#include "meshes/unequal_voltages.h"

#include <map>
#include <numeric>
#include <set>

#include "meshes/ac_buses.h"

namespace wattloop {

std::vector<UnequalVoltages> unequal_voltages(const Network& network) {
  const AcBuses buses(network);
  std::vector<int> first(buses.names.size());  // of the buses that are one, by its root
  std::iota(first.begin(), first.end(), 0);
  const auto root = [&](int bus) {
    while (first[bus] != bus) bus = first[bus] = first[first[bus]];
    return bus;
  };
  for (const auto& [component, ports] : buses.joined) {
    const GroupBase& group = buses.system.group(component.first);
    if (!group.type().conducts || group.nominal_voltage(component.second, 0) > 0.0) continue;
    for (const auto& [port, bus] : ports) first[root(bus)] = root(ports.begin()->second);
  }
  std::map<int, UnequalVoltages> extremes;  // by root
  for (const auto& [component, ports] : buses.joined) {
    const GroupBase& group = buses.system.group(component.first);
    for (const auto& [port, bus] : ports) {
      double V = group.nominal_voltage(component.second, port);
      if (V == 0.0 && group.type().name == "grid") V = input_of(group, component.second, "V", 0.0);
      if (V <= 0.0) continue;
      const std::string& path = group.path(component.second);
      const auto [at, is_new] = extremes.try_emplace(root(bus), UnequalVoltages{path, path, V, V});
      UnequalVoltages& here = at->second;
      if (V < here.V_low) here.low = path, here.V_low = V;
      if (V > here.V_high) here.high = path, here.V_high = V;
    }
  }
  std::vector<UnequalVoltages> unequal;
  std::set<std::pair<double, double>> told;
  for (const auto& [bus, v] : extremes)
    if (v.V_high > UnequalVoltages::most * v.V_low * (1.0 + 1e-9) && told.insert({v.V_low, v.V_high}).second)
      unequal.push_back(v);
  return unequal;
}

}  // namespace wattloop
