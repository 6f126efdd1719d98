#pragma once
// Rectangles of equipment, put side by side and into one another.

#include <string>
#include <vector>

#include "meshes/layout.h"

namespace wattloop {

/// Equipment with its place.
struct Placed {
  int instance;
  Box box;
};

/// A rectangle of ground with what stands on it, its south-west corner at the origin.
struct Area {
  double width = 0.0, depth = 0.0, height = 0.0;  ///< m, along x, y, z
  std::vector<Placed> equipment;
  std::vector<Structure> structures;
  bool outdoors = false;  ///< whether something in it stands outdoors

  bool empty() const { return width <= 0.0; }
};

/// One box.
Area area_of(int instance, const Point& size);

/// Side by side along x or y with `gap` [m] between them, centred across; empty ones are left out.
Area row(const std::vector<Area>& areas, double gap);
Area stack(const std::vector<Area>& areas, double gap);

/// Rows of at most `width` [m], stacked, all beginning in the west.
Area shelves(const std::vector<Area>& areas, double width, double gap);

/// Columns and rows of areas such that the whole is about `aspect` times as wide as deep, with few empty places.
Area grid(const std::vector<Area>& areas, double aspect, double gap);

/// The area with a margin around it, and an outline if it has a name.
Area enclosed(const Area& area, double margin, double height, const std::string& name);

/// The width of a square of the areas' ground, and of the widest of them at least.
double fair_width(const std::vector<Area>& areas, double gap);

}  // namespace wattloop
