#include "models/rocof.h"

#include <gtest/gtest.h>

namespace wattloop {
namespace {

TEST(Rocof, IsTheSlopeOfARampHoweverItIsSampled) {
  for (const double step : {0.01, 0.3, 2.0}) {
    Rocof rocof;
    for (double t = 0.0; t < 20.0; t += step) rocof.add(t, 60.0 - 0.7 * t);
    EXPECT_NEAR(rocof.largest(), 0.7, 1e-9) << step;
  }
}

TEST(Rocof, AJumpCountsOverTheWindow) {
  Rocof rocof;
  for (int i = 0; i < 100; ++i) rocof.add(0.01 * i, 60.0);
  for (int i = 0; i < 100; ++i) rocof.add(1.0 + 0.01 * i, 59.8);
  EXPECT_NEAR(rocof.largest(), 0.2 / Rocof::window, 1e-9);
}

TEST(Rocof, WhatIsInterruptedBeginsAnew) {
  Rocof rocof;
  rocof.add(0.0, 60.0);
  rocof.add(1.0, 60.0);
  rocof.interrupt();
  rocof.add(1.1, 50.0);
  rocof.add(3.0, 50.0);
  EXPECT_EQ(rocof.largest(), 0.0);
}

}  // namespace
}  // namespace wattloop
