#include "models/control_valve.h"

#include <gtest/gtest.h>

#include "tests/support/component.h"

namespace wattloop {
namespace {

using X = ControlValve<double>;

const Liquid liquid = test::constant_liquid(1000.0, 4000.0);

X example(double characteristic) {
  X v = test::with_defaults<X>(&liquid);
  v.m_flow_nominal = 100.0 * 1000.0 / 3600.0;  // Kv 100 m3/h
  v.dp_nominal = 1e5;
  v.characteristic = characteristic;
  return v;
}

/// Flow at a fixed position; the opening asked for is the position.
double flow_at(const X& v, double position, double dp) {
  const X::Across<double> u{{3e5 + dp, 310.0}, {3e5, 300.0}, position, 0.0, 0.0, 0.0};
  return test::equilibrium(v, X::State<double>{position, 1.0}, u).m_flow;
}

TEST(ControlValve, Kv100Passes100CubicMetresAnHourAtOneBar) {
  EXPECT_NEAR(flow_at(example(0), 1.0, 1e5) * 3.6, 100.0, 1e-4);
  EXPECT_NEAR(flow_at(example(1), 1.0, 0.25e5) * 3.6, 50.0, 1e-3);
  EXPECT_NEAR(flow_at(example(1), 1.0, -0.25e5) * 3.6, -50.0, 1e-3);
}

TEST(ControlValve, LinearCharacteristic) {
  const X v = example(0);
  for (double y : {0.1, 0.25, 0.5, 0.9})
    EXPECT_NEAR(flow_at(v, y, 1e5) / v.m_flow_nominal, 1e-4 + (1.0 - 1e-4) * y, 1e-6);
}

TEST(ControlValve, EqualPercentageCharacteristic) {
  const X v = example(1);
  for (double y : {0.05, 0.1, 0.25, 0.5, 0.9})
    EXPECT_NEAR(flow_at(v, y, 1e5) / v.m_flow_nominal, std::pow(50.0, y - 1.0), 1e-6) << y;
  // Equal steps of position change the flow by equal factors.
  EXPECT_NEAR(flow_at(v, 0.6, 1e5) / flow_at(v, 0.5, 1e5), flow_at(v, 0.9, 1e5) / flow_at(v, 0.8, 1e5), 1e-9);
}

TEST(ControlValve, ClosedItPassesItsLeakageAndOpensMonotonically) {
  for (double characteristic : {0.0, 1.0}) {
    const X v = example(characteristic);
    EXPECT_NEAR(flow_at(v, 0.0, 1e5) / v.m_flow_nominal, 1e-4, 1e-9);
    double last = 0.0;
    for (int i = 0; i <= 200; ++i) {
      const double m = flow_at(v, i / 200.0, 1e5);
      EXPECT_GT(m, last);
      last = m;
    }
  }
}

TEST(ControlValve, TakesItsStrokeTime) {
  const X v = example(1);
  const auto rate = [&](double position, double opening) {
    const X::Across<double> u{{3e5, 310.0}, {3e5, 300.0}, opening, 0.0, 0.0, 0.0};
    const double at_rest = test::evaluate(v, {position, 0.0}, u).residual.position;
    const double slope = test::evaluate(v, {position, 0.0}, u, {1.0, 0.0}).residual.position - at_rest;
    return -at_rest / slope;
  };
  EXPECT_NEAR(rate(0.0, 1.0), 1.0 / 60.0, 1e-5);
  EXPECT_NEAR(rate(1.0, 0.0), -1.0 / 60.0, 1e-5);
  EXPECT_NEAR(rate(0.5, 0.5001), 1e-4 / (0.02 * 60.0), 1e-8);
  double position = 0.0, t = 0.0;
  constexpr double dt = 0.01;  // s
  while (position < 0.95) position += dt * rate(position, 1.0), t += dt;
  EXPECT_NEAR(t, 57.0, 0.5);
}

/// Rate of the position, 1/s: the residual is linear in it.
double rate_of(const X& v, double position, double opening, double stuck, double drift) {
  const X::Across<double> u{{3e5, 310.0}, {3e5, 300.0}, opening, stuck, drift, 0.0};
  const double at_rest = test::evaluate(v, {position, 0.0}, u).residual.position;
  return -at_rest / (test::evaluate(v, {position, 0.0}, u, {1.0, 0.0}).residual.position - at_rest);
}

TEST(ControlValve, StuckItHoldsItsPosition) {
  const X v = example(1);
  EXPECT_GT(rate_of(v, 0.3, 1.0, 0.0, 0.0), 0.016);
  EXPECT_LT(86400.0 * rate_of(v, 0.3, 1.0, 1.0, 0.0), 1e-3);
  EXPECT_NE(rate_of(v, 0.3, 1.0, 1.0, 0.0), 0.0) << "or there is no steady state";
}

TEST(ControlValve, DriftedItStandsBesideWhatIsAskedFor) {
  const X v = example(0);
  const auto rests_at = [&](double position, double opening, double drift) {
    EXPECT_NEAR(rate_of(v, position, opening, 0.0, drift), 0.0, 1e-12) << opening << " " << drift;
  };
  rests_at(0.4, 0.4, 0.0);
  rests_at(0.0, 0.0, 0.0);
  rests_at(1.0, 1.0, 0.0);
  rests_at(0.55, 0.4, 0.25);
  rests_at(0.3, 0.4, -0.25);
  rests_at(1.0, 0.4, 1.0);
  rests_at(0.0, 0.4, -1.0);
}

TEST(ControlValve, AWornSeatLeaksWhenClosedAndTakesNothingWhenOpen) {
  const X v = example(1);
  const auto flow = [&](double position, double leak) {
    const X::Across<double> u{{4e5, 310.0}, {3e5, 300.0}, position, 0.0, 0.0, leak};
    return test::equilibrium(v, X::State<double>{position, 1.0}, u).m_flow / v.m_flow_nominal;
  };
  EXPECT_NEAR(flow(0.0, 0.05), 0.05 + 0.95 * 1e-4, 1e-6);
  EXPECT_NEAR(flow(1.0, 0.05), 1.0, 1e-6);
}

TEST(ControlValve, LeakageBelowItsRange) {
  X v = example(1);
  EXPECT_EQ(v.check(), "");
  v.leakage = 0.05;
  EXPECT_NE(v.check(), "");
}

}  // namespace
}  // namespace wattloop
