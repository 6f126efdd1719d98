#include "models/pi_controller.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/component.h"

namespace wattloop {
namespace {

using X = PiController<double>;

X make(double gain, double T_i) {
  X c = test::with_defaults<X>();
  c.gain = gain;
  c.T_i = T_i;
  return c;
}

/// The output for a given integral: r.output is linear in the output with slope 1.
double output(const X& c, double integral, const X::Across<double>& u) {
  return -test::evaluate(c, {integral, 0.0}, u).residual.output;
}
double integral_rate(const X& c, double integral, const X::Across<double>& u) {
  return -test::evaluate(c, {integral, output(c, integral, u)}, u).residual.integral / c.T_i;
}

/// A controller on the plant tau dy/dt = K u - y + disturbance, by Heun's method.
struct Loop {
  X controller;
  double tau = 50.0, K = 10.0;
  double y = 0.0, integral = 0.0, t = 0.0;
  X::Across<double> in{0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0};

  double u() const { return u_at(y, integral); }
  void run_until(
      double end, double dt, const std::function<void()>& each = [] {}) {
    while (t < end - 0.5 * dt) {
      const auto [y1, i1] = rates(y, integral);
      const auto [y2, i2] = rates(y + dt * y1, integral + dt * i1);
      y += 0.5 * dt * (y1 + y2);
      integral += 0.5 * dt * (i1 + i2);
      t += dt;
      each();
    }
  }

 private:
  X::Across<double> at(double measured) const {
    X::Across<double> a = in;
    a.measurement = measured;
    return a;
  }
  double u_at(double measured, double i) const { return output(controller, i, at(measured)); }
  std::pair<double, double> rates(double measured, double i) const {
    return {(K * u_at(measured, i) - measured) / tau, integral_rate(controller, i, at(measured))};
  }
};

TEST(PiController, FirstOrderPlantFollowsTheClosedForm) {
  // With T_i = tau the loop is first order: y = r (1 - exp(-gain K t/tau)).
  Loop loop{make(0.2, 50.0)};
  loop.in.set_point = 2.0;
  loop.run_until(60.0, 0.01, [&] { EXPECT_NEAR(loop.y, 2.0 * (1.0 - std::exp(-0.2 * 10.0 * loop.t / 50.0)), 1e-6); });
}

TEST(PiController, WithoutSteadyOffsetUnderADisturbanceOrABias) {
  Loop loop{make(0.1, 30.0)};
  loop.in.set_point = 6.0;
  loop.in.bias = 0.3;
  loop.run_until(2000.0, 0.1);
  EXPECT_NEAR(loop.y, 6.0, 1e-9);
  EXPECT_NEAR(loop.u(), 0.6, 1e-9);
  EXPECT_NEAR(loop.integral, 0.3, 1e-9);
}

TEST(PiController, DoesNotWindUpAndComesBackAtOnce) {
  // 12 cannot be reached with u <= 1 (10); after 1,000 s the set point becomes reachable again.
  Loop loop{make(0.2, 50.0)};
  loop.in.set_point = 12.0;
  loop.run_until(1000.0, 0.05, [&] { EXPECT_LE(loop.integral, 1.0 + 1e-12); });
  EXPECT_NEAR(loop.y, 10.0, 1e-3);
  EXPECT_DOUBLE_EQ(loop.u(), 1.0);
  loop.in.set_point = 5.0;
  EXPECT_LT(loop.u(), 0.05);  // proportional action acts in the same moment: nothing has to unwind
  double lowest = 10.0;
  loop.run_until(1600.0, 0.05, [&] { lowest = std::min(lowest, loop.y); });
  EXPECT_GT(lowest, 4.999);
  EXPECT_NEAR(loop.y, 5.0, 1e-6);
}

TEST(PiController, LimitsAreExact) {
  X c = make(1.0, 10.0);
  c.u_min = 0.15;
  EXPECT_DOUBLE_EQ(output(c, 0.0, {0.0, 0.0, 5.0, 0.0, 1.0, 0.0, 0.0}), 1.0);
  EXPECT_DOUBLE_EQ(output(c, 0.0, {5.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0}), 0.15);
  EXPECT_DOUBLE_EQ(output(c, 0.2, {0.0, 0.0, 0.3, 0.0, 1.0, 0.0, 0.0}), 0.5);
}

TEST(PiController, DirectActingRisesWithTheMeasurement) {
  X c = make(0.1, 10.0);
  c.action = 1.0;
  EXPECT_DOUBLE_EQ(output(c, 0.5, {320.0, 0.0, 318.0, 0.0, 1.0, 0.0, 0.0}), 0.7);
  c.action = 0.0;
  EXPECT_DOUBLE_EQ(output(c, 0.5, {320.0, 0.0, 318.0, 0.0, 1.0, 0.0, 0.0}), 0.3);
}

TEST(PiController, ControlsADifference) {
  const X c = make(1e-5, 10.0);
  // 150 kPa asked for between 460 and 330 kPa: 20 kPa short.
  EXPECT_NEAR(output(c, 0.5, {460e3, 330e3, 150e3, 0.0, 1.0, 0.0, 0.0}), 0.7, 1e-12);
  EXPECT_NEAR(test::outputs_of(c, {0.5, 0.7}, {460e3, 330e3, 150e3, 0.0, 1.0, 0.0, 0.0}).error, 20e3, 1e-9);
}

TEST(PiController, SwitchedOffItWaitsAndComesBackWithoutABump) {
  Loop loop{make(0.1, 30.0)};
  loop.controller.u_off = 0.4;
  loop.in.set_point = 4.0;
  loop.in.bias = 0.1;
  loop.in.enabled = 0.0;
  loop.run_until(800.0, 0.1);
  EXPECT_DOUBLE_EQ(loop.u(), 0.4);
  EXPECT_NEAR(loop.integral, 0.3, 1e-9);
  EXPECT_NEAR(loop.y, 4.0, 1e-5);
  loop.in.enabled = 1.0;
  EXPECT_NEAR(loop.u(), 0.4, 1e-6);
}

/// Between samples the output stands and the integral goes to it; what is asked for goes on as the law says.
TEST(PiController, HoldsItsSample) {
  X c = make(0.1, 100.0);
  c.sample_time = 5.0;
  const X::Across<double> held{0.0, 0.0, 5.0, 0.0, 1.0, 1.0, 0.3};
  EXPECT_DOUBLE_EQ(output(c, 0.2, held), 0.3);
  EXPECT_NEAR(integral_rate(c, 0.2, held), (0.3 - 0.2) / 100.0, 1e-15);
  EXPECT_DOUBLE_EQ(test::outputs_of(c, {0.2, 0.3}, held).asked, 0.7);
}

TEST(PiController, TwoMakeACascade) {
  // The outer one holds y by asking the inner one for a flow; the inner plant is ten times faster.
  Loop inner{make(0.5, 5.0)};
  inner.tau = 5.0, inner.K = 2.0;
  Loop outer{make(0.3, 60.0)};
  outer.tau = 60.0;
  outer.controller.u_max = 2.0;
  outer.in.set_point = 7.0;
  constexpr double dt = 0.02;
  for (int i = 0; i < 60000; ++i) {
    inner.in.set_point = outer.u();
    inner.run_until((i + 1) * dt, dt);
    outer.y += dt * (outer.K * inner.y - outer.y) / outer.tau;
    outer.integral += dt * integral_rate(outer.controller, outer.integral, {outer.y, 0.0, 7.0, 0.0, 1.0, 0.0, 0.0});
    outer.in.measurement = outer.y;
  }
  EXPECT_NEAR(outer.y, 7.0, 1e-6);
  EXPECT_NEAR(inner.y, 0.7, 1e-6);
}

TEST(PiController, Check) {
  X c = make(1.0, 10.0);
  EXPECT_EQ(c.check(), "");
  c.u_max = c.u_min;
  EXPECT_NE(c.check(), "");
}

}  // namespace
}  // namespace wattloop
