#include "models/flickermeter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "tests/support/csv.h"

namespace wattloop {
namespace {

/// Root mean square voltages with rectangular changes dV/V, so many a minute, none at the beginning or the end.
std::vector<double> rectangular(double changes_per_minute, double change, double interval, double duration) {
  std::vector<double> voltage;
  const auto n = static_cast<std::size_t>(std::lround(duration / interval));
  for (std::size_t i = 0; i < n; ++i) {
    const double changes = static_cast<double>(i) * interval * changes_per_minute / 60.0 + 0.5;
    voltage.push_back(std::fmod(std::floor(changes), 2.0) == 0.0 ? 1.0 + 0.5 * change : 1.0 - 0.5 * change);
  }
  return voltage;
}

std::vector<double> sine(double frequency, double change, double interval, double duration) {
  std::vector<double> voltage;
  const auto n = static_cast<std::size_t>(std::lround(duration / interval));
  for (std::size_t i = 0; i < n; ++i)
    voltage.push_back(1.0 +
                      0.5 * change * std::sin(2.0 * std::numbers::pi * frequency * static_cast<double>(i) * interval));
  return voltage;
}

TEST(Flickermeter, RectangularChangesOfTheStandardHaveSeverityOne) {
  const auto table = test::read_table("flicker/rectangular_changes.csv");
  constexpr double interval = 1e-3;  // s
  ASSERT_EQ(table.size(), 14u);
  for (const auto& row : table) {
    const Lamp lamp = row[0] == 120.0 ? Lamp::v120_60hz : Lamp::v230_50hz;
    const auto voltage = rectangular(row[1], 0.01 * row[2], interval, severity_period);
    const double severity = flicker_severity(flicker_sensation(voltage, interval, lamp));
    EXPECT_NEAR(severity, 1.0, 0.05) << row[0] << " V, " << row[1] << " changes a minute";
  }
}

TEST(Flickermeter, SeverityIsProportionalToTheChange) {
  const auto severity = [](double change) {
    return flicker_severity(flicker_sensation(rectangular(39.0, change, 5e-3, 600.0), 5e-3, Lamp::v120_60hz));
  };
  EXPECT_NEAR(severity(0.005) / severity(0.010), 0.5, 0.002);
}

TEST(Flickermeter, LampsAreWeighedByTheirThresholdsWhereTheEyeIsMostSensitive) {
  EXPECT_NEAR(lamp_weighting(Lamp::v230_50hz, 8.8), 1.0, 0.002);
  // The thinner filament of 230 V follows faster: the thresholds of perception are 0.250 and 0.321 %.
  EXPECT_NEAR(lamp_weighting(Lamp::v120_60hz, 8.8), 0.250 / 0.321, 0.005);
  for (const Lamp lamp : {Lamp::v120_60hz, Lamp::v230_50hz})
    for (double f = 0.5; f < 35.0; f += 0.1)
      EXPECT_LE(lamp_weighting(lamp, f), 1.005 * lamp_weighting(lamp, 8.8)) << f << " Hz";
}

TEST(Flickermeter, SineAtTheThresholdOfPerceptionGivesASensationOfOne) {
  for (const auto& [lamp, change] : {std::pair{Lamp::v120_60hz, 0.00321}, {Lamp::v230_50hz, 0.00250}}) {
    const auto sensation = flicker_sensation(sine(8.8, change, 1e-3, 60.0), 1e-3, lamp);
    EXPECT_NEAR(*std::max_element(sensation.begin() + 20000, sensation.end()), 1.0, 0.01);
  }
}

TEST(Flickermeter, ConstantVoltageDoesNotFlicker) {
  const std::vector<double> voltage(120000, 0.97);
  EXPECT_LT(flicker_severity(flicker_sensation(voltage, 5e-3, Lamp::v120_60hz)), 1e-9);
}

}  // namespace
}  // namespace wattloop
