#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

namespace wattloop {

using Colour = std::array<double, 3>;  ///< red, green, blue 0..1

/// Colour maps whose lightness rises or falls evenly, so that equal differences look equal, in print and to
/// colour-blind readers too.
enum class ColourMap {
  viridis,  ///< Smith and van der Walt 2015
  plasma,   ///< Smith and van der Walt 2015
  blues,    ///< one hue, light to dark
};

/// `x` 0..1 from the low to the high end; outside it is the colour of the end.
Colour colour_at(ColourMap map, double x);

/// How a quantity is shown to people: shown = (SI - offset) * factor.
struct DisplayUnit {
  std::string name;
  double offset = 0.0, factor = 1.0;
  double shown(double value) const { return (value - offset) * factor; }
};

/// K as degrees Celsius, W as kW, "1" as %, Pa as kPa, anything else as it is.
DisplayUnit display_unit(const std::string& units);

/// A range with round ends and a round step (1, 2 or 5 times a power of ten).
struct Scale {
  double low = 0.0, high = 1.0, step = 0.5;
  size_t labels() const;                  ///< low, low + step, ... high
  std::string label(double value) const;  ///< with the decimals the step asks for
};

/// The scale that holds all finite values; 0 to 1 if there is none.
Scale scale_of(std::span<const double> values);

}  // namespace wattloop
