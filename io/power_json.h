#pragma once
// Results of a power flow as JSON and as a summary to read.

#include <string>
#include <vector>

#include "meshes/power_flow.h"

namespace wattloop {

/// {converged, iterations, buses, branches, slack, loss_mw, ...}: MW, Mvar, per unit, degrees; null for what is not
/// known. `more` are members to add, as JSON text by name.
std::string power_json(const PowerFlow& flow, const PowerFlow::Result& result,
                       const std::vector<std::pair<std::string, std::string>>& more = {});

/// Lines to read: how it ended, slack, losses, extremes, dead islands, limits.
std::string power_summary(const PowerFlow& flow, const PowerFlow::Result& result);

/// "buses 4, 5, 6 (MW 12.3)": each island without source, the buses by their numbers.
std::vector<std::vector<int>> dead_islands(const PowerNetwork& network, const PowerIslands& islands);

}  // namespace wattloop
