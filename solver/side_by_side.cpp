#include "solver/side_by_side.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace wattloop {

SideBySide::SideBySide(std::vector<System*> plants, int linearisations)
    : plants_(std::move(plants)),
      regions_(plants_.size()),
      nodes_(plants_.size()),
      parts_(plants_.size()),
      unknowns_(plants_.size()) {
  for (int plant = 0; plant < this->plants(); ++plant) add_nodes(plant);
  add_components();
  for (int plant = 0; plant < this->plants(); ++plant) join(plant);
  all_.finish(1, linearisations);
  for (int plant = 0; plant < this->plants(); ++plant) map_unknowns(plant);
}

void SideBySide::add_nodes(int plant) {
  const System& own = *plants_[plant];
  for (const Region& region : own.regions())
    regions_[plant].push_back(all_.add_region(region.path, region.parent < 0 ? 0 : regions_[plant][region.parent]));
  for (int node = 0; node < own.nodes(); ++node)
    nodes_[plant].push_back(all_.add_node(own.node_connector(node), own.node_path(node), own.node_start(node)));
  for (const System::Source& source : own.sources()) all_.drive(nodes_[plant][source.node], source.value);
}

/// Number by number through the groups of a type, each of all plants.
void SideBySide::add_components() {
  std::vector<const ComponentType*> types;
  std::vector<std::map<const ComponentType*, int>> group_of(plants_.size());
  for (std::size_t plant = 0; plant < plants_.size(); ++plant) {
    parts_[plant].resize(plants_[plant]->groups());
    for (int g = 0; g < plants_[plant]->groups(); ++g) {
      const ComponentType* type = &plants_[plant]->group(g).type();
      if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
      group_of[plant][type] = g;
    }
  }
  for (const ComponentType* type : types) {
    bool any = true;
    for (int i = 0; any; ++i) {
      any = false;
      for (std::size_t plant = 0; plant < plants_.size(); ++plant) {
        const auto g = group_of[plant].find(type);
        if (g == group_of[plant].end() || i >= plants_[plant]->group(g->second).size()) continue;
        const GroupBase& group = plants_[plant]->group(g->second);
        const int region = regions_[plant][plants_[plant]->component_region({g->second, i})];
        const ComponentRef part = all_.add_component(*type, group.path(i), region, group.multiplicity(i));
        all_.group(part.group).copy(part.index, group, i);
        parts_[plant][g->second].push_back(part);
        any = true;
      }
    }
  }
}

void SideBySide::join(int plant) {
  const System& own = *plants_[plant];
  const auto part = [&](ComponentRef c) { return parts_[plant][c.group][c.index]; };
  for (const System::Connection& c : own.connections()) all_.connect(part(c.component), c.port, nodes_[plant][c.node]);
  for (const System::Reading& r : own.readings()) {
    System::Unknown unknown = r.unknown;
    if (unknown.node >= 0)
      unknown.node = nodes_[plant][unknown.node];
    else
      unknown.component = part(unknown.component);
    all_.read(part(r.component), r.port, unknown);
  }
}

void SideBySide::map_unknowns(int plant) {
  const System& own = *plants_[plant];
  std::vector<int>& unknowns = unknowns_[plant];
  unknowns.assign(own.size(), -1);
  for (int g = 0; g < own.groups(); ++g)
    for (int i = 0; i < own.group(g).size(); ++i) {
      const auto [to, index] = parts_[plant][g][i];
      for (int k = 0; k < own.group(g).states(); ++k)
        unknowns[own.group(g).unknown(i, k)] = all_.group(to).unknown(index, k);
    }
  for (int node = 0; node < own.nodes(); ++node) {
    const int first = own.node_unknown(node), end = node + 1 < own.nodes() ? own.node_unknown(node + 1) : own.size();
    for (int u = first; u < end; ++u) unknowns[u] = all_.node_unknown(nodes_[plant][node]) + u - first;
  }
}

void SideBySide::take_inputs(int plant) {
  const System& own = *plants_[plant];
  for (int g = 0; g < own.groups(); ++g) {
    const GroupBase& group = own.group(g);
    for (int i = 0; i < group.size(); ++i) {
      const auto [to, index] = parts_[plant][g][i];
      for (int a = 0; a < group.across(); ++a) all_.group(to).held(index, a) = group.held(i, a);
    }
  }
}

void SideBySide::give_meters() {
  for (std::size_t plant = 0; plant < plants_.size(); ++plant)
    for (int g = 0; g < plants_[plant]->groups(); ++g)
      for (int i = 0; i < plants_[plant]->group(g).size(); ++i) {
        const auto [to, index] = parts_[plant][g][i];
        plants_[plant]->add_to_meter({g, i}, all_.meter_of({to, index}));
      }
  all_.reset_meters();
}

void SideBySide::take_out(int plant, std::span<const double> all, std::vector<double>& own) const {
  const std::vector<int>& unknowns = unknowns_[plant];
  own.resize(unknowns.size());
  for (std::size_t u = 0; u < unknowns.size(); ++u) own[u] = all[unknowns[u]];
}

void SideBySide::put_in(int plant, std::span<const double> own, std::vector<double>& all) const {
  for (std::size_t u = 0; u < own.size(); ++u) all[unknowns_[plant][u]] = own[u];
}

Integrator::Stop SharedIntegrator::advance(double) {
  throw std::logic_error("who shares an integrator does not advance it");
}

void SharedIntegrator::archive(Archive&) {
  throw std::logic_error("a shared integrator is not resumable");
}

void SharedIntegrator::come_to(double t, const SideBySide& plants, int plant, std::span<const double> all) {
  t_ = t;
  plants.take_out(plant, all, y_);
}

}  // namespace wattloop
