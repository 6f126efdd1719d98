#pragma once
// A page of charts as a PNG.

#include <array>
#include <string>
#include <vector>

#include "io/colour_map.h"

namespace wattloop {

/// Rectangles and lines of text on white paper, in pixels from the lower left corner.
class ChartPage {
 public:
  enum class Align { left, centre, right };

  ChartPage(int width, int height) : width_(width), height_(height) {}
  int width() const { return width_; }
  int height() const { return height_; }

  void rectangle(double x, double y, double w, double h, const Colour& colour) {
    rectangles_.push_back({{x, y, w, h}, colour});
  }
  /// Centred on its height at y.
  void text(double x, double y, std::string text, double size, Align align = Align::left, bool is_bold = false,
            bool is_upright = false) {
    texts_.push_back({x, y, std::move(text), size, align, is_bold, is_upright});
  }
  /// Needs a display (see ensure_display). Throws std::runtime_error if it cannot be written.
  void save(const std::string& path) const;

 private:
  struct Rectangle {
    std::array<double, 4> place;
    Colour colour;
  };
  struct Text {
    double x, y;
    std::string text;
    double size;
    Align align;
    bool is_bold, is_upright;
  };
  int width_, height_;
  std::vector<Rectangle> rectangles_;
  std::vector<Text> texts_;
};

/// Where a chart stands on its page.
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

void draw_axes(ChartPage& page, const ChartFrame& frame, const ChartAxis& x, const ChartAxis& y);
/// A colour bar at the right of a frame.
void draw_colour_bar(ChartPage& page, const ChartFrame& frame, const Scale& scale);

}  // namespace wattloop
