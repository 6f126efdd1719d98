#include "models/storage_tank.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/component.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

using Tank = StorageTank<double>;
using State = Tank::State<double>;
using Across = Tank::Across<double>;

const Liquid& liquid() {
  static const Liquid constant = test::constant_liquid(1000.0, 4186.0);
  return constant;
}

/// 120 m3, filled in 1,200 s at nominal flow; no loss, no conduction.
Tank tank() {
  auto c = test::with_defaults<Tank>(&liquid());
  c.volume = 120.0;
  c.height = 12.0;
  c.m_flow_nominal = 100.0;
  c.conductivity = 0.0;
  c.UA_loss = 0.0;
  return c;
}

constexpr double fill_time = 1200.0;  // s

Across ports(double T_top, double T_bottom) {
  return {{3e5, T_top}, {3e5, T_bottom}, {293.15}};
}

State uniform(double T, double m_flow) {
  State x;
  x.T.fill(T);
  x.m_flow = m_flow;
  return x;
}

/// Rates of the cells with the flow held.
State rates(const Tank& c, const State& x, const Across& u) {
  State dx = test::evaluate(c, x, u).residual;
  const double C = 120.0 / 12.0 * 1000.0 * 4186.0;
  for (double& rate : dx.T) rate /= -C;
  return dx;
}

/// The classical Runge-Kutta method.
State integrate(const Tank& c, State x, const Across& u, double duration, int steps) {
  const double h = duration / steps;
  const auto moved = [](const State& a, const State& d, double by) {
    State b = a;
    for (int i = 0; i < Tank::cells; ++i) b.T[i] += by * d.T[i];
    return b;
  };
  for (int i = 0; i < steps; ++i) {
    const State k1 = rates(c, x, u), k2 = rates(c, moved(x, k1, 0.5 * h), u), k3 = rates(c, moved(x, k2, 0.5 * h), u),
                k4 = rates(c, moved(x, k3, h), u);
    for (int k = 0; k < Tank::cells; ++k) x.T[k] += h / 6.0 * (k1.T[k] + 2.0 * k2.T[k] + 2.0 * k3.T[k] + k4.T[k]);
  }
  return x;
}

/// P(n, n s): the answer of n stirred tanks at s = t/tau.
double stirred_tanks(int n, double s) {
  double term = 1.0, sum = 1.0;
  for (int k = 1; k < n; ++k) sum += term *= n * s / k;
  return 1.0 - std::exp(-n * s) * sum;
}

TEST(StorageTank, AnswersAStepAsTwelveStirredTanks) {
  for (const auto& row : test::read_table("stirred_tanks/step.csv"))
    EXPECT_NEAR(stirred_tanks(static_cast<int>(row[0]), row[1]), row[2], 1e-8);
  const Tank c = tank();
  for (double s : {0.5, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5}) {
    const State down = integrate(c, uniform(280.0, 100.0), ports(290.0, 280.0), s * fill_time, 400);
    EXPECT_NEAR((down.T[11] - 280.0) / 10.0, stirred_tanks(12, s), 2e-6) << s;
    const State up = integrate(c, uniform(290.0, -100.0), ports(290.0, 280.0), s * fill_time, 400);
    EXPECT_NEAR((290.0 - up.T[0]) / 10.0, stirred_tanks(12, s), 2e-6) << "from below, " << s;
    for (int i = 1; i < Tank::cells; ++i) EXPECT_LE(down.T[i], down.T[i - 1]) << "no over- or undershoot";
  }
}

TEST(StorageTank, AnInversionMixesAndAStratificationStays) {
  const Tank c = tank();
  State x = uniform(280.0, 0.0);
  for (int i = 6; i < 12; ++i) x.T[i] = 290.0;  // warm below
  const Across u = ports(285.0, 285.0);
  EXPECT_GT(test::outputs_of(c, x, u).Q_mixing, 1e6);
  const State mixed = integrate(c, x, u, 10.0 * 3600.0, 3600);
  for (double T : mixed.T) EXPECT_NEAR(T, 285.0, 0.25) << "what is left is within the corner of the law";
  EXPECT_NEAR(test::outputs_of(c, mixed, u).T_mean, 285.0, 2e-2);
  State ordered = uniform(290.0, 0.0);
  for (int i = 6; i < 12; ++i) ordered.T[i] = 280.0;
  EXPECT_EQ(test::outputs_of(c, ordered, u).Q_mixing, 0.0);
  const State later = integrate(c, ordered, u, 24.0 * 3600.0, 2000);
  EXPECT_GT(later.T[4], 289.9) << "a day of rest";
  EXPECT_LT(later.T[7], 280.1);
}

TEST(StorageTank, ColdEnteringOnTopSinks) {
  const Tank c = tank();
  const State x = integrate(c, uniform(290.0, 20.0), ports(280.0, 290.0), 1200.0, 2000);
  // A fifth of the tank has come in cold. It does not lie on top: it mixes on its way down.
  EXPECT_GT(x.T[0], 284.0);
  EXPECT_LT(x.T[11], 289.9);
  EXPECT_NEAR(test::outputs_of(c, x, ports(280.0, 290.0)).T_mean, 288.0, 0.1);
}

TEST(StorageTank, ConductsAndLoses) {
  Tank c = tank();
  c.conductivity = 1.2;
  State x = uniform(290.0, 0.0);
  x.T[11] = 280.0;
  const Across u = ports(290.0, 280.0);
  const State dx = rates(c, x, u);
  EXPECT_NEAR(dx.T[11] * 10.0 * 1000.0 * 4186.0, 1.2 * 10.0 / 1.0 * 10.0 + 0.5e-2 * 4186.0 * 10.0, 0.5) << "10 m2, 1 m";
  c.conductivity = 0.0, c.UA_loss = 300.0;
  EXPECT_NEAR(test::outputs_of(c, uniform(283.15, 0.0), u).Q_loss, -3000.0, 1e-9);
  EXPECT_NEAR(test::evaluate(c, uniform(283.15, 0.0), u).flow.room.Q_flow, 3000.0, 1e-9);
}

TEST(StorageTank, EnergyCloses) {
  auto c = tank();
  const Liquid water = make_liquid({});
  c.liquid = &water;
  c.UA_loss = 250.0, c.conductivity = 0.8;
  for (double m_flow : {-120.0, -1e-3, 0.0, 30.0, 100.0}) {
    State x = uniform(285.0, m_flow);
    for (int i = 0; i < Tank::cells; ++i) x.T[i] += 3.0 * std::sin(i);
    const Across u{{3.2e5, 291.0}, {3e5, 279.0}, {300.0}};
    const auto e = test::evaluate(c, x, u);
    double stored = 0.0;
    for (double r : e.residual.T) stored -= r;
    const double gross = std::abs(e.flow.top.H_flow) + std::abs(e.flow.bottom.H_flow) + 1e5;
    EXPECT_NEAR(e.flow.top.H_flow + e.flow.bottom.H_flow + e.flow.room.Q_flow, stored, 1e-13 * gross);
    EXPECT_EQ(e.flow.top.m_flow + e.flow.bottom.m_flow, 0.0);
  }
}

TEST(StorageTank, Charge) {
  Tank c = tank();
  EXPECT_NEAR(test::outputs_of(c, uniform(280.15, 0.0), ports(280.0, 280.0)).charge, 1.0, 1e-12);
  EXPECT_NEAR(test::evaluate(c, uniform(287.65, 0.0), ports(280.0, 280.0)).flow.charge, 0.25, 1e-12);
  c.T_cold = 300.0;
  EXPECT_NE(c.check(), "");
}

}  // namespace
}  // namespace wattloop
