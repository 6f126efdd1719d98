#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "meshes/rack.h"
#include "solver/system.h"

namespace wattloop {

/// The GPUs of a rack. They have one set of limits, so the hottest is the first to pass each.
struct RackGpus {
  std::vector<ComponentRef> plates;
  std::vector<std::pair<int, int>> dies;  ///< their temperatures, as ranges of unknowns in the order of the plates
  double T_warn = std::numeric_limits<double>::infinity(), T_throttle = T_warn, T_trip = T_warn;  // K
  double V_minimum = 0.0;                                                                         // V

  /// Die temperature of the hottest, K; minus infinity where there is none.
  double hottest(const std::vector<double>& y) const;
  /// The first with this die temperature.
  ComponentRef plate_at(double T_die, const std::vector<double>& y) const;
};

RackGpus gpus_of(const System& system, const RackInstance& rack);
/// Share of the power asked for that the regulation of a chip cuts.
double throttle_of(const System& system, ComponentRef plate, const std::vector<double>& y);

}  // namespace wattloop
