#include "io/colour_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace wattloop {
namespace {

using Knots = std::array<std::array<int, 3>, 9>;  // colours at 0, 1/8, ... 1, 0..255

constexpr Knots viridis{{{68, 1, 84},
                         {71, 44, 122},
                         {59, 81, 139},
                         {44, 113, 142},
                         {33, 144, 141},
                         {39, 173, 129},
                         {92, 200, 99},
                         {170, 220, 50},
                         {253, 231, 37}}};
constexpr Knots plasma{{{13, 8, 135},
                        {75, 3, 161},
                        {125, 3, 168},
                        {168, 34, 150},
                        {203, 70, 121},
                        {229, 107, 93},
                        {248, 148, 65},
                        {253, 195, 40},
                        {240, 249, 33}}};
constexpr Knots blues{{{198, 219, 239},
                       {168, 197, 227},
                       {137, 175, 215},
                       {105, 154, 202},
                       {66, 133, 190},
                       {53, 111, 169},
                       {40, 89, 148},
                       {26, 68, 127},
                       {8, 48, 107}}};

const Knots& knots_of(ColourMap map) {
  switch (map) {
    case ColourMap::plasma:
      return plasma;
    case ColourMap::blues:
      return blues;
    default:
      return viridis;
  }
}

}  // namespace

Colour colour_at(ColourMap map, double x) {
  const Knots& knots = knots_of(map);
  const double place = std::clamp(x, 0.0, 1.0) * static_cast<double>(knots.size() - 1);
  const size_t i = std::min(static_cast<size_t>(place), knots.size() - 2);
  const double part = place - static_cast<double>(i);
  Colour colour;
  for (size_t k = 0; k < 3; ++k) colour[k] = ((1.0 - part) * knots[i][k] + part * knots[i + 1][k]) / 255.0;
  return colour;
}

DisplayUnit display_unit(const std::string& units) {
  if (units == "K") return {"°C", 273.15, 1.0};
  if (units == "W") return {"kW", 0.0, 1e-3};
  if (units == "Pa") return {"kPa", 0.0, 1e-3};
  if (units == "1") return {"%", 0.0, 100.0};
  return {units, 0.0, 1.0};
}

size_t Scale::labels() const {
  return static_cast<size_t>(std::lround((high - low) / step)) + 1;
}

std::string Scale::label(double value) const {
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
  return fmt::format("{:.{}f}", value, decimals);
}

Scale scale_of(std::span<const double> values) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return {};
  const double span = std::max(high - low, std::max(1e-3 * std::abs(high), 1e-6));
  const double power = std::pow(10.0, std::floor(std::log10(span / 4.0)));
  const double parts = span / 4.0 / power;
  const double step = power * (parts <= 1.0 ? 1.0 : parts <= 2.0 ? 2.0 : parts <= 5.0 ? 5.0 : 10.0);
  Scale scale{std::floor(low / step) * step, std::ceil(high / step) * step, step};
  if (scale.high <= scale.low) scale.high = scale.low + step;
  return scale;
}

}  // namespace wattloop
