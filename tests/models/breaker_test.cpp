#include "models/breaker.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Switch = Breaker<double>;
constexpr HeatPort<double> room{300.0};

Switch feeder() {
  Switch breaker = test::with_defaults<Breaker>();
  breaker.I_rated = 1000.0;
  breaker.I_pickup = 1.2;
  breaker.I_instantaneous = 12.0;
  breaker.time_multiplier = 0.1;
  return breaker;
}

/// dx/dt of the trip unit at a line current, 1/s.
double element_rate(const Switch& breaker, double line_current, double element = 0.0, double reset = 0.0) {
  const Switch::State<double> x{element, std::sqrt(3.0) * line_current, 0.0};
  return -test::evaluate<double>(breaker, x, {{415.0, 0.0}, {415.0, 0.0}, room, 1.0, reset, 0.0}).residual.element;
}

/// Seconds from a constant line current to open contacts, the element from 0 to 1 by its rate, then the contacts.
double trip_time(const Switch& breaker, double line_current) {
  double element = 0.0, t = 0.0;
  const double step = 1e-5 / std::max(element_rate(breaker, line_current), 1e-6);
  while (element < 1.0 && t < 1e5) element += step * element_rate(breaker, line_current, element), t += step;
  return t;
}

/// t(I) = k / ((I/I_s)^alpha - 1), IEC 60255-151 (2009), table A.1.
TEST(Breaker, TripsInTheTimeOfTheStandardCurves) {
  struct Curve {
    double k, alpha;
  };
  constexpr Curve curves[] = {{0.14, 0.02}, {13.5, 1.0}, {80.0, 2.0}};
  for (int i = 0; i < 3; ++i)
    for (const double ratio : {1.1, 1.5, 2.0, 5.0, 9.9}) {
      Switch breaker = feeder();
      breaker.curve = i;
      const double published = breaker.time_multiplier * curves[i].k / (std::pow(ratio, curves[i].alpha) - 1.0);
      EXPECT_NEAR(trip_time(breaker, ratio * 1200.0), published, 2e-4 * published) << i << " " << ratio;
    }
  Switch standard = feeder();  // 10.03 s at twice, 2.97 s at ten times the pickup for a multiplier of 1: tabulated
  standard.time_multiplier = 1.0;
  standard.I_instantaneous = 100.0;
  EXPECT_NEAR(trip_time(standard, 2400.0), 10.03, 0.005);
  EXPECT_NEAR(trip_time(standard, 12000.0), 2.97, 0.005);
}

TEST(Breaker, OpensAtOnceAboveTheInstantaneousCurrent) {
  EXPECT_LT(trip_time(feeder(), 13000.0), feeder().opening_time);
  EXPECT_GT(trip_time(feeder(), 11900.0), 4.0 * feeder().opening_time);
}

TEST(Breaker, CarriesItsPickupForEverAndForgets) {
  EXPECT_EQ(element_rate(feeder(), 1100.0), 0.0);
  EXPECT_NEAR(element_rate(feeder(), 500.0, 0.5), -0.5 / feeder().reset_time, 1e-12);
}

/// Past 1 it goes on to 2 without current, and only a reset takes it back.
TEST(Breaker, StaysOpenUntilItIsReset) {
  EXPECT_GT(element_rate(feeder(), 0.0, 1.5), 0.0);
  EXPECT_EQ(element_rate(feeder(), 0.0, 2.0), 0.0);
  EXPECT_LT(element_rate(feeder(), 0.0, 2.0, 1.0), 0.0);
}

TEST(Breaker, ClosedIsAResistanceOpenIsNone) {
  const Switch breaker = feeder();
  const double I = 900.0 * std::sqrt(3.0);
  const auto closed =
      test::evaluate<double>(breaker, {0.0, I, 0.0}, {{415.0, 0.0}, {415.0 - breaker.R * I, 0.0}, room, 1.0, 0.0, 0.0});
  EXPECT_NEAR(closed.residual.I_re, 0.0, 1e-12);
  EXPECT_NEAR(-closed.flow.room.Q_flow, 3.0 * breaker.R * 900.0 * 900.0, 0.01) << "three poles, and the insulation";
  const auto open = test::evaluate<double>(breaker, {2.0, 0.0, 0.0}, {{415.0, 0.0}, {0.0, 0.0}, room, 1.0, 0.0, 0.0});
  EXPECT_EQ(open.residual.I_re, 0.0);
  EXPECT_LT(std::abs(ac_power(AcPort<double>{415.0, 0.0}, open.flow.from)), 0.01);
}

TEST(Breaker, TellsWhatItCannotInterrupt) {
  const Switch breaker = feeder();
  const auto at = [&](double current) {
    return test::outputs(breaker, {0.0, current * std::sqrt(3.0), 0.0},
                         {{400.0, 0.0}, {400.0, 0.0}, room, 1.0, 0.0, 0.0});
  };
  EXPECT_EQ(at(60e3).overstressed, 0.0);
  EXPECT_EQ(at(70e3).overstressed, 1.0);
  EXPECT_EQ(at(999.0).overloaded, 0.0);
  EXPECT_EQ(at(1001.0).overloaded, 1.0);
}

TEST(Breaker, CheckRefusesAnInstantaneousBelowThePickup) {
  Switch breaker = feeder();
  EXPECT_TRUE(breaker.check().empty());
  breaker.I_instantaneous = 1.0;
  EXPECT_FALSE(breaker.check().empty());
}

/// Breaker failure: the trip unit has run out and the contacts stay.
TEST(Breaker, StuckItDoesNotOpenOnATrip) {
  const Switch breaker = feeder();
  const auto carried = [&](double stuck) {  // residual of the current: c (V_from - V_to) = c R I
    return test::evaluate<double>(breaker, {2.0, 0.0, 0.0}, {{415.0, 0.0}, {405.0, 0.0}, room, 1.0, 0.0, stuck})
        .residual.I_re;
  };
  EXPECT_EQ(carried(0.0), 0.0);
  EXPECT_NEAR(carried(1.0), 10.0, 1e-12);
}

}  // namespace
}  // namespace wattloop
