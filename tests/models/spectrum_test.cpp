#include "models/spectrum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace wattloop {
namespace {

constexpr double two_pi = 2.0 * std::numbers::pi;

template <class F>
std::vector<double> course(F f, double interval, double duration) {
  std::vector<double> values;
  const auto n = static_cast<std::size_t>(std::lround(duration / interval));
  for (std::size_t i = 0; i < n; ++i) values.push_back(f(static_cast<double>(i) * interval));
  return values;
}

TEST(Spectrum, ParsevalHoldsForAnything) {
  double x = 0.5;
  const auto noise = course([&](double) { return x = 3.99 * x * (1.0 - x); }, 0.005, 97.0);
  for (const double segment : {20.0, 60.0, 97.0, 200.0}) {
    const Spectrum s = welch_spectrum(noise, 0.005, segment);
    EXPECT_LT(s.parseval_error(), 1e-12) << segment;
    EXPECT_GT(s.variance, 0.01);
  }
}

TEST(Spectrum, OddLengthsTooHoldParseval) {
  const auto values = course([](double t) { return std::sin(9.0 * t) + 0.1 * t; }, 0.01, 7.77);
  EXPECT_LT(welch_spectrum(values, 0.01, 3.33).parseval_error(), 1e-12);
}

TEST(Spectrum, SineHasItsPowerAndItsLine) {
  constexpr double amplitude = 40.0, frequency = 0.5;
  const auto values =
      course([](double t) { return 100.0 + amplitude * std::sin(two_pi * frequency * t); }, 0.005, 600.0);
  const Spectrum s = welch_spectrum(values, 0.005, 60.0);
  EXPECT_NEAR(s.resolution, 1.0 / 60.0, 1e-12);
  EXPECT_EQ(s.segments, 19);
  EXPECT_NEAR(s.power(0.1, 20.0), 0.5 * amplitude * amplitude, 1e-6);
  const auto lines = strongest_lines(s, 0.1, 20.0, 5);
  ASSERT_FALSE(lines.empty());
  EXPECT_NEAR(lines[0].frequency, frequency, 1e-9);
  EXPECT_NEAR(lines[0].amplitude, amplitude, 1e-6);
}

TEST(Spectrum, SquareWaveHasItsOddHarmonics) {
  const auto values = course([](double t) { return std::fmod(t, 2.0) < 1.0 ? 50.0 : -50.0; }, 0.005, 600.0);
  const auto lines = strongest_lines(welch_spectrum(values, 0.005, 60.0), 0.1, 20.0, 4);
  ASSERT_EQ(lines.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    const double k = 2.0 * static_cast<double>(i) + 1.0;
    EXPECT_NEAR(lines[i].frequency, 0.5 * k, 1e-9);
    EXPECT_NEAR(lines[i].amplitude, 4.0 * 50.0 / (std::numbers::pi * k), 0.05);
  }
}

TEST(Spectrum, WhatIsSlowerThanTheBandIsNotInIt) {
  const auto values = course([](double t) { return std::sin(two_pi * t / 60.0); }, 0.01, 600.0);
  const Spectrum s = welch_spectrum(values, 0.01, 60.0);
  EXPECT_LT(s.power(0.1, 20.0) / s.power(0.0, 50.0), 1e-9);
}

TEST(Ramp, SwingThatDividesTheWindowIsSeen) {
  const auto values = course([](double t) { return std::fmod(t, 3.0) < 2.0 ? 100.0 : 30.0; }, 0.005, 120.0);
  const Ramp ramp = largest_ramp(values, 0.005, 60.0);
  EXPECT_DOUBLE_EQ(ramp.rise, 70.0);
  EXPECT_DOUBLE_EQ(ramp.fall, 70.0);
}

TEST(Ramp, StraightLineRisesByItsSlope) {
  const auto values = course([](double t) { return 2.0 * t; }, 0.01, 100.0);
  EXPECT_NEAR(largest_ramp(values, 0.01, 10.0).rise, 20.0, 1e-9);
  EXPECT_DOUBLE_EQ(largest_ramp(values, 0.01, 10.0).fall, 0.0);
}

TEST(Ramp, EqualsTheSearchOverAllPairs) {
  double x = 0.3;
  const auto values = course([&](double) { return x = 3.97 * x * (1.0 - x); }, 1.0, 200.0);
  for (const int window : {1, 5, 17}) {
    double rise = 0.0, fall = 0.0;
    for (int i = 0; i < 200; ++i)
      for (int j = i; j < 200 && j <= i + window; ++j) {
        rise = std::max(rise, values[j] - values[i]);
        fall = std::max(fall, values[i] - values[j]);
      }
    EXPECT_DOUBLE_EQ(largest_ramp(values, 1.0, window).rise, rise);
    EXPECT_DOUBLE_EQ(largest_ramp(values, 1.0, window).fall, fall);
  }
}

TEST(Demand, IsTheHighestMean) {
  const auto values = course([](double t) { return t >= 40.0 && t < 50.0 ? 10.0 : 4.0; }, 1.0, 100.0);
  EXPECT_NEAR(highest_mean(values, 1.0, 20.0), 7.0, 1e-12);
  EXPECT_NEAR(highest_mean(values, 1.0, 1000.0), 4.6, 1e-12);
}

}  // namespace
}  // namespace wattloop
