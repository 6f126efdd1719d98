#pragma once
// Inputs that follow a recorded course.

#include <utility>
#include <vector>

#include "io/reader.h"
#include "solver/group_base.h"

namespace wattloop {

/// {csv: FILE, column: NAME, scale: QUANTITY, start: TIME, interpolation: hold}: a recorded course of an input; its
/// first row is at `start`, its values times `scale` are in the unit of the input.
/// The file is sought beside the one that names it.
std::vector<std::pair<double, double>> read_recorded(Reader& reader, const Port& port);

}  // namespace wattloop
