#pragma once
// Where names stand in a picture so that they hide little.

#include <array>
#include <set>
#include <vector>

namespace wattloop {

using Pixel = std::array<double, 2>;  // from the lower left corner
using Polygon = std::vector<Pixel>;   // convex

struct Rectangle {
  Pixel low, high;
};

/// Places lettering one after the other: within the frame, on no other lettering, on as little equipment and as few
/// lines as it goes, not on the outline of something else.
class LabelPlacement {
 public:
  explicit LabelPlacement(const Rectangle& frame) : frame_(frame) {}

  void add_outline(const Polygon& outline) { outlines_.push_back(outline); }
  void add_equipment(const Polygon& shape);
  void add_line(const std::vector<Pixel>& points);
  /// Lettering whose place is given: the one nearest to it within the frame.
  Pixel place_at(const Pixel& centre, const Pixel& size);
  /// Lettering beside or in an outline; returns its centre.
  Pixel place_by(const Polygon& outline, const Pixel& size);

 private:
  double cost(const Rectangle& area, const Polygon& outline) const;
  Pixel take(const Pixel& centre, const Pixel& size);

  Rectangle frame_;
  std::vector<Polygon> outlines_, equipment_;
  std::vector<Pixel> equipment_points_;
  std::set<std::array<int, 2>> line_cells_;  ///< lines that lie on each other hide once
  std::vector<Rectangle> taken_;
};

}  // namespace wattloop
