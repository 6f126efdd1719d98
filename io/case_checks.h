#pragma once
// What can be said of a case only when its network stands, before anything runs.

#include <vector>

#include "io/case.h"

namespace wattloop {

/// Problems end a run before it begins; warnings go into its log.
struct CaseFindings {
  std::vector<InputProblem> problems, warnings;
};

/// Checks a case against its network:
///   - the weather says something from the start to the end of the run,
///   - no temperature that the case sets (of a source, a set point of a controller or chiller) is at or below the
///     freezing point of its circuit's liquid, or above the range in which the liquid's properties hold,
///   - the liquid of a circuit with dry coolers or closed towers stands the coldest hour of the run: a unit that stands
///     by is as cold as the air. Below the freezing point is a problem, less than 3 K above it a warning; for
///     air-cooled chillers and open towers, whose evaporators and basins are heated, it is a warning,
///   - the liquid of an open tower is water,
///   - events name inputs and parts that exist, with values in range, no input that something else drives, and no part
///     for failure or repair in which there is nothing to switch,
///   - each load by itself is within what the ratings upstream of it let through; that all loads together are not is a
///     warning, since they need not run at once,
///   - parts that are joined and made for voltages more than 5 % apart: a warning,
///   - rules of what is recorded choose racks that are there, no finer than the run has them.
CaseFindings check_case(const Case& description, const Network& network);

}  // namespace wattloop
