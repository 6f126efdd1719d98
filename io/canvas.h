#pragma once
// Lines, areas and lettering on a picture, without a display.

#include <string>
#include <utility>
#include <vector>

#include "io/colour_map.h"

namespace wattloop {

inline constexpr Colour ink{0.15, 0.15, 0.17}, muted{0.42, 0.42, 0.46};

struct Lettering {
  enum class Anchor { left, centre, right };
  int size;  ///< pixels
  Anchor anchor = Anchor::left;
  Colour colour = ink;
  bool is_bold = false, is_upright = false;
};

/// A white picture; x to the right and y upwards from its lower left corner, in pixels.
class Canvas {
 public:
  Canvas(int width, int height) : width_(width), height_(height), pixels_(3u * width * height, 1.0f) {}

  int width() const { return width_; }
  int height() const { return height_; }

  void rectangle(double x, double y, double w, double h, const Colour& colour, double opacity = 1.0);
  /// A line through the points with soft edges.
  void line(const std::vector<std::pair<double, double>>& points, double thickness, const Colour& colour,
            double opacity = 1.0);
  /// Lettering centred on y, beginning, centred or ending at x.
  void text(double x, double y, const std::string& text, const Lettering& lettering);

  /// Throws std::runtime_error if the file cannot be written.
  void save(const std::string& path) const;

 private:
  void blend(int x, int y, const Colour& colour, double opacity);

  int width_, height_;
  std::vector<float> pixels_;  ///< red, green, blue, row by row from below
};

}  // namespace wattloop
