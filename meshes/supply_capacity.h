#pragma once
// Loads that nothing upstream could ever carry.

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

}  // namespace wattloop
