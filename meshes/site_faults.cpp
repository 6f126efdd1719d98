// The AC network of a case as a short circuit sees it.

#include <algorithm>
#include <cmath>
#include <map>

#include "meshes/fault_levels.h"
#include "meshes/network.h"

namespace wattloop {

namespace {

using Complex = std::complex<double>;
constexpr double least_Z = 1e-9;  // per unit, of sources and contacts without an impedance

class Collector {
 public:
  explicit Collector(const Network& network) : system_(network.system()) {
    for (int node = 0; node < system_.nodes(); ++node) {
      if (system_.node_connector(node) != Connector::ac) continue;
      bus_of_[node] = static_cast<int>(net_.buses.size());
      net_.buses.push_back({system_.node_path(node), 0.0});
    }
    for (const System::Connection& c : system_.connections())
      if (bus_of_.count(c.node)) ports_[{c.component.group, c.component.index}][c.port] = bus_of_[c.node];
  }

  FaultNetwork collect() {
    spread_voltages();
    for (const auto& [component, ports] : ports_) add(component.first, component.second, ports);
    return std::move(net_);
  }

 private:
  using Ports = std::map<int, int>;  ///< bus by port

  double parameter(const GroupBase& group, int i, std::string_view name) const {
    return group.parameter(i, group.type().parameter_index(name));
  }
  /// The value of an input at the start; of one that a signal drives, `otherwise`.
  double input(const GroupBase& group, int i, std::string_view name, double otherwise = 1.0) const {
    const int across = group.type().across_offset(group.type().port_index(name));
    return group.across_slot(i, across) < 0 ? group.held(i, across) : otherwise;
  }

  /// Nominal voltages from those who state them along what has none of its own.
  void spread_voltages() {
    std::vector<double> V(net_.buses.size(), 0.0);
    for (const auto& [component, ports] : ports_) {
      const GroupBase& group = system_.group(component.first);
      for (const auto& [port, bus] : ports) {
        const double stated = group.nominal_voltage(component.second, port);
        if (stated > 0.0) V[bus] = stated;
        if (group.type().name == "grid" && V[bus] == 0.0) V[bus] = input(group, component.second, "V", 0.0);
      }
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [component, ports] : ports_) {
        const GroupBase& group = system_.group(component.first);
        if (!group.type().conducts || group.nominal_voltage(component.second, 0) > 0.0 || group.type().name == "ups")
          continue;
        double known = 0.0;
        for (const auto& [port, bus] : ports) known = std::max(known, V[bus]);
        for (const auto& [port, bus] : ports)
          if (V[bus] == 0.0 && known > 0.0) V[bus] = known, changed = true;
      }
    }
    for (std::size_t i = 0; i < V.size(); ++i) net_.buses[i].V = V[i] > 0.0 ? V[i] : 1.0;
  }

  double base_ohm(int bus) const { return net_.buses[bus].V * net_.buses[bus].V / FaultNetwork::base; }
  static Complex at_least(Complex Z) { return std::abs(Z) < least_Z ? Complex(0.0, least_Z) : Z; }

  void add(int g, int i, const Ports& ports) {
    const GroupBase& group = system_.group(g);
    const std::string_view type = group.type().name;
    const double n = group.multiplicity(i);
    if (type == "grid") {
      const int bus = ports.begin()->second;
      const Complex Z(parameter(group, i, "R"), parameter(group, i, "X"));
      net_.sources.push_back({bus, at_least(Z / (base_ohm(bus) * n))});
    } else if (type == "genset") {
      const int bus = ports.begin()->second;
      if (input(group, i, "on") * input(group, i, "closed") < 0.5) return;
      const double S = parameter(group, i, "P_rated") / parameter(group, i, "power_factor");
      net_.sources.push_back({bus, Complex(0.0, parameter(group, i, "X") * FaultNetwork::base / (S * n))});
    } else if (ports.size() < 2) {
      return;
    } else if (type == "transformer") {
      add_transformer(group, i, ports.begin()->second, std::next(ports.begin())->second, n);
    } else if (type == "line") {
      const int to = std::next(ports.begin())->second;
      const Complex per_metre(parameter(group, i, "R_per_metre"), parameter(group, i, "X_per_metre"));
      const Complex Z = per_metre * parameter(group, i, "length") / (base_ohm(to) * n);
      net_.branches.push_back({ports.begin()->second, to, at_least(Z)});
    } else if (type == "breaker") {
      if (input(group, i, "closed") > 0.5) add_breaker(group, i, ports, n);
    } else if (type == "transfer_switch" && input(group, i, "on") > 0.5) {
      const int from = ports.at(group.type().port_index("source_1")), to = ports.at(group.type().port_index("load"));
      net_.branches.push_back({from, to, at_least(parameter(group, i, "R") / (base_ohm(to) * n))});
    }
  }

  /// R = Pk/S_n and |Z| = uk per unit of the rating.
  void add_transformer(const GroupBase& group, int i, int from, int to, double n) {
    const double S = parameter(group, i, "S_n"), uk = parameter(group, i, "uk"), r = parameter(group, i, "Pk") / S;
    const double V_1 = parameter(group, i, "V_primary"), V_2 = parameter(group, i, "V_secondary");
    const double x = std::sqrt(std::max(uk * uk - r * r, 0.0)), to_bus = V_2 / net_.buses[to].V;
    const Complex Z = transformer_correction(x) * Complex(r, x) * (to_bus * to_bus * FaultNetwork::base / (S * n));
    net_.branches.push_back({from, to, Z, V_1 / net_.buses[from].V / to_bus});
  }

  void add_breaker(const GroupBase& group, int i, const Ports& ports, double n) {
    static constexpr double k[] = {0.14, 13.5, 80.0}, alpha[] = {0.02, 1.0, 2.0};
    const int to = std::next(ports.begin())->second, curve = static_cast<int>(parameter(group, i, "curve"));
    const double I_rated = parameter(group, i, "I_rated");
    FaultNetwork::Breaker breaker{group.path(i), static_cast<int>(net_.branches.size()), k[curve], alpha[curve]};
    breaker.time_multiplier = parameter(group, i, "time_multiplier");
    breaker.opening_time = parameter(group, i, "opening_time");
    breaker.I_pickup = I_rated * parameter(group, i, "I_pickup");
    breaker.I_instantaneous = I_rated * parameter(group, i, "I_instantaneous");
    breaker.I_interrupting = parameter(group, i, "I_interrupting");
    breaker.in_parallel = static_cast<int>(std::lround(n));
    const Complex Z = at_least(parameter(group, i, "R") / (base_ohm(to) * n));
    net_.branches.push_back({ports.begin()->second, to, Z, 1.0, static_cast<int>(net_.breakers.size())});
    net_.breakers.push_back(std::move(breaker));
  }

  const System& system_;
  FaultNetwork net_;
  std::map<int, int> bus_of_;                   ///< by node
  std::map<std::pair<int, int>, Ports> ports_;  ///< by component
};

}  // namespace

FaultNetwork fault_network(const Network& network) {
  return Collector(network).collect();
}

}  // namespace wattloop
