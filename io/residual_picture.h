#pragma once

#include <string>

#include "io/replay.h"

namespace wattloop {

/// Draws, for each sensor, what was measured over the model, and beside it the errors with a band of two standard
/// deviations of the noise; rows that are held out or not compared are shaded. A PNG.
void draw_residuals(const Replay& model, const Readings& readings, const std::string& path);

}  // namespace wattloop
