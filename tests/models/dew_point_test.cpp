#include "models/dew_point.h"

#include <gtest/gtest.h>

#include "tests/support/component.h"

namespace wattloop {
namespace {

using X = DewPoint<double>;

double dew_point_of(double humidity, const X::Across<double>& u) {
  X block = test::with_defaults<X>();
  block.humidity = humidity;
  return test::evaluate(block, {}, u).flow.T_dp;
}

TEST(DewPoint, OfAHumidityRatioIsTheInverseOfSaturation) {
  for (double p : {70e3, 94.5e3, 101325.0})
    for (double t = 1.0; t < 60.0; t += 3.0) {
      const double W = saturated_humidity_ratio_over_water(273.15 + t, p);
      EXPECT_NEAR(dew_point_of(0.0, {W, p, 0.0, 300.0, 1000.0}), 273.15 + t, 1e-8);
      EXPECT_NEAR(dew_point_of(0.0, {W, p, 0.0, 300.0, 1000.0}), dew_point(W, p), 1e-6);
    }
}

/// ASHRAE Handbook of Fundamentals (2017), chapter 1: 25 degC at 50 % has a dew point of 13.9 degC.
TEST(DewPoint, OfARelativeHumidity) {
  EXPECT_NEAR(dew_point_of(1.0, {0.0, 101325.0, 0.5, 298.15, 1000.0}), 273.15 + 13.86, 0.02);
  EXPECT_NEAR(dew_point_of(1.0, {0.0, 101325.0, 1.0, 285.0, 1000.0}), 285.0, 1e-8);
}

TEST(DewPoint, OfDryAirIsFinite) {
  EXPECT_GT(dew_point_of(0.0, {0.0, 101325.0, 0.0, 300.0, 1000.0}), 173.0);
  EXPECT_LT(dew_point_of(0.0, {0.0, 101325.0, 0.0, 300.0, 1000.0}), 233.15);
  EXPECT_LT(dew_point_of(1.0, {0.0, 101325.0, 0.0, 300.0, 1000.0}), 233.15);
}

TEST(DewPoint, TellsASurfaceThatSweats) {
  const X block = test::with_defaults<X>();
  const double W = 0.010, p = 101325.0, T = dew_point(W, p);
  const auto above = test::outputs_of(block, {}, {W, p, 0.0, 300.0, T + 0.5});
  EXPECT_NEAR(above.margin, 0.5, 1e-6);
  EXPECT_EQ(above.condensation, 0.0);
  EXPECT_EQ(test::outputs_of(block, {}, {W, p, 0.0, 300.0, T - 0.5}).condensation, 1.0);
}

}  // namespace
}  // namespace wattloop
