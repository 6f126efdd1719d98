// A network in MATPOWER's format as a short circuit sees it.

#include <cmath>
#include <stdexcept>

#include "meshes/fault_levels.h"
#include "meshes/power_network.h"

namespace wattloop {

namespace {

using Complex = std::complex<double>;

bool is_transformer(const PowerNetwork& net, const PowerBranch& branch) {
  return branch.tap != 1.0 || net.buses[branch.from].base_kv != net.buses[branch.to].base_kv;
}

}  // namespace

FaultNetwork fault_network(const PowerNetwork& net) {
  FaultNetwork faults;
  for (const PowerBus& bus : net.buses) {
    const std::string name = std::to_string(bus.id);
    if (!(bus.base_kv > 0.0)) throw std::invalid_argument("bus " + name + " has no base voltage");
    faults.buses.push_back({name, 1e3 * bus.base_kv});
  }
  for (const PowerFaultSource& source : net.fault_sources) {
    const double Z = voltage_factor * FaultNetwork::base / source.S_k;
    const double R = Z / std::sqrt(1.0 + source.x_over_r * source.x_over_r);
    faults.sources.push_back({source.bus, {R, source.x_over_r * R}});
  }
  const double to_base = FaultNetwork::base / (1e6 * net.base_mva);
  for (const PowerBranch& branch : net.branches) {
    const bool is_off = !branch.on || net.buses[branch.from].type == BusType::isolated ||
                        net.buses[branch.to].type == BusType::isolated;
    if (is_off) continue;
    const bool is_rated = is_transformer(net, branch) && branch.rating > 0.0;
    const double K = is_rated ? transformer_correction(branch.X * branch.rating) : 1.0;
    faults.branches.push_back({branch.from, branch.to, K * to_base * Complex(branch.R, branch.X), branch.tap});
  }
  return faults;
}

}  // namespace wattloop
