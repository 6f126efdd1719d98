#include "io/bus_frequencies.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace wattloop {

namespace {

constexpr double no_current = 1e-3;  // A
constexpr double feeding = 1e-3;     // power of a set over its rating, below which it runs beside the bus
constexpr double live = 1.0;         // V, of a grid
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

BusFrequencies::BusFrequencies(const System& system)
    : system_(system),
      parents_(static_cast<std::size_t>(system.nodes())),
      values_(parents_.size()),
      weights_(parents_.size()) {
  // The nodes of AC ports by component, in the order of the ports.
  std::vector<std::vector<std::vector<int>>> nodes(static_cast<std::size_t>(system.groups()));
  for (int g = 0; g < system.groups(); ++g) nodes[g].resize(static_cast<std::size_t>(system.group(g).size()));
  for (const System::Connection& c : system.connections()) {
    const ComponentType& type = system.group(c.component.group).type();
    if (type.ports[c.port].connector != Connector::ac) continue;
    std::vector<int>& of = nodes[c.component.group][c.component.index];
    of.resize(std::max(of.size(), static_cast<std::size_t>(c.port) + 1), -1);
    of[static_cast<std::size_t>(c.port)] = c.node;
  }
  for (int g = 0; g < system.groups(); ++g)
    for (int i = 0; i < system.group(g).size(); ++i) {
      std::vector<int>& of = nodes[g][i];
      std::erase(of, -1);
      add_component({g, i}, of);
    }
}

void BusFrequencies::add_component(ComponentRef c, const std::vector<int>& ac_nodes) {
  const GroupBase& group = system_.group(c.group);
  const ComponentType& type = group.type();
  if (type.is_reference && type.output_index("frequency") >= 0 && ac_nodes.size() == 1) {
    const int rating = type.parameter_index("P_rated");
    sources_.push_back({c, ac_nodes[0], rating < 0, rating < 0 ? 0.0 : group.parameter(c.index, rating)});
  }
  if (!type.conducts || type.stores_electricity) return;
  // A switch has the current of each of its paths among its states; the paths end at the last port.
  const auto current = [&](const std::string& name) {
    const int state = type.state_index(name);
    return state < 0 ? -1 : group.unknown(c.index, state);
  };
  for (std::size_t k = 0; k + 1 < ac_nodes.size(); ++k) {
    const std::string path = ac_nodes.size() > 2 ? "I" + std::to_string(k + 1) : "I";
    links_.push_back({ac_nodes[k], ac_nodes.back(), current(path + "_re"), current(path + "_im")});
  }
}

int BusFrequencies::root(int node) const {
  while (parents_[node] != node) node = parents_[node];
  return node;
}

/// What a source gives its island; not a number if it does not feed.
double BusFrequencies::frequency(const Source& source, const std::vector<double>& y) {
  const GroupBase& group = system_.group(source.component.group);
  const ComponentType& type = group.type();
  outputs_.resize(type.outputs.size());
  group.outputs(source.component.index, y.data(), outputs_.data());
  const bool feeds = source.is_grid ? outputs_[type.output_index("voltage")] > live
                                    : std::abs(outputs_[type.output_index("P")]) > feeding * source.rating;
  return feeds ? outputs_[type.output_index("frequency")] : unknown;
}

void BusFrequencies::look(const std::vector<double>& y) {
  std::iota(parents_.begin(), parents_.end(), 0);
  for (const Link& link : links_) {
    if (link.I_re >= 0 && std::hypot(y[link.I_re], y[link.I_im]) < no_current) continue;
    const int from = root(link.from), to = root(link.to);
    parents_[std::max(from, to)] = std::min(from, to);
    parents_[link.from] = parents_[link.to] = std::min(from, to);  // shortens the next way
  }
  std::fill(values_.begin(), values_.end(), unknown);
  std::fill(weights_.begin(), weights_.end(), 0.0);
  for (const Source& source : sources_) {
    const double f = frequency(source, y);
    if (std::isnan(f)) continue;
    const int island = root(source.node);
    const double weight = source.is_grid ? std::numeric_limits<double>::infinity() : source.rating;
    if (std::isinf(weights_[island])) continue;  // by a grid
    values_[island] = std::isinf(weight) || weights_[island] == 0.0
                          ? f
                          : (weights_[island] * values_[island] + weight * f) / (weights_[island] + weight);
    weights_[island] += weight;
  }
}

}  // namespace wattloop
