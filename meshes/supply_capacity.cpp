#include "meshes/supply_capacity.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <map>

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
    const double flow = largest_flow(left, asked);
    for (const int bus : load_buses) edges_of_[bus].pop_back(), edges_of_[sink()].pop_back();
    to_.resize(fixed_);
    return flow;
  }

  /// What is short when all loads, W by the buses that they hang on, are asked for at once. The last thing that is
  /// done.
  std::vector<Bottleneck> shortages(const std::map<std::vector<int>, double>& loads) {
    std::vector<double> left = capacity_;
    std::map<int, double> asked;  // by node of a load
    double all = 0.0;
    for (const auto& [buses, power] : loads) {
      const int load = static_cast<int>(edges_of_.size());
      edges_of_.emplace_back();
      for (const int bus : buses) left.insert(left.end(), {unlimited, 0.0}), connect(bus, load);
      left.insert(left.end(), {power, 0.0}), connect(load, sink());
      asked[load] = power;
      all += power;
    }
    if (largest_flow(left, all) >= all * (1.0 - 1e-9)) return {};
    return beyond_the_cut(left, asked);
  }

 private:
  int source() const { return static_cast<int>(buses_.names.size()); }
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
    part_.push_back(adding_);
  }

  void add(const GroupBase& group, int i, const AcBuses::Ports& ports) {
    const std::string_view type = group.type().name;
    const double n = group.multiplicity(i);
    adding_ = group.path(i);
    const int first = ports.begin()->second, last = ports.rbegin()->second;
    const auto rating = [&](std::string_view name) { return n * parameter_of(group, i, name); };
    const auto by_current = [&] { return std::sqrt(3.0) * buses_.V[last] * rating("I_rated"); };
    if (type == "grid")
      add_edge(source(), first, n * most_through(group, i), 0.0);
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

  /// W, that a grid gives at most, at its nose: V^2/(2 (R + |Z|)); a load with a power factor has less.
  static double most_through(const GroupBase& group, int i) {
    const double R = parameter_of(group, i, "R"), X = parameter_of(group, i, "X");
    const double V = input_of(group, i, "V", unlimited), twice = 2.0 * (R + std::hypot(R, X));
    return twice > 0.0 && V > 0.0 ? V * V / twice : unlimited;
  }

  double largest_flow(std::vector<double>& left, double asked) const {
    double flow = 0.0;
    while (flow < asked) {
      const double more = augment(left, asked - flow);
      if (more <= 0.0) break;
      flow += more;
    }
    return flow;
  }

  /// Nodes that anything left leads to from `start`, or where `left` is null every edge but those of source and sink,
  /// and of those only nodes that are not `taken`.
  std::vector<int> reached(int start, const std::vector<double>* left, std::vector<char>& taken) const {
    std::vector<int> found{start};
    taken[start] = 1;
    for (std::size_t k = 0; k < found.size(); ++k)
      for (const int edge : edges_of_[found[k]]) {
        const int to = to_[edge];
        if (taken[to] || (left ? (*left)[edge] <= 0.0 : to == source() || to == sink())) continue;
        taken[to] = 1;
        found.push_back(to);
      }
    return found;
  }

  /// What no more flow reaches falls into pieces, each with its loads and the edges that lead into it.
  std::vector<Bottleneck> beyond_the_cut(const std::vector<double>& left, const std::map<int, double>& asked) const {
    std::vector<char> taken(edges_of_.size(), 0);
    reached(source(), &left, taken);
    const std::vector<char> fed = taken;
    std::vector<Bottleneck> found;
    for (const auto& [load, power] : asked) {
      if (taken[load]) continue;
      Bottleneck& piece = found.emplace_back();
      for (const int node : reached(load, nullptr, taken)) {
        if (const auto it = asked.find(node); it != asked.end()) piece.asked += it->second;
        for (const int edge : edges_of_[node]) {
          const int into = edge ^ 1;  // from the other end
          if (!fed[to_[edge]] || static_cast<std::size_t>(into) >= fixed_ || capacity_[into] <= 0.0) continue;
          piece.parts.push_back(part_[into / 2]);
          piece.capacity += capacity_[into];
        }
      }
    }
    return found;
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
  std::vector<std::string> part_;           ///< by pair of edges
  std::string adding_;
  std::size_t fixed_ = 0;  ///< edges without those to a load
};

struct Load {
  std::string path;
  std::vector<int> buses;
  double power = 0.0;  // W
};

/// AC loads with the power of the start, racks at full power.
std::vector<Load> loads_of(const Network& network, const AcBuses& buses) {
  std::vector<Load> loads;
  const auto add = [&](const std::string& path, const AcBuses::Ports& ports, double power) {
    Load& load = loads.emplace_back(Load{path, {}, power});
    for (const auto& [port, bus] : ports) load.buses.push_back(bus);
  };
  for (const auto& [component, ports] : buses.joined) {
    const GroupBase& group = buses.system.group(component.first);
    const int i = component.second;
    if (group.type().name == "ac_load")
      add(group.path(i), ports, group.multiplicity(i) * input_of(group, i, "power", 0.0));
  }
  for (const RackInstance& rack : network.racks()) {
    const auto ports = buses.joined.find({rack.shelf.group, rack.shelf.index});
    const double n = buses.system.group(rack.shelf.group).multiplicity(rack.shelf.index);
    if (ports != buses.joined.end()) add(rack.path, ports->second, n * rack.spec->power.rack(1.0));
  }
  return loads;
}

}  // namespace

std::vector<UnsuppliedLoad> loads_above_supply(const Network& network) {
  const AcBuses buses(network);
  SupplyGraph graph(buses);
  std::vector<UnsuppliedLoad> found;
  for (const Load& load : loads_of(network, buses)) {
    const double capacity = graph.flow_to(load.buses, load.power);
    if (capacity < load.power * (1.0 - 1e-9)) found.push_back({load.path, load.power, capacity});
  }
  return found;
}

std::vector<Bottleneck> bottlenecks(const Network& network) {
  const AcBuses buses(network);
  std::map<std::vector<int>, double> asked;
  for (const Load& load : loads_of(network, buses)) asked[load.buses] += load.power;
  return SupplyGraph(buses).shortages(asked);
}

}  // namespace wattloop
