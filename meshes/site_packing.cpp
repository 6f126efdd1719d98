#include "meshes/site_packing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattloop {

namespace {

Box moved(Box box, double x, double y) {
  box.center[0] += x;
  box.center[1] += y;
  return box;
}

/// Puts an area's south-west corner at x, y of another one, which grows.
void put(Area& into, const Area& area, double x, double y) {
  into.width = std::max(into.width, x + area.width);
  into.depth = std::max(into.depth, y + area.depth);
  into.height = std::max(into.height, area.height);
  into.outdoors = into.outdoors || area.outdoors;
  for (const Placed& placed : area.equipment) into.equipment.push_back({placed.instance, moved(placed.box, x, y)});
  for (const Structure& structure : area.structures)
    into.structures.push_back({structure.name, moved(structure.box, x, y)});
}

/// Areas one after another along x, or along y.
Area chain(const std::vector<Area>& areas, double gap, bool along_x) {
  double across = 0.0;
  for (const Area& area : areas) across = std::max(across, along_x ? area.depth : area.width);
  Area whole;
  double at = 0.0;
  for (const Area& area : areas) {
    if (area.empty()) continue;
    const double aside = 0.5 * (across - (along_x ? area.depth : area.width));
    put(whole, area, along_x ? at : aside, along_x ? aside : at);
    at += (along_x ? area.width : area.depth) + gap;
  }
  return whole;
}

}  // namespace

Area area_of(int instance, const Point& size) {
  const Box box{{0.5 * size[0], 0.5 * size[1], 0.5 * size[2]}, size};
  return {size[0], size[1], size[2], {{instance, box}}, {}, false};
}

Area row(const std::vector<Area>& areas, double gap) {
  return chain(areas, gap, true);
}

Area stack(const std::vector<Area>& areas, double gap) {
  return chain(areas, gap, false);
}

Area shelves(const std::vector<Area>& areas, double width, double gap) {
  constexpr double slack = 1e-6;  // m
  Area whole;
  double x = 0.0, y = 0.0, depth = 0.0;
  for (const Area& area : areas) {
    if (area.empty()) continue;
    if (x > 0.0 && x + area.width > width + slack) {
      y += depth + gap;
      x = depth = 0.0;
    }
    put(whole, area, x, y);
    x += area.width + gap;
    depth = std::max(depth, area.depth);
  }
  return whole;
}

Area grid(const std::vector<Area>& areas, double aspect, double gap) {
  Area best;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t columns = 1; columns <= areas.size(); ++columns) {
    std::vector<Area> rows;
    for (std::size_t first = 0; first < areas.size(); first += columns) {
      const auto begin = areas.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = static_cast<std::ptrdiff_t>(std::min(columns, areas.size() - first));
      rows.push_back(row({begin, begin + count}, gap));
    }
    const Area whole = stack(rows, gap);
    const double cells = static_cast<double>(columns * rows.size()), used = static_cast<double>(areas.size());
    const double off = std::abs(std::log(whole.width / (aspect * whole.depth))) + 2.0 * std::log(cells / used);
    if (off < least) {
      least = off;
      best = whole;
    }
  }
  return best;
}

Area enclosed(const Area& area, double margin, double height, const std::string& name) {
  Area whole;
  if (area.empty()) return whole;
  whole.width = area.width + 2.0 * margin;
  whole.depth = area.depth + 2.0 * margin;
  whole.height = std::max(area.height, height);
  if (!name.empty()) {
    const Point size{whole.width, whole.depth, whole.height};
    whole.structures.push_back({name, {{0.5 * size[0], 0.5 * size[1], 0.5 * size[2]}, size}});
  }
  put(whole, area, margin, margin);
  return whole;
}

double fair_width(const std::vector<Area>& areas, double gap) {
  double ground = 0.0, widest = 0.0;
  for (const Area& area : areas) {
    ground += (area.width + gap) * (area.depth + gap);
    widest = std::max(widest, area.width);
  }
  return std::max(widest, std::sqrt(ground));
}

}  // namespace wattloop
