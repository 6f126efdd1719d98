// Valves and fittings: check valve, orifice, pressure-independent control valve, isolation valve, strainer.

#include <gtest/gtest.h>

#include <cmath>

#include "models/check_valve.h"
#include "models/isolation_valve.h"
#include "models/orifice.h"
#include "models/picv.h"
#include "models/strainer.h"
#include "tests/support/component.h"

namespace wattloop {
namespace {

const Liquid& water() {
  static const Liquid liquid = make_liquid({});
  return liquid;
}

/// Flow at which the last residual of a component with given other states vanishes, kg/s.
template <class C, class Make>
double flow_at(const C& c, Make make, const typename C::template Across<double>& u, double largest) {
  return test::root_between([&](double m) { return test::evaluate(c, make(m), u).residual.m_flow; }, -largest, largest);
}

CheckValve<double> check_valve() {
  auto c = test::with_defaults<CheckValve<double>>(&water());
  c.m_flow_nominal = 50.0;
  c.dp_nominal = 1e4;
  return c;
}

double through(const CheckValve<double>& c, double dp, double stuck = 0.0) {
  return flow_at(
      c, [](double m) { return CheckValve<double>::State<double>{m}; }, {{3e5 + dp, 300.0}, {3e5, 300.0}, stuck},
      200.0);
}

TEST(CheckValve, OpensAboveItsSpringAndShutsBackward) {
  const auto c = check_valve();
  EXPECT_NEAR(through(c, 12e3), 50.0, 0.01) << "spring and seat";
  EXPECT_NEAR(through(c, 42e3), 100.0, 0.02);
  EXPECT_LT(through(c, 1.9e3), 0.5) << "below the cracking pressure";
  EXPECT_NEAR(through(c, -1e5), -1e-4 * 50.0 * 1.5, 1e-4);
  EXPECT_GT(through(c, -6e5), -0.04);
}

TEST(CheckValve, StuckItLetsEverythingBack) {
  const auto c = check_valve();
  EXPECT_NEAR(through(c, -1e4, 1.0), -50.0, 0.02);
  const CheckValve<double>::Across<double> u{{3e5, 300.0}, {3.1e5, 300.0}, 1.0};
  EXPECT_EQ(test::outputs_of(c, {-50.0}, u).backflow, 1.0);
  EXPECT_EQ(test::outputs_of(c, {-0.1}, u).backflow, 0.0);
}

TEST(Orifice, KvAndCv) {
  auto c = test::with_defaults<Orifice<double>>(&water());
  const auto flow = [&](double dp, double setting) {
    return flow_at(
               c, [](double m) { return Orifice<double>::State<double>{m}; },
               {{3e5 + dp, 300.0}, {3e5, 300.0}, setting}, 200.0) /
           water().rho_ref * 3600.0;  // m3/h
  };
  // V = Kv sqrt(dp/bar 1000/rho).
  c.V_rated = 25.0 / 3600.0;
  const double light = std::sqrt(1000.0 / water().rho_ref);
  EXPECT_NEAR(flow(1e5, 1.0), 25.0 * light, 25.0 * 2e-4);
  EXPECT_NEAR(flow(0.25e5, 1.0), 12.5 * light, 12.5 * 5e-4);
  EXPECT_NEAR(flow(1e5, 0.4), 10.0 * light, 10.0 * 2e-4) << "a balancing valve set to Kv 10";
  EXPECT_NEAR(flow(-1e5, 1.0), -25.0 * light, 25.0 * 2e-4);
  c.number = 2.0;
  EXPECT_NEAR(flow(2e5, 1.0), 25.0 * light, 25.0 * 2e-4);
  // Cv 28.9 gal/min at 1 psi is Kv 25.
  c.number = 1.0, c.V_rated = 28.9 * 3.785411784e-3 / 60.0, c.dp_rated = 6894.757;
  EXPECT_NEAR(flow(1e5, 1.0), 25.0 * light, 25.0 * 1e-3);
}

TEST(Orifice, FlashingBehindIt) {
  const auto c = test::with_defaults<Orifice<double>>(&water());
  EXPECT_EQ(test::outputs_of(c, {1.0}, {{2e5, 333.15}, {19e3, 333.15}, 1.0}).flashing, 1.0) << "19.9 kPa at 60 degC";
  EXPECT_EQ(test::outputs_of(c, {1.0}, {{2e5, 333.15}, {21e3, 333.15}, 1.0}).flashing, 0.0);
}

TEST(Picv, HoldsTheFlowWithinItsRange) {
  auto c = test::with_defaults<Picv<double>>(&water());
  c.m_flow_nominal = 2.7;
  EXPECT_EQ(c.check(), "");
  const auto flow = [&](double dp, double y) {
    return flow_at(
        c,
        [&](double m) {
          return Picv<double>::State<double>{y, m};
        },
        {{1e5 + dp, 300.0}, {1e5, 300.0}, y}, 20.0);
  };
  for (double dp : {32e3, 1e5, 2e5, 4e5}) {
    EXPECT_GE(flow(dp, 1.0), 2.7) << dp;
    EXPECT_LE(flow(dp, 1.0), 2.7 * 1.0201) << dp;
    EXPECT_NEAR(flow(dp, 0.5), 0.5 * flow(dp, 1.0), 1e-3) << "modulates at any pressure";
  }
  EXPECT_NEAR(flow(7.5e3, 1.0), 1.35, 1e-3) << "fully open below its range";
  EXPECT_NEAR(flow(9e5, 1.0), 2.7 * 1.02 * 1.5, 0.01) << "at its other end above";
  EXPECT_NEAR(flow(-3e4, 1.0), -2.7, 1e-3);
  const auto alarms = [&](double dp, double y) {
    return test::outputs_of(c, {y, 1.0}, {{1e5 + dp, 300.0}, {1e5, 300.0}, y});
  };
  EXPECT_EQ(alarms(2e4, 1.0).dp_low, 1.0);
  EXPECT_EQ(alarms(2e4, 0.0).dp_low, 0.0) << "a closed valve misses nothing";
  EXPECT_EQ(alarms(1e5, 1.0).dp_low + alarms(1e5, 1.0).dp_high, 0.0);
  EXPECT_EQ(alarms(4.1e5, 1.0).dp_high, 1.0);
}

TEST(IsolationValve, JoukowskyAndMichaud) {
  auto c = test::with_defaults<IsolationValve<double>>(&water());
  c.m_flow_nominal = 100.0, c.dp_nominal = 5e3;
  c.diameter = 0.2, c.length = 300.0, c.wave_speed = 1200.0, c.p_class = 1.1e6;
  const double A = 0.25 * 3.141592653589793 * 0.04, m = 2.0 * A * water().rho_ref;  // 2 m/s
  const IsolationValve<double>::Across<double> u{{4e5, 300.0}, {4e5, 300.0}, 1.0};
  c.closing_time = 0.1;  // faster than the pipe's period of 0.5 s
  auto out = test::outputs_of(c, {1.0, m}, u);
  EXPECT_NEAR(out.velocity, 2.0, 1e-12);
  EXPECT_NEAR(out.dp_surge, water().rho_ref * 1200.0 * 2.0, 1.0) << "about 24 bar, the facts' 22-25 bar";
  EXPECT_EQ(out.surge, 1.0);
  c.closing_time = 20.0;  // effective 6 s: 2 rho L v / t
  out = test::outputs_of(c, {1.0, m}, u);
  EXPECT_NEAR(out.dp_surge, 2.0 * water().rho_ref * 300.0 * 2.0 / 6.0, 1.0);
  EXPECT_EQ(out.surge, 0.0);
  EXPECT_EQ(test::outputs_of(c, {1.0, 0.0}, u).dp_surge, 0.0);
}

TEST(IsolationValve, ClosesInItsTime) {
  auto c = test::with_defaults<IsolationValve<double>>(&water());
  c.m_flow_nominal = 100.0, c.dp_nominal = 5e3, c.diameter = 0.2, c.length = 100.0;
  const IsolationValve<double>::Across<double> shut{{4e5, 300.0}, {3e5, 300.0}, 0.0};
  const double at_rest = test::evaluate(c, {0.7, 0.0}, shut).residual.position;
  const double with_rate = test::evaluate(c, {0.7, 0.0}, shut, {1.0, 0.0}).residual.position;
  EXPECT_NEAR(-at_rest / (with_rate - at_rest), -1.0 / 30.0, 1e-4 / 30.0 * 10.0) << "full speed away from its end";
  const auto flow = [&](double y, double opening) {
    return flow_at(
        c,
        [&](double m) {
          return IsolationValve<double>::State<double>{y, m};
        },
        {{3e5 + 5e3, 300.0}, {3e5, 300.0}, opening}, 500.0);
  };
  EXPECT_NEAR(flow(1.0, 1.0), 100.0, 1e-3);
  EXPECT_NEAR(flow(0.5, 1.0), 25.0, 1e-2);
  EXPECT_NEAR(flow(0.0, 0.0), 1e-3, 1e-5);
}

TEST(Strainer, CollectsDirtWithTheFlowAndIsFlushed) {
  auto c = test::with_defaults<Strainer<double>>(&water());
  c.m_flow_nominal = 20.0, c.dp_nominal = 1e4;
  Strainer<double>::Across<double> u{{3.1e5, 300.0}, {3e5, 300.0}, 0.0, 1e-4, 0.0};
  const auto rate = [&](double dirt, double m) { return -test::evaluate(c, {dirt, m}, u).residual.dirt; };
  EXPECT_NEAR(rate(0.0, 20.0), 1e-4, 1e-9);
  EXPECT_NEAR(rate(0.0, -10.0), 0.5e-4, 1e-9);
  EXPECT_NEAR(rate(500.0, 20.0), 0.5e-4 - 500e-9, 1e-9);
  EXPECT_NEAR(rate(1.0, 0.0), 1e-7, 2e-8) << "hardly any without flow";
  u.growth = 0.0, u.cleaning = 1.0;
  EXPECT_NEAR(rate(3.0, 20.0), -3.0 / 60.0, 1e-8);
  u.cleaning = 0.0;
  EXPECT_NEAR(rate(3.0, 20.0), 0.0, 1e-8) << "dirt stays";
  const auto flow = [&](double dirt) {
    return flow_at(
        c,
        [&](double m) {
          return Strainer<double>::State<double>{dirt, m};
        },
        u, 100.0);
  };
  EXPECT_NEAR(flow(0.0), 20.0, 0.01);
  EXPECT_NEAR(flow(3.0), 10.0, 0.02) << "four times the loss";
  u.fouling = 8.0;
  EXPECT_NEAR(test::outputs_of(c, {0.0, 1.0}, u).clogging, 9.0, 1e-12);
  EXPECT_EQ(test::outputs_of(c, {0.0, 1.0}, u).clogged, 0.0);
  u.inlet.p = 3.6e5;
  EXPECT_EQ(test::outputs_of(c, {0.0, 1.0}, u).clogged, 1.0);
}

}  // namespace
}  // namespace wattloop
