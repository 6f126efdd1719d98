#pragma once
// The summary as a tree, and numbers in it by their path.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "io/summary.h"

namespace wattloop {

nlohmann::json summary_json(const Summary& summary);

/// The number at a path such as "hottest_gpu.temperature_degC": true is 1, null not a number. An item of a list is
/// chosen by its path, name, part or label ("consequences.areas.site.lost_rack_s"); keys may hold points themselves.
/// Nothing if there is no number there.
std::optional<double> number_at(const nlohmann::json& tree, std::string_view path);

/// The paths of all numbers.
std::vector<std::string> number_paths(const nlohmann::json& tree);

}  // namespace wattloop
