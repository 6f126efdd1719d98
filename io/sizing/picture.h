#pragma once
// A sizing at a glance.

#include <string>

#include "io/sizing/sizing.h"

namespace wattloop::sizing {

/// Draws how far each limit of a design is from being reached, what binds in red, and below it the failure-mode matrix
/// of its proof. A PNG; throws std::runtime_error if it cannot be written.
void draw(const std::string& path, const Request& request, const SizingResult& result);

}  // namespace wattloop::sizing
