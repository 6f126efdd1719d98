// The AC network of a case as a short circuit sees it.

#include <algorithm>
#include <cmath>

#include "meshes/ac_buses.h"
#include "meshes/fault_levels.h"

namespace wattloop {

namespace {

using Complex = std::complex<double>;
constexpr double least_Z = 1e-9;  // per unit, of sources and contacts without an impedance

bool is_branch(std::string_view type) {
  return type == "transformer" || type == "line" || type == "breaker" || type == "transfer_switch";
}

/// n where all units seen are n in parallel, 1 where their numbers differ, 0 where none was seen.
struct EqualNumber {
  double n = 0.0;
  void see(double other) { n = n == 0.0 || n == other ? other : 1.0; }
};

/// Of each bus: how many equal ones it stands for.
std::vector<double> copies_of(const AcBuses& buses) {
  struct Units {
    EqualNumber all, feeding, sections;
  };
  std::vector<Units> units(buses.names.size());
  for (const auto& [component, ports] : buses.joined) {
    const GroupBase& group = buses.system.group(component.first);
    const std::string_view type = group.type().name;
    if (type == "voltmeter") continue;  // at one of them
    const double n = group.multiplicity(component.second);
    const auto source = group.fault_source(component.second);
    const int feeds_at = source && !source->decays ? ports.rbegin()->second : -1;
    for (const auto& [port, bus] : ports) {
      (type == "switchgear" ? units[bus].sections : units[bus].all).see(n);
      if (is_branch(type) || bus == feeds_at) units[bus].feeding.see(n);
    }
  }
  std::vector<double> copies;
  for (const Units& u : units)
    copies.push_back(u.sections.n > 0.0 && u.sections.n == u.feeding.n ? u.feeding.n : u.all.n);
  return copies;
}

class Collector {
 public:
  explicit Collector(const Network& network) : buses_(network), copies_(copies_of(buses_)) {
    for (std::size_t i = 0; i < buses_.V.size(); ++i) net_.buses.push_back({buses_.names[i], buses_.V[i]});
    for (std::size_t i = 0; i < buses_.V.size(); ++i) {
      others_.push_back(copies_[i] > 1.0 ? static_cast<int>(net_.buses.size()) : static_cast<int>(i));
      if (copies_[i] > 1.0) net_.buses.push_back({buses_.names[i], buses_.V[i], true});
    }
  }

  FaultNetwork collect() {
    for (const auto& [component, ports] : buses_.joined) {
      const GroupBase& group = buses_.system.group(component.first);
      const double n = group.multiplicity(component.second);
      double sections = 1.0;
      Ports others = ports;
      for (auto& [port, bus] : others) {
        if (others_[bus] != bus) sections = copies_[bus];
        bus = others_[bus];
      }
      add(group, component.second, ports, n / sections);  // at one of equal buses
      if (sections > 1.0) add(group, component.second, others, n - n / sections);
    }
    return std::move(net_);
  }

 private:
  using Ports = AcBuses::Ports;

  double base_ohm(int bus) const { return net_.buses[bus].V * net_.buses[bus].V / FaultNetwork::base; }
  static Complex at_least(Complex Z) { return std::abs(Z) < least_Z ? Complex(0.0, least_Z) : Z; }

  /// n of a component as one.
  void add(const GroupBase& group, int i, const Ports& ports, double n) {
    const std::string_view type = group.type().name;
    if (type == "ups" && input_of(group, i, "eco", 0.0) > 0.5) {
      net_.branches.push_back({ports.begin()->second, ports.rbegin()->second, Complex(0.0, least_Z)});
    } else if (const auto source = group.fault_source(i)) {
      if (is_on(group, i)) add_source(*source, ports.rbegin()->second, n);
    } else if (type == "switchgear") {
      add_gear(group, i, ports.begin()->second);
    } else if (ports.size() < 2) {
      return;
    } else if (type == "transformer") {
      add_transformer(group, i, ports.begin()->second, std::next(ports.begin())->second, n);
    } else if (type == "line") {
      const int to = std::next(ports.begin())->second;
      const Complex per_metre(parameter_of(group, i, "R_per_metre"), parameter_of(group, i, "X_per_metre"));
      const Complex Z = per_metre * parameter_of(group, i, "length") / (base_ohm(to) * n);
      net_.branches.push_back({ports.begin()->second, to, at_least(Z)});
      for (const auto& [port, bus] : ports) add_gear(group, i, bus);
    } else if (type == "breaker") {
      if (input_of(group, i, "closed") > 0.5) add_breaker(group, i, ports, n);
    } else if (type == "transfer_switch" && input_of(group, i, "on") > 0.5) {
      const int from = ports.at(group.type().port_index("source_1")), to = ports.at(group.type().port_index("load"));
      net_.branches.push_back({from, to, at_least(parameter_of(group, i, "R") / (base_ohm(to) * n))});
    }
  }

  void add_source(const FaultSource& source, int bus, double n) {
    const double base = base_ohm(bus) * n;
    const Complex Z = at_least(source.Z / base), later = source.Z_later / base;
    if (later == 0.0) {
      net_.sources.push_back({bus, Z, source.decays});
    } else {  // what stays, and beside it what is more at first
      net_.sources.push_back({bus, later});
      if (std::abs(1.0 / Z - 1.0 / later) > 0.0) net_.sources.push_back({bus, 1.0 / (1.0 / Z - 1.0 / later), true});
    }
  }

  void add_gear(const GroupBase& group, int i, int bus) {
    net_.gear.push_back({group.path(i), bus, parameter_of(group, i, "I_short_time"),
                         parameter_of(group, i, "short_time"), parameter_of(group, i, "I_peak")});
  }

  /// R = Pk/S_n and |Z| = uk per unit of the rating.
  void add_transformer(const GroupBase& group, int i, int from, int to, double n) {
    const double S = parameter_of(group, i, "S_n"), uk = parameter_of(group, i, "uk"),
                 r = parameter_of(group, i, "Pk") / S;
    const double V_1 = parameter_of(group, i, "V_primary"), V_2 = parameter_of(group, i, "V_secondary");
    const double x = std::sqrt(std::max(uk * uk - r * r, 0.0)), to_bus = V_2 / net_.buses[to].V;
    const Complex Z = transformer_correction(x) * Complex(r, x) * (to_bus * to_bus * FaultNetwork::base / (S * n));
    net_.branches.push_back({from, to, Z, V_1 / net_.buses[from].V / to_bus});
  }

  void add_breaker(const GroupBase& group, int i, const Ports& ports, double n) {
    static constexpr double k[] = {0.14, 13.5, 80.0}, alpha[] = {0.02, 1.0, 2.0};
    const int to = std::next(ports.begin())->second, curve = static_cast<int>(parameter_of(group, i, "curve"));
    const double I_rated = parameter_of(group, i, "I_rated");
    FaultNetwork::Breaker breaker{group.path(i), static_cast<int>(net_.branches.size()), k[curve], alpha[curve]};
    breaker.time_multiplier = parameter_of(group, i, "time_multiplier");
    breaker.opening_time = parameter_of(group, i, "opening_time");
    breaker.I_pickup = I_rated * parameter_of(group, i, "I_pickup");
    breaker.I_instantaneous = I_rated * parameter_of(group, i, "I_instantaneous");
    breaker.I_interrupting = parameter_of(group, i, "I_interrupting");
    breaker.I_making = parameter_of(group, i, "I_making");
    breaker.in_parallel = static_cast<int>(std::lround(n));
    const Complex Z = at_least(parameter_of(group, i, "R") / (base_ohm(to) * n));
    net_.branches.push_back({ports.begin()->second, to, Z, 1.0, static_cast<int>(net_.breakers.size())});
    net_.breakers.push_back(std::move(breaker));
  }

  AcBuses buses_;
  std::vector<double> copies_;  ///< equal buses that a bus is one of
  std::vector<int> others_;     ///< by bus: the one that stands for those beside it; itself where there are none
  FaultNetwork net_;
};

}  // namespace

FaultNetwork fault_network(const Network& network) {
  return Collector(network).collect();
}

}  // namespace wattloop
