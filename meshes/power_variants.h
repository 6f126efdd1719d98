#pragma once
// Many variants of one power network: branches out of service one by one, or loads from a table.

#include <vector>

#include "meshes/power_flow.h"
#include "solver/thread_pool.h"

namespace wattloop {

/// What is told of a variant.
struct PowerOutcome {
  bool converged = false;
  int iterations = 0;
  double reached = 1.0;   ///< share of the load that has a solution, of one that has not
  int worst_branch = -1;  ///< the one with the highest loading; -1: no branch has a rating
  double worst_loading = 0.0;
  int lowest_bus = -1;
  double lowest_voltage = 0.0;     ///< per unit
  Phasor<double> slack{0.0, 0.0};  ///< of all slack buses together
  double loss = 0.0;
  bool taps_settled = true;
  std::vector<std::vector<int>> dead;  ///< buses (indices) that lose their source, by island
};

/// Each branch in `outages` taken out of the solved base in turn. Eight at a time on the base's factors; what does not
/// settle there, reaches a limit of reactive power or cuts off buses is solved on its own. The results do not depend on
/// the number of threads.
std::vector<PowerOutcome> solve_outages(const PowerFlow& base, const std::vector<int>& outages, ThreadPool& pool);

/// The base with other loads: demands[variant][bus], per unit.
std::vector<PowerOutcome> solve_loads(const PowerFlow& base, const std::vector<std::vector<Phasor<double>>>& demands,
                                      ThreadPool& pool);

}  // namespace wattloop
