#include "io/label_placement.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattloop {

namespace {

constexpr double cell = 4.0;  // pixels, of lines

bool is_within(const Pixel& p, const Rectangle& area) {
  return p[0] >= area.low[0] && p[0] <= area.high[0] && p[1] >= area.low[1] && p[1] <= area.high[1];
}

bool overlap(const Rectangle& a, const Rectangle& b) {
  return a.low[0] < b.high[0] && b.low[0] < a.high[0] && a.low[1] < b.high[1] && b.low[1] < a.high[1];
}

Rectangle around(const Pixel& centre, const Pixel& size) {
  return {{centre[0] - 0.5 * size[0], centre[1] - 0.5 * size[1]},
          {centre[0] + 0.5 * size[0], centre[1] + 0.5 * size[1]}};
}

/// Whether a point is on the same side of all edges.
bool is_within(const Pixel& p, const Polygon& polygon) {
  bool left = true, right = true;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Pixel &a = polygon[i], &b = polygon[(i + 1) % polygon.size()];
    const double side = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
    left = left && side >= 0.0;
    right = right && side <= 0.0;
  }
  return left || right;
}

/// Points all over a rectangle.
std::vector<Pixel> grid(const Rectangle& area) {
  constexpr int columns = 9, rows = 3;
  std::vector<Pixel> points;
  for (int i = 0; i < columns; ++i)
    for (int j = 0; j < rows; ++j)
      points.push_back({area.low[0] + (area.high[0] - area.low[0]) * i / (columns - 1),
                        area.low[1] + (area.high[1] - area.low[1]) * j / (rows - 1)});
  return points;
}

Pixel middle(const Polygon& polygon) {
  Pixel sum{0.0, 0.0};
  for (const Pixel& p : polygon) sum[0] += p[0], sum[1] += p[1];
  const double n = static_cast<double>(polygon.size());
  return {sum[0] / n, sum[1] / n};
}

/// Centres of lettering that touches the outline at points all along it: first from within, then from outside, first in
/// the middle of an edge, then towards its ends.
std::vector<Pixel> centres(const Polygon& outline, const Pixel& size) {
  constexpr int places = 9;    // an edge
  constexpr double gap = 0.3;  // between edge and lettering, in its heights
  std::vector<Pixel> found;
  const Pixel inside = middle(outline);
  for (const double side : {-1.0, 1.0})
    for (std::size_t i = 0; i < outline.size(); ++i) {
      const Pixel &a = outline[i], &b = outline[(i + 1) % outline.size()];
      const double length = std::hypot(b[0] - a[0], b[1] - a[1]);
      if (length <= 0.0) continue;
      Pixel normal{(b[1] - a[1]) / length, (a[0] - b[0]) / length};
      const double away = normal[0] * (a[0] - inside[0]) + normal[1] * (a[1] - inside[1]);
      const double reach = 0.5 * (std::abs(normal[0]) * size[0] + std::abs(normal[1]) * size[1]) + gap * size[1];
      const double shift = (away < 0.0 ? -1.0 : 1.0) * side * reach;
      for (int k = 0; k < places; ++k) {
        const double t = 0.5 + (k % 2 == 0 ? 0.5 : -0.5) * ((k + 1) / 2) * 2.0 / (places + 1);
        found.push_back({a[0] + t * (b[0] - a[0]) + shift * normal[0], a[1] + t * (b[1] - a[1]) + shift * normal[1]});
      }
    }
  return found;
}

}  // namespace

void LabelPlacement::add_equipment(const Polygon& shape) {
  equipment_.push_back(shape);
  equipment_points_.insert(equipment_points_.end(), shape.begin(), shape.end());
}

void LabelPlacement::add_line(const std::vector<Pixel>& points) {
  for (std::size_t i = 1; i < points.size(); ++i) {
    const Pixel &a = points[i - 1], &b = points[i];
    const int pieces = 1 + static_cast<int>(std::hypot(b[0] - a[0], b[1] - a[1]) / cell);
    for (int k = 0; k <= pieces; ++k) {
      const double t = static_cast<double>(k) / pieces;
      line_cells_.insert({static_cast<int>(std::floor((a[0] + t * (b[0] - a[0])) / cell)),
                          static_cast<int>(std::floor((a[1] + t * (b[1] - a[1])) / cell))});
    }
  }
}

double LabelPlacement::cost(const Rectangle& area, const Polygon& outline) const {
  constexpr double out_of_frame = 1e6, on_lettering = 1e4, on_equipment = 3.0, on_line = 1.0, by_outline = 10.0;
  constexpr double clearance = 0.6;  // of other outlines, in heights of the lettering
  const double away = clearance * (area.high[1] - area.low[1]);
  const Rectangle wide{{area.low[0] - away, area.low[1] - away}, {area.high[0] + away, area.high[1] + away}};
  double sum = is_within(area.low, frame_) && is_within(area.high, frame_) ? 0.0 : out_of_frame;
  for (const Rectangle& other : taken_) sum += overlap(area, other) ? on_lettering : 0.0;
  for (const Pixel& p : equipment_points_) sum += is_within(p, area) ? on_equipment : 0.0;
  for (const auto& [x, y] : line_cells_) sum += is_within({cell * (x + 0.5), cell * (y + 0.5)}, area) ? on_line : 0.0;
  for (const Polygon& shape : equipment_)
    for (const Pixel& p : grid(area)) sum += is_within(p, shape) ? on_equipment : 0.0;
  for (const Polygon& other : outlines_) {
    if (other == outline) continue;
    for (const Pixel& p : grid(wide)) sum += is_within(p, other) ? by_outline : 0.0;
  }
  return sum;
}

Pixel LabelPlacement::take(const Pixel& centre, const Pixel& size) {
  taken_.push_back(around(centre, size));
  return centre;
}

Pixel LabelPlacement::place_at(const Pixel& centre, const Pixel& size) {
  Pixel moved = centre;
  for (std::size_t i = 0; i < 2; ++i)
    moved[i] = std::max(frame_.low[i] + 0.5 * size[i], std::min(frame_.high[i] - 0.5 * size[i], moved[i]));
  return take(moved, size);
}

Pixel LabelPlacement::place_by(const Polygon& outline, const Pixel& size) {
  Pixel best = middle(outline);
  double least = std::numeric_limits<double>::infinity();
  for (const Pixel& centre : centres(outline, size))
    if (const double c = cost(around(centre, size), outline); c < least) least = c, best = centre;
  return take(best, size);
}

}  // namespace wattloop
