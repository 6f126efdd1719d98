#pragma once
// Parts that are joined and made for voltages that differ by more than taps do.

#include <string>
#include <vector>

#include "meshes/network.h"

namespace wattloop {

struct UnequalVoltages {
  static constexpr double most = 1.05;  ///< of the higher over the lower that nothing is said of: 415 and 400 V
  std::string low, high;                ///< paths
  double V_low = 0.0, V_high = 0.0;     ///< V, line to line
};

/// Of the AC buses that lines, breakers, switches and UPS join, the lowest and the highest voltage that a source, a
/// transformer, a UPS or a battery there is made for, where they are too far apart; equal pairs of voltages once.
std::vector<UnequalVoltages> unequal_voltages(const Network& network);

}  // namespace wattloop
