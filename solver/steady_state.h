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

/// Finds the steady state from `start` (System::start() when empty) by pseudo-transient continuation (Kelley & Keyes,
/// SIAM J. Numer. Anal. 35 (1998) 508): implicit Euler steps on the real rates that grow while Newton converges and
/// shrink where it does not. The stages follow from the time scales of the plant itself:
///   1. steps of a tenth of a second: heat capacities hold the temperatures and pumps their speed, so this is the flow
///      in the network; it starts from nominal flows, which makes the first iteration the network with linear
///      resistances,
///   2. seconds to hours: temperatures for these flows, with the controllers at work,
///   3. 1e9 s: everything at rest.
/// So the answer is one that the plant reaches in time, and the controllers are part of it. With `first_step` (s) it
/// begins later on the way: a start that is near the answer needs no more than 1e9 s; if that fails it goes all the
/// way. Throws SolverError naming the unknown that does not settle.
inline constexpr double shortest_first_step = 0.1;
SteadyStateResult find_steady_state(System& system, double t, std::vector<double> start = {},
                                    double first_step = shortest_first_step);

}  // namespace wattloop
