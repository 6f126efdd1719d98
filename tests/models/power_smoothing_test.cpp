#include "models/power_smoothing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace wattloop {
namespace {

constexpr double cap = 1400.0, idle = 205.0;  // W
constexpr double h = 0.01;                    // s

/// Power of a GPU whose activity is a function of time.
template <class Activity>
std::vector<double> smoothed(const PowerSmoothing& smoothing, Activity activity, double duration) {
  PowerSmoothing::State state;
  std::vector<double> power;
  for (int i = 0; i < std::lround(duration / h); ++i) {
    const double a = activity(i * h);
    power.push_back(smoothing.step(state, a, idle + a * (cap - idle), cap, h));
  }
  return power;
}

double steps(double t) {
  return std::fmod(t, 2.0) < 1.5 ? 1.0 : 0.2;
}

TEST(PowerSmoothing, WithoutLimitsIsTheDemand) {
  const auto power = smoothed({}, steps, 10.0);
  for (std::size_t i = 0; i < power.size(); ++i)
    EXPECT_DOUBLE_EQ(power[i], idle + steps(static_cast<double>(i) * h) * (cap - idle));
}

TEST(PowerSmoothing, FloorHoldsWhileItWorksAndEndsAfterTheHysteresis) {
  const PowerSmoothing smoothing{.floor = 0.8, .hysteresis = 3.0};
  const auto power = smoothed(
      smoothing, [](double t) { return t < 10.0 ? steps(t) : 0.0; }, 20.0);
  for (std::size_t i = 0; i < 1290; ++i) EXPECT_GE(power[i], 0.8 * cap) << i;
  for (std::size_t i = 1310; i < 2000; ++i) EXPECT_DOUBLE_EQ(power[i], idle) << i;
}

TEST(PowerSmoothing, RampsAreLimitedBothWays) {
  const PowerSmoothing smoothing{.ramp_up = 100.0, .ramp_down = 50.0};
  const auto power = smoothed(
      smoothing, [](double t) { return t < 5.0    ? 0.0
                                       : t < 25.0 ? 1.0
                                                  : 0.0; }, 60.0);
  for (std::size_t i = 1; i < power.size(); ++i) {
    EXPECT_LE(power[i] - power[i - 1], 100.0 * h + 1e-9);
    EXPECT_GE(power[i] - power[i - 1], -50.0 * h - 1e-9);
  }
  EXPECT_NEAR(power[1500], idle + 10.0 * 100.0, 2.0);  // 10 s after the start
  EXPECT_NEAR(power[3000], cap - 5.0 * 50.0, 2.0);     // burns 5 s after the end
}

/// Swing of the power drawn, and of the store, once the start is forgotten.
struct Swing {
  double power, energy;
};
constexpr double fine = 1e-3;  // s
Swing swing_with(const RackStorage& storage, double low, double high, double frequency) {
  RackStorage::State state;
  double least = 1e9, most = -1e9, empty = 1e9, full = -1e9;
  const long period = std::lround(1.0 / (frequency * fine));
  for (int i = 0; i < 600000; ++i) {
    const double drawn = storage.step(state, 2 * (i % period) < period ? high : low, fine);
    if (i * fine < 580.0) continue;
    least = std::min(least, drawn), most = std::max(most, drawn);
    empty = std::min(empty, state.energy), full = std::max(full, state.energy);
  }
  return {most - least, full - empty};
}

TEST(RackStorage, SquareSwingNeedsItsHeightOverFourTimesItsFrequency) {
  const RackStorage large{.energy = 50e3, .time_constant = 20.0, .recovery = 40.0, .efficiency = 1.0};
  constexpr double frequency = 1.5625;  // Hz: halves of its period are whole steps
  const Swing swing = swing_with(large, 72e3, 100e3, frequency);
  EXPECT_NEAR(swing.energy, 28e3 / (4.0 * frequency), 0.01 * 28e3 / (4.0 * frequency));
  EXPECT_LT(swing.power, 0.03 * 28e3);
}

TEST(RackStorage, FourPointSevenKilojoulesFlatten28KilowattAbove1Point5Hertz) {
  const RackStorage shelves{.energy = 4.68e3, .time_constant = 20.0, .recovery = 40.0, .efficiency = 1.0};
  EXPECT_LT(swing_with(shelves, 72e3, 100e3, 1.6).power, 0.03 * 28e3);
  EXPECT_GT(swing_with(shelves, 72e3, 100e3, 1.3).power, 0.5 * 28e3);
}

TEST(RackStorage, StaysWithinItsEndsAndLosesOnlyInCharging) {
  const RackStorage storage{.energy = 4.68e3, .time_constant = 2.0, .efficiency = 0.9};
  RackStorage::State state;
  double drawn = 0.0, load = 0.0, charged = 0.0;
  for (int i = 0; i < 100000; ++i) {
    const double p = 60e3 + 50e3 * std::sin(0.7 * i * h) * (i % 700 < 350 ? 1.0 : 0.2);
    const double before = state.energy;
    const double d = storage.step(state, p, h);
    if (i == 0) continue;
    drawn += d * h, load += p * h;
    charged += std::max(0.0, d - p) * h;
    EXPECT_GE(state.energy, 0.0);
    EXPECT_LE(state.energy, storage.energy);
    EXPECT_NEAR(state.energy - before, (d > p ? 0.9 : 1.0) * (d - p) * h, 1e-7);
  }
  EXPECT_NEAR(drawn - load, 0.1 * charged + (state.energy - 0.5 * storage.energy), 0.01 * charged);
}

}  // namespace
}  // namespace wattloop
