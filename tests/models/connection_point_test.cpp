#include "models/connection_point.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wattloop {
namespace {

TEST(ReducedGrid, VoltagesOfTheTwoBusFeeder) {
  // Published values of a feeder with a voltage of 1 behind R + jX.
  EXPECT_NEAR((ReducedGrid{1.0, 0.0, 0.1}.voltage(1.0, 0.0)), 0.9949361530, 1e-10);
  EXPECT_NEAR((ReducedGrid{1.0, 0.02, 0.06}.voltage(0.8, 0.2)), 0.9701081359, 1e-10);
}

TEST(ReducedGrid, HasNoVoltageBeyondItsNose) {
  const ReducedGrid grid{1.0, 0.0, 0.1};
  EXPECT_NEAR(grid.voltage(4.999, 0.0), std::sqrt(0.5 * (1.0 + std::sqrt(1.0 - 0.04 * 4.999 * 4.999))), 1e-12);
  EXPECT_TRUE(std::isnan(grid.voltage(5.001, 0.0)));
}

TEST(ReducedGrid, OfAFaultLevelFeedsAFaultWithIt) {
  const ReducedGrid grid = ReducedGrid::of(345e3, 5e9, 15.0);
  EXPECT_NEAR(345e3 * 345e3 / std::hypot(grid.R, grid.X), 5e9, 1.0);
  EXPECT_NEAR(grid.X / grid.R, 15.0, 1e-12);
  // A small reactive load changes the voltage by Q/S_k, nearly.
  EXPECT_NEAR((345e3 - grid.voltage(0.0, 50e6)) / 345e3, 50e6 / 5e9, 2e-4);
}

TEST(Compensation, HoldsThePowerFactorAtEveryLoad) {
  Compensation c;
  for (const double P : {80e6, 200e6}) c.add(P, 0.45 * P, 0.95);
  const int steps = c.steps(10e6);
  ASSERT_GE(steps, 0);
  for (const double P : {80e6, 200e6}) {
    EXPECT_GE(P / std::hypot(P, 0.45 * P - steps * 10e6), 0.95 - 1e-12);
    EXPECT_LT(200e6 / std::hypot(200e6, 0.45 * 200e6 - (steps - 1) * 10e6), 0.95);
  }
}

TEST(Compensation, SaysWhereNoFixedNumberDoes) {
  Compensation c;
  c.add(10e6, 2e6, 0.99);
  c.add(200e6, 100e6, 0.99);
  EXPECT_EQ(c.steps(1e6), -1);
}

}  // namespace
}  // namespace wattloop
