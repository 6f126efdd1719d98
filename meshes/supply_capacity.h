#pragma once
// Loads that nothing upstream could ever carry, one by one and together.

#include <string>
#include <vector>

#include "meshes/network.h"

namespace wattloop {

struct UnsuppliedLoad {
  std::string path;
  double asked = 0.0;     ///< W
  double capacity = 0.0;  ///< VA, the most that all paths from sources carry at their ratings
};

/// Each load by itself against the largest flow (Edmonds & Karp, J. ACM 19 (1972) 248) that the ratings of
/// transformers, UPS, lines, breakers and sources let through to it, whatever is switched: AC loads with the power of
/// the start, racks at full power.
std::vector<UnsuppliedLoad> loads_above_supply(const Network& network);

/// Loads that together ask for more than what stands between them and the sources lets through.
struct Bottleneck {
  std::vector<std::string> parts;  ///< the transformers, UPS, lines, breakers or sources with all of their ratings used
  double asked = 0.0;              ///< W, of the AC loads and racks behind them
  double capacity = 0.0;           ///< VA, the sum of the ratings
};

/// The smallest cut between sources and loads (Ford & Fulkerson 1956) where it is below what all AC loads at the start
/// and all racks at full power ask for, whatever is switched and however well two feeds share: what is named cannot be
/// enough. Losses, pumps, fans and chillers are not counted.
std::vector<Bottleneck> bottlenecks(const Network& network);

}  // namespace wattloop
