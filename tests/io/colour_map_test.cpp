#include "io/colour_map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace wattloop {
namespace {

/// CIE 1976 lightness L* of an sRGB colour (IEC 61966-2-1, 1999; CIE 15:2004).
double lightness(const Colour& colour) {
  const double weights[] = {0.2126, 0.7152, 0.0722};
  double y = 0.0;
  for (size_t i = 0; i < 3; ++i) {
    const double c = colour[i];
    y += weights[i] * (c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
  }
  return y > 0.008856 ? 116.0 * std::cbrt(y) - 16.0 : 903.3 * y;
}

TEST(ColourMap, LightnessChangesEvenly) {
  for (const ColourMap map : {ColourMap::viridis, ColourMap::plasma, ColourMap::blues}) {
    const double total = lightness(colour_at(map, 1.0)) - lightness(colour_at(map, 0.0));
    EXPECT_GT(std::abs(total), 50.0);
    for (int i = 0; i < 8; ++i) {
      const double step = lightness(colour_at(map, (i + 1) / 8.0)) - lightness(colour_at(map, i / 8.0));
      EXPECT_NEAR(step / total, 1.0 / 8.0, 0.05) << "map " << static_cast<int>(map) << " part " << i;
    }
  }
}

TEST(ColourMap, EndsHoldOutside) {
  EXPECT_EQ(colour_at(ColourMap::viridis, -3.0), colour_at(ColourMap::viridis, 0.0));
  EXPECT_EQ(colour_at(ColourMap::viridis, 7.0), colour_at(ColourMap::viridis, 1.0));
}

TEST(Scale, IsRoundAndHoldsTheValues) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double values[] = {63.2, nan, 83.1};
  const Scale scale = scale_of(values);
  EXPECT_EQ(scale.low, 60.0);
  EXPECT_EQ(scale.high, 85.0);
  EXPECT_EQ(scale.labels(), 6U);
  EXPECT_EQ(scale.label(65.0), "65");
  const double close[] = {45.01, 45.03};
  EXPECT_EQ(scale_of(close).label(45.02), "45.02");
  const double one[] = {5.0};
  EXPECT_LE(scale_of(one).low, 5.0);
  EXPECT_GT(scale_of(one).high, scale_of(one).low);
  const double none[] = {nan};
  EXPECT_GT(scale_of(none).high, scale_of(none).low);
}

TEST(DisplayUnit, KelvinIsShownAsCelsius) {
  EXPECT_DOUBLE_EQ(display_unit("K").shown(318.15), 45.0);
  EXPECT_DOUBLE_EQ(display_unit("W").shown(142e3), 142.0);
  EXPECT_DOUBLE_EQ(display_unit("kg/s").shown(3.0), 3.0);
}

}  // namespace
}  // namespace wattloop
