#pragma once

#include <hdf5.h>

#include "meshes/layout.h"

/// The group `geometry` of a results file. Each of its groups has `points` [point, xyz] and `connectivity`: eight
/// corners a box in VTK's order of a hexahedron, [cell, corner]; for lines one stream of (2, number of points,
/// indices ...) as XDMF's mixed topology wants it, and `diameter` [cell]. Structures have `name` [cell] too.
namespace wattloop {

void write_layout(hid_t file, const Layout& layout);

/// The inverse, to the precision of float32.
Layout read_layout(hid_t file);

}  // namespace wattloop
