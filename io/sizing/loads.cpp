#include <algorithm>
#include <cmath>

#include "io/sizing/design.h"

namespace wattloop::sizing {

Loads nameplate_loads(const Request& r) {
  const auto at_least = [](double share) { return std::max(1, static_cast<int>(std::ceil(share - 1e-9))); };
  Loads loads;
  loads.buildings = at_least(r.it_power / r.building);
  loads.blocks = at_least(r.it_power / loads.buildings / r.block);
  const double P_block = r.it_power / (loads.buildings * loads.blocks);
  const double rho = make_liquid(r.liquids.at("tcs")).rho_ref;
  double P_racks = 0.0;
  for (const RackItem& rack : r.racks) {
    // Rounded, but no more than the block's power: what is left over is in air-cooled racks.
    const double most = std::floor((P_block - P_racks) / rack.power + 1e-9);
    const int n = std::max(1, static_cast<int>(std::min(std::round(rack.share * P_block / rack.power), most)));
    loads.racks.push_back(n);
    P_racks += n * rack.power;
    loads.Q_liquid += n * rack.power * rack.liquid;
    loads.m_tcs += n * rack.power * rack.liquid * rack.flow * rho;
  }
  loads.network = std::max(0.0, P_block - P_racks);
  // Of what passes the UPS, 2.7 % stays in the gallery at half load and 0.5 % on the busways.
  loads.P_ups = 1.005 * (P_racks + loads.network);
  loads.Q_hall = P_racks - loads.Q_liquid + loads.network;
  loads.Q_gallery = 0.032 * loads.P_ups;
  loads.P_losses = 0.043 * r.it_power;
  return loads;
}

}  // namespace wattloop::sizing
