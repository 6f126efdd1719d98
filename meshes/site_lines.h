#pragma once
// The runs of pipes and lines between equipment that has its place.

#include <map>
#include <optional>
#include <vector>

#include "meshes/layout.h"
#include "meshes/network.h"

namespace wattloop {

/// Routes every pipe and line of a network; `boxes` are the places of instances, where they have one.
std::map<int, Polyline> route_lines(const Network& network, const std::vector<std::optional<Box>>& boxes);

/// The smallest box around both.
Box hull(const Box& a, const Box& b);

}  // namespace wattloop
