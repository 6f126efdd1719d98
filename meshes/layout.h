#pragma once

#include <array>
#include <string>
#include <vector>

/// Where things stand: the site in three dimensions, for pictures and for ParaView. No equation uses it.
/// Axes: x to the east, y to the north, z up, origin anywhere on the ground [m].
namespace wattloop {

using Point = std::array<double, 3>;  ///< x, y, z [m]

/// A piece of equipment as an upright box.
struct Box {
  Point center;  ///< m
  Point size;    ///< m, edges along x, y, z
};

/// A pipe or a cable run.
struct Polyline {
  std::vector<Point> points;  ///< m, at least two
  double diameter = 0.3;      ///< m, as drawn
};

/// The equipment of one record group, in the order of the group's elements: either boxes or lines.
struct LayoutGroup {
  std::string group;            ///< name of the record group, e.g. "racks"
  std::vector<Box> boxes;       ///< one an element, or empty
  std::vector<Polyline> lines;  ///< one an element, or empty
};

/// A building, yard or room: drawn as an outline with its name, without data.
struct Structure {
  std::string name;
  Box box;
};

struct Layout {
  std::vector<LayoutGroup> groups;
  std::vector<Structure> structures;
};

}  // namespace wattloop
