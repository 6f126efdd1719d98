#pragma once
// The starting point: F(t, y, 0) = 0, found in stages, never by one blind Newton.

#include <string>
#include <vector>

#include "solver/system.h"

namespace wattloop {

struct SteadyStateResult {
  std::vector<double> y;
  int newton = 0;          ///< iterations in all stages together
  double last_step = 0.0;  ///< norm of the last correction in units of the tolerance
};

/// Finds the steady state from `start` (System::start() when empty):
///   1. flow (pressures, flows, voltages, currents, signals) at the starting temperatures; the first iteration starts
///      from nominal flows, which makes it the network with linear resistances,
///   2. temperatures for these flows,
///   3. everything.
/// Each stage is a pseudo-transient continuation (Kelley & Keyes, SIAM J. Numer. Anal. 35 (1998) 508): implicit Euler
/// steps on the real rates that grow while Newton converges and shrink where it does not. So the answer is one that the
/// plant reaches in time, and the controllers are part of it.
/// Throws SolverError naming the unknown that does not settle.
SteadyStateResult find_steady_state(System& system, double t, std::vector<double> start = {});

}  // namespace wattloop
