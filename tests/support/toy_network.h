#pragma once
// A random network of toy components on a random tree of regions.

#include <array>
#include <string>
#include <vector>

#include "solver/system.h"
#include "tests/support/random.h"
#include "tests/support/toy_components.h"

namespace wattloop::test {

inline constexpr std::array<double, 1> warm{300.0}, unity{1.0};

struct ToyNetworkSize {
  int regions = 6, nodes = 10, conductors = 14, bodies = 12;
};

/// Every node carries a body, some an ideal source; conductors join nodes at random. Bodies take their power from a
/// signal, sources their temperature from another one, a few bodies read the flow of a source. Components stand in any
/// region, as it happens.
inline void build_toy_network(System& system, Random& random, const ToyNetworkSize& size) {
  std::vector<int> regions{0};
  while (static_cast<int>(regions.size()) < size.regions)
    regions.push_back(system.add_region("region" + std::to_string(regions.size()),
                                        regions[random.below(static_cast<int>(regions.size()))]));
  const auto region = [&] { return regions[random.below(size.regions)]; };
  const auto set = [&](ComponentRef c, int parameter, double low, double high) {
    system.group(c.group).set_parameter(c.index, parameter, random.uniform(low, high));
  };
  std::vector<int> nodes;
  for (int i = 0; i < size.nodes; ++i)
    nodes.push_back(system.add_node(Connector::heat, "node" + std::to_string(i), warm));
  const auto any_node = [&] { return nodes[random.below(size.nodes)]; };
  const int power = system.add_node(Connector::output, "power", unity);
  const int set_point = system.add_node(Connector::output, "set_point", unity);
  const ComponentRef lag = system.add_component(component_type<ToyLag>(), "lag", region(), 3.0);
  system.connect(lag, 1, power);
  system.read(lag, 0, {set_point, {}, 0});
  system.drive(set_point, [](double t) { return 300.0 + t; });

  for (int i = 0; i < size.conductors; ++i) {
    const ComponentRef c = system.add_component(component_type<ToyConductor>(), "conductor" + std::to_string(i),
                                                region(), random.chance(0.3) ? 4.0 : 1.0);
    set(c, 0, 0.5, 5.0);
    system.connect(c, 0, any_node());
    system.connect(c, 1, any_node());
  }
  std::vector<ComponentRef> sources;
  for (int i = 0; i < size.nodes; i += 4) {
    sources.push_back(system.add_component(component_type<ToySource>(), "source" + std::to_string(i), region(),
                                           random.chance(0.3) ? 2.0 : 1.0));
    system.connect(sources.back(), 0, nodes[i]);
    system.read(sources.back(), 1, {set_point, {}, 0});
  }
  for (int i = 0; i < size.bodies; ++i) {
    const ComponentRef c = system.add_component(component_type<ToyBody>(), "body" + std::to_string(i), region(),
                                                random.chance(0.3) ? 8.0 : 1.0);
    for (int p = 0; p < 3; ++p) set(c, p, 1.0, 20.0);
    system.connect(c, 0, i < size.nodes ? nodes[i] : any_node());
    if (random.chance(0.2))
      system.read(c, 1, {-1, sources[random.below(static_cast<int>(sources.size()))], 0});
    else if (random.chance(0.5))
      system.read(c, 1, {power, {}, 0});
  }
}

/// A body of 10 J/K with a given power on a source of 300 K.
struct HeatedBody {
  System system;
  ComponentRef body;
  HeatedBody(double power, int linearisations) {
    const int node = system.add_node(Connector::heat, "hall.node", warm);
    body = system.add_component(component_type<ToyBody>(), "hall.body", 0);
    system.connect(body, 0, node);
    system.connect(system.add_component(component_type<ToySource>(), "source", 0), 0, node);
    system.finish(1, linearisations);
    system.group(body.group).held(0, 1) = power;
  }
};

/// Sums of the meters of a System, J.
struct MeterSums {
  double outside = 0.0, ports = 0.0, gross = 0.0;
  explicit MeterSums(System& system) {
    for (int g = 0; g < system.groups(); ++g)
      for (int i = 0; i < system.group(g).size(); ++i) {
        const System::Meter m = system.meter_of({g, i});
        outside += system.group(g).multiplicity(i) * m.energy_outside;
        ports += system.group(g).multiplicity(i) * m.energy_ports;
        gross += system.group(g).multiplicity(i) * m.energy_gross;
      }
  }
};

}  // namespace wattloop::test
