#include "meshes/supply_capacity.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

#include "meshes/ac_buses.h"

namespace wattloop {

namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// Edges between buses with what they carry either way, and the largest flow from all sources to some buses.
class SupplyGraph {
 public:
  explicit SupplyGraph(const AcBuses& buses) : buses_(buses), edges_of_(buses.names.size() + 2) {
    for (const auto& [component, ports] : buses.joined)
      add(buses.system.group(component.first), component.second, ports);
    fixed_ = to_.size();
  }

  /// VA, at most `asked`.
  double flow_to(const std::vector<int>& load_buses, double asked) {
    std::vector<double> left = capacity_;
    for (const int bus : load_buses) left.push_back(unlimited), left.push_back(0.0), connect(bus, sink());
    double flow = 0.0;
    while (flow < asked) {
      const double more = augment(left, asked - flow);
      if (more <= 0.0) break;
      flow += more;
    }
    for (const int bus : load_buses) edges_of_[bus].pop_back(), edges_of_[sink()].pop_back();
    to_.resize(fixed_);
    return flow;
  }

 private:
  int source() const { return static_cast<int>(edges_of_.size()) - 2; }
  int sink() const { return source() + 1; }

  /// A pair of edges, there and back.
  void connect(int a, int b) {
    edges_of_[a].push_back(static_cast<int>(to_.size()));
    to_.push_back(b);
    edges_of_[b].push_back(static_cast<int>(to_.size()));
    to_.push_back(a);
  }
  void add_edge(int a, int b, double there, double back) {
    connect(a, b);
    capacity_.push_back(there);
    capacity_.push_back(back);
  }

  void add(const GroupBase& group, int i, const AcBuses::Ports& ports) {
    const std::string_view type = group.type().name;
    const double n = group.multiplicity(i);
    const int first = ports.begin()->second, last = ports.rbegin()->second;
    const auto rating = [&](std::string_view name) { return n * parameter_of(group, i, name); };
    const auto by_current = [&] { return std::sqrt(3.0) * buses_.V[last] * rating("I_rated"); };
    if (type == "grid")
      add_edge(source(), first, unlimited, 0.0);
    else if (type == "genset")
      add_edge(source(), first, rating("P_rated") / parameter_of(group, i, "power_factor"), 0.0);
    else if (type == "grid_following_battery" || type == "grid_forming_battery")
      add_edge(source(), first, rating("P_rated"), 0.0);
    else if (ports.size() < 2)
      return;
    else if (type == "transformer")
      add_edge(first, last, rating("S_n"), rating("S_n"));
    else if (type == "ups")
      add_edge(first, last, rating("P_rated"), 0.0);
    else if (type == "line" || type == "breaker")
      add_edge(first, last, by_current(), by_current());
    else if (type == "transfer_switch")
      for (const auto& [port, bus] : ports)
        if (bus != last) add_edge(bus, last, by_current(), 0.0);
  }

  /// What one more path carries, the shortest with anything left.
  double augment(std::vector<double>& left, double asked) const {
    std::vector<int> by(edges_of_.size(), -1);
    std::deque<int> next{source()};
    while (!next.empty() && by[sink()] < 0) {
      const int bus = next.front();
      next.pop_front();
      for (const int edge : edges_of_[bus])
        if (left[edge] > 0.0 && by[to_[edge]] < 0 && to_[edge] != source())
          by[to_[edge]] = edge, next.push_back(to_[edge]);
    }
    if (by[sink()] < 0) return 0.0;
    double flow = asked;
    for (int bus = sink(); bus != source(); bus = to_[by[bus] ^ 1]) flow = std::min(flow, left[by[bus]]);
    for (int bus = sink(); bus != source(); bus = to_[by[bus] ^ 1]) left[by[bus]] -= flow, left[by[bus] ^ 1] += flow;
    return flow;
  }

  const AcBuses& buses_;
  std::vector<std::vector<int>> edges_of_;  ///< by bus, then source and sink
  std::vector<int> to_;                     ///< of an edge; its reverse differs in the last bit
  std::vector<double> capacity_;            // VA
  std::size_t fixed_ = 0;                   ///< edges without those to a load
};

}  // namespace

std::vector<UnsuppliedLoad> loads_above_supply(const Network& network) {
  const AcBuses buses(network);
  SupplyGraph graph(buses);
  std::vector<UnsuppliedLoad> found;
  const auto check = [&](const std::string& path, const AcBuses::Ports& ports, double asked) {
    std::vector<int> at;
    for (const auto& [port, bus] : ports) at.push_back(bus);
    const double capacity = graph.flow_to(at, asked);
    if (capacity < asked * (1.0 - 1e-9)) found.push_back({path, asked, capacity});
  };
  for (const auto& [component, ports] : buses.joined) {
    const GroupBase& group = buses.system.group(component.first);
    const int i = component.second;
    if (group.type().name == "ac_load")
      check(group.path(i), ports, group.multiplicity(i) * input_of(group, i, "power", 0.0));
  }
  for (const RackInstance& rack : network.racks()) {
    const auto ports = buses.joined.find({rack.shelf.group, rack.shelf.index});
    const double n = buses.system.group(rack.shelf.group).multiplicity(rack.shelf.index);
    if (ports != buses.joined.end()) check(rack.path, ports->second, n * rack.spec->power.rack(1.0));
  }
  return found;
}

}  // namespace wattloop
