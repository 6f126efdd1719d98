#include "models/ride_through.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace wattloop {
namespace {

constexpr double for_ever = std::numeric_limits<double>::infinity();

/// A voltage for a time, between whole ones.
std::vector<GridSample> dip(double voltage, double duration, double at = 1.0) {
  return {{0.0, 1.0, 60.0}, {at, voltage, 60.0}, {at + duration, 1.0, 60.0}};
}

TEST(RideThrough, PointsOfTheItic) {
  const RideThroughTable itic = itic_table();
  struct Point {
    double voltage, duration;
    bool trips;
  };
  for (const Point& p : {Point{0.0, 0.020, false},
                         {0.0, 0.021, true},
                         {0.69, 0.019, false},
                         {0.69, 0.021, true},
                         {0.70, 0.49, false},
                         {0.70, 0.51, true},
                         {0.80, 9.9, false},
                         {0.80, 10.1, true},
                         {0.90, 1e6, false},
                         {1.10, 1e6, false},
                         {1.2, 0.49, false},
                         {1.2, 0.51, true},
                         {1.4, 0.0029, false},
                         {1.4, 0.0031, true},
                         {2.0, 0.00099, false},
                         {2.01, 1e-6, true}})
    EXPECT_EQ(first_trip(itic, dip(p.voltage, p.duration)).has_value(), p.trips) << p.voltage << " for " << p.duration;
}

TEST(RideThrough, TripComesWhenTheTimerHasRun) {
  const auto trip = first_trip(itic_table(), dip(0.75, 30.0));
  ASSERT_TRUE(trip);
  EXPECT_DOUBLE_EQ(trip->time, 1.5);
  EXPECT_TRUE(trip->by_voltage && trip->is_low);
  EXPECT_DOUBLE_EQ(trip->level, 0.8);
  EXPECT_DOUBLE_EQ(trip->duration, 0.5);
}

TEST(RideThrough, RecoveryInStepsIsTimedFromTheStart) {
  // 0.3 s at 0.5 pu would trip; 15 ms of it and then 0.4 s at 0.75 do not, 0.6 s do.
  const auto course = [](double second) {
    return std::vector<GridSample>{
        {0.0, 1.0, 60.0}, {1.0, 0.5, 60.0}, {1.015, 0.75, 60.0}, {1.015 + second, 1.0, 60.0}};
  };
  EXPECT_FALSE(first_trip(itic_table(), course(0.4)));
  const auto trip = first_trip(itic_table(), course(0.6));
  ASSERT_TRUE(trip);
  EXPECT_NEAR(trip->time, 1.5, 1e-12);
}

TEST(RideThrough, SeparateDipsStartTheTimerAnew) {
  std::vector<GridSample> six;
  for (int i = 0; i < 6; ++i)
    for (const GridSample& s : dip(0.75, 0.4, 14.0 * i + 1.0)) six.push_back({s.time, s.voltage, s.frequency});
  for (std::size_t i = 3; i < six.size(); i += 3) six[i].time = six[i - 1].time;  // whole in between
  EXPECT_FALSE(first_trip(itic_table(), six));
}

TEST(RideThrough, FrequencyTrips) {
  RideThroughTable table;
  table.frequency = {{{57.0, 2.0}, {58.5, 30.0}, {59.4, for_ever}}, {{60.6, for_ever}, {61.8, 30.0}}};
  const std::vector<GridSample> falls{{0.0, 1.0, 60.0}, {1.0, 1.0, 58.0}, {5.0, 1.0, 60.0}};
  const auto trip = first_trip(table, falls);
  ASSERT_TRUE(trip);
  EXPECT_DOUBLE_EQ(trip->time, 3.0);
  EXPECT_FALSE(trip->by_voltage);
  EXPECT_FALSE(first_trip(table, std::vector<GridSample>{{0.0, 1.0, 60.0}, {1.0, 1.0, 58.7}, {30.0, 1.0, 60.0}}));
  EXPECT_DOUBLE_EQ(first_trip(table, std::vector<GridSample>{{0.0, 1.0, 56.9}})->time, 0.0);
}

TEST(RideThrough, WhatLastsAfterTheLastSampleGoesOn) {
  EXPECT_DOUBLE_EQ(first_trip(itic_table(), std::vector<GridSample>{{0.0, 1.0, 60.0}, {2.0, 0.85, 60.0}})->time, 12.0);
}

TEST(RideThrough, SpreadMovesTheLevels) {
  EXPECT_TRUE(first_trip(itic_table(), dip(0.79, 1.0), 1.0));
  EXPECT_FALSE(first_trip(itic_table(), dip(0.79, 1.0), 0.97));
}

}  // namespace
}  // namespace wattloop
