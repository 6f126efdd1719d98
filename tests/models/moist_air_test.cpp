#include "models/moist_air.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "solver/dual.h"
#include "solver/pack.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

using test::read_table;

double kelvin(double celsius) {
  return celsius + 273.15;
}

TEST(SaturationPressure, PublishedTables) {
  for (const auto& row : read_table("moist_air_psychrolib/saturation_pressure_reference.csv")) {
    EXPECT_NEAR(saturation_pressure(kelvin(row[0])), row[1], row[2]) << row[0] << " degC";
  }
  for (const auto& row : read_table("moist_air_psychrolib/saturation_pressure.csv")) {
    EXPECT_NEAR(saturation_pressure(kelvin(row[0])), row[1], 0.51e-4) << row[0] << " degC";
  }
}

TEST(SaturationPressure, ContinuousAtTheTriplePoint) {
  const double ice = saturation_pressure(air::T_triple);
  EXPECT_NEAR(saturation_pressure_over_water(air::T_triple), ice, 2e-5 * ice);
}

TEST(SaturatedAir, PublishedTable) {
  // The table holds real moist air, the equations ideal gases.
  for (const auto& row : read_table("moist_air_psychrolib/saturated_air.csv")) {
    const double T = kelvin(row[0]);
    const double W_s = saturated_humidity_ratio(T, 101325.0);
    EXPECT_NEAR(W_s, row[1], row[3] * row[1]) << row[0] << " degC";
    EXPECT_NEAR(moist_air_enthalpy(T, W_s), row[2], row[4] * std::abs(row[2])) << row[0] << " degC";
  }
}

TEST(MoistAir, DesignPoints) {
  for (const auto& row : read_table("moist_air_psychrolib/design_points.csv")) {
    const double T = kelvin(row[0]), RH = row[1], p = row[2];
    const double W = humidity_ratio_from_relative_humidity(T, RH, p);
    const std::string at = std::to_string(row[0]) + " degC, RH " + std::to_string(RH);
    EXPECT_NEAR(W, row[3], 0.51e-7) << at;
    EXPECT_NEAR(wet_bulb(T, W, p), kelvin(row[4]), 1e-3) << at;  // psychrolib iterates to 1e-3 K
    EXPECT_NEAR(dew_point(W, p), kelvin(row[5]), 1e-3) << at;
    EXPECT_NEAR(moist_air_enthalpy(T, W), row[6], 0.051) << at;
    EXPECT_NEAR(moist_air_volume(T, W, p), row[7], 0.51e-6) << at;
    EXPECT_NEAR(relative_humidity(T, W, p), RH, 1e-14) << at;
  }
}

// Single values of psychrolib's tests.
TEST(MoistAir, ReferenceValues) {
  EXPECT_NEAR(wet_bulb_from_relative_humidity(kelvin(7), 0.61, 100000.0), kelvin(3.92667433781955), 1e-3);
  EXPECT_NEAR(humidity_ratio(3169.7, 95461.0), 0.0213603998047487, 1e-12);
  EXPECT_NEAR(vapour_pressure(0.0213603998047487, 95461.0), 3169.7, 1e-8);
  EXPECT_NEAR(moist_air_volume(kelvin(30), 0.02, 95461.0), 0.940855374352943, 1e-6);
  EXPECT_NEAR(moist_air_density(kelvin(30), 0.02, 95461.0), 1.08411986348219, 1e-6);
  EXPECT_NEAR(moist_air_enthalpy(kelvin(30), 0.02), 81316.0, 0.5);
}

TEST(MoistAir, HumidityRatioFromTheWetBulb) {
  for (const auto& row : read_table("moist_air_psychrolib/wet_bulb.csv")) {
    const double W = humidity_ratio_from_wet_bulb(kelvin(row[0]), kelvin(row[1]), row[2]);
    EXPECT_NEAR(W, row[3], 3e-4 * row[3]);
    EXPECT_NEAR(W, row[4], 1e-14);
    EXPECT_NEAR(wet_bulb(kelvin(row[0]), W, row[2]), kelvin(row[1]), 1e-9);
  }
}

// ASHRAE Handbook of Fundamentals (2017), ch. 1, example 1: read from a chart.
TEST(MoistAir, AshraeExample1) {
  const double T = kelvin(40), p = 101325.0;
  const double W = humidity_ratio_from_wet_bulb(T, kelvin(20), p);
  EXPECT_NEAR(W, 0.0065, 1e-4);
  EXPECT_NEAR(dew_point(W, p), kelvin(7), 0.5);
  EXPECT_NEAR(relative_humidity(T, W, p), 0.14, 0.01);
  EXPECT_NEAR(moist_air_enthalpy(T, W), 56700.0, 100.0);
  EXPECT_NEAR(moist_air_volume(T, W, p), 0.896, 0.001);
}

TEST(StandardAtmosphere, PublishedTable) {
  for (const auto& row : read_table("moist_air_psychrolib/standard_atmosphere.csv")) {
    EXPECT_NEAR(standard_pressure(row[0]), row[1], 1.0) << row[0] << " m";
  }
  EXPECT_NEAR(standard_pressure(595.0), 94.4e3, 0.1e3);  // Childress, Texas
}

TEST(WetBulb, ConvergesEverywhere) {
  for (int t = -100; t < 200; ++t) {
    for (int percent = 0; percent <= 90; percent += 10) {
      for (double p = 60e3; p <= 110e3; p += 10e3) {
        const double T = kelvin(t), RH = percent / 100.0;
        const double T_wb = wet_bulb_from_relative_humidity(T, RH, p);
        const std::string at = std::to_string(t) + " degC, RH " + std::to_string(RH) + ", " + std::to_string(p) + " Pa";
        ASSERT_TRUE(T_wb > 150.0 && T_wb <= T) << at;
        if (RH * saturation_pressure(T) >= p) {
          EXPECT_NEAR(saturation_pressure(T_wb), p, 1e-6 * p) << at;
          continue;
        }
        const double W = humidity_ratio_from_relative_humidity(T, RH, p);
        EXPECT_NEAR(humidity_ratio_from_wet_bulb(T, T_wb, p), W, 1e-9 * (1.0 + W)) << at;
        EXPECT_GE(T_wb, std::min(T, dew_point(W, p)) - 0.02) << at;
      }
    }
  }
}

TEST(WetBulb, SaturatedAirHasItsOwn) {
  for (double t = -60.0; t < 90.0; t += 1.3) {
    const double T = kelvin(t);
    EXPECT_NEAR(wet_bulb(T, saturated_humidity_ratio(T, 94500.0), 94500.0), T, 1e-9);
  }
}

TEST(WetBulb, SmoothFormMatchesAboveFreezing) {
  for (const double p : {60e3, 94.5e3, 110e3}) {
    for (double t = -40.0; t <= 60.0; t += 1.0) {
      for (int percent = 0; percent <= 100; percent += 5) {
        const double T = kelvin(t);
        const double W = humidity_ratio(percent / 100.0 * saturation_pressure_over_water(T), p);
        const double T_wb = wet_bulb_over_water(T, W, p);
        ASSERT_LE(T_wb, T + 1e-9);
        if (T_wb > kelvin(0.02)) {
          EXPECT_NEAR(T_wb, wet_bulb(T, W, p), 1e-9) << t << " degC, " << percent << " %";
        }
      }
    }
  }
}

TEST(DewPoint, InvertsTheSaturationLine) {
  for (double t = -95.0; t < 55.0; t += 0.7) {
    const double T_dp = kelvin(t);
    EXPECT_NEAR(dew_point(humidity_ratio_from_dew_point(T_dp, 80e3), 80e3), T_dp, 1e-6) << t << " degC";
  }
  EXPECT_NEAR(dew_point(0.0, 101325.0), air::T_lowest, 1e-9);
}

TEST(DewPoint, BoilingPoint) {
  EXPECT_NEAR(boiling_point(101325.0), kelvin(100.0), 0.03);
  EXPECT_NEAR(saturation_pressure(boiling_point(60e3)), 60e3, 1e-6);
}

TEST(MoistAir, SaturationSlope) {
  for (double T = 230.0; T < 400.0; T += 10.0) {
    const auto p = saturation_pressure_over_water(Dual<1>::variable(T, 0));
    EXPECT_NEAR(log_saturation_slope_over_water(T), p.derivative[0] / p.value, 1e-12);
  }
}

TEST(MoistAir, EnthalpyAndTemperatureAreInverseForEveryScalar) {
  using D = Dual<2, Pack>;
  const D T = D::variable(Pack::map([](int i) { return 250.0 + 10.0 * i; }), 0);
  const D W = D::variable(Pack(0.011), 1);
  const D round_trip = moist_air_temperature(moist_air_enthalpy(T, W), W);
  const D rho = moist_air_density(T, W, D(94500.0));
  const D T_wb = wet_bulb_over_water(T, W, D(94500.0));
  for (int i = 0; i < pack_size; ++i) {
    const double t = T.value[i];
    EXPECT_NEAR(round_trip.value[i], t, 1e-10);
    EXPECT_NEAR(round_trip.derivative[0][i], 1.0, 1e-12);
    EXPECT_NEAR(round_trip.derivative[1][i], 0.0, 1e-9);
    EXPECT_NEAR(rho.value[i], moist_air_density(t, 0.011, 94500.0), 1e-12);
    EXPECT_NEAR(moist_air_enthalpy(T, W).derivative[0][i], moist_air_cp(0.011), 1e-9);
    const double step = 1e-3;
    const double slope =
        (wet_bulb_over_water(t + step, 0.011, 94500.0) - wet_bulb_over_water(t - step, 0.011, 94500.0)) / (2.0 * step);
    EXPECT_NEAR(T_wb.derivative[0][i], slope, 1e-6);
  }
}

}  // namespace
}  // namespace wattloop
