#pragma once
// Axes and colour bars of charts on a picture.

#include <string>
#include <vector>

#include "io/canvas.h"
#include "io/colour_map.h"

namespace wattloop {

/// Where a chart stands on its picture.
struct ChartFrame {
  double x, y, width, height;  // pixels
  double at_x(const Scale& scale, double value) const {
    return x + width * (value - scale.low) / (scale.high - scale.low);
  }
  double at_y(const Scale& scale, double value) const {
    return y + height * (value - scale.low) / (scale.high - scale.low);
  }
};

/// An axis: numbers on a scale, or names in equal cells.
struct ChartAxis {
  std::string title;
  Scale scale;
  std::vector<std::string> names;  ///< of the cells 0, 1, ...; empty: numbers
};

void draw_axes(Canvas& canvas, const ChartFrame& frame, const ChartAxis& x, const ChartAxis& y);
/// A colour bar at the right of a frame.
void draw_colour_bar(Canvas& canvas, const ChartFrame& frame, const Scale& scale);

}  // namespace wattloop
