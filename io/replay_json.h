#pragma once
// Pieces of the reports of replays and calibrations.

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "io/replay.h"

namespace wattloop {

/// What the data are, for people.
std::string data_line(const Replay& model);
/// A line for each of them; nothing if there is none.
std::string warning_lines(const std::vector<std::string>& doubts);
/// A line for each sensor.
std::string residual_table(const Replay& model, const std::vector<ResidualStatistics>& sensors);
nlohmann::ordered_json residuals_json(const Replay& model, const std::vector<ResidualStatistics>& sensors);

}  // namespace wattloop
