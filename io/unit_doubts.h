#pragma once
// Measurements that look as if they were in another unit than their column says.

#include <string>
#include <vector>

#include "io/replay.h"

namespace wattloop {

/// A line for each sensor whose errors are more than 20 times its noise with the case as it was and, fitted, still more
/// than 3 times: its column, and the unit in which it would be ten times nearer to the readings `as_found`, if any.
std::vector<std::string> unit_doubts(const Replay& model, const Readings& as_found,
                                     const std::vector<ResidualStatistics>& before,
                                     const std::vector<ResidualStatistics>& fitted);

/// What drives the model in the first row, for the message that there is no solution: "pump_speed 0.85 % (at most 0.95
/// % in any row: a share of 1?)".
std::string first_boundaries(const Telemetry& data);

}  // namespace wattloop
