#include "models/plate_heat_exchanger.h"

#include <gtest/gtest.h>

#include "tests/support/component.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

using X = PlateHeatExchanger<double>;

double log_mean(double a, double b) {
  return (a - b) / std::log(a / b);
}

TEST(Counterflow, EffectivenessTable) {
  for (const auto& row : test::read_table("counterflow_exchanger/epsilon_ntu.csv")) {
    const double C_max = row[0] > 0.0 ? 1.0 / row[0] : 1e12;
    EXPECT_NEAR(counterflow_conductance(row[1], 1.0, C_max), row[2], 1e-6) << row[0] << " " << row[1];
    EXPECT_NEAR(counterflow_conductance(row[1], C_max, 1.0), row[2], 1e-6);
  }
}

TEST(Counterflow, AgreesWithTheLogarithmicMean) {
  const double dT = 30.0;
  for (double NTU : {0.1, 1.0, 5.0, 8.0})
    for (double C : {0.05, 0.5, 0.9, 0.999, 1.001, 1.5, 20.0}) {
      if (NTU > 8.0 * C) continue;  // an outlet within rounding of the other inlet has no logarithm
      const double Q = counterflow_conductance(NTU, 1.0, C) * dT;
      const double LMTD = log_mean(dT - Q, dT - Q / C);
      EXPECT_NEAR(Q, NTU * LMTD, 1e-9 * Q) << NTU << " " << C;
    }
}

TEST(Counterflow, EqualCapacityFlowsAreNoSpecialCase) {
  EXPECT_DOUBLE_EQ(counterflow_conductance(3.0, 1.0, 1.0), 0.75);
  for (double d : {1e-8, 1e-6, 3.3e-3, 3.4e-3, 1e-2}) {  // the series ends at d = 3.3e-3
    const long double C = 1.0L - d, e = std::exp(-3.0L / C * (1.0L - C));
    const double K = static_cast<double>(C * (1.0L - e) / (1.0L - C * e));
    EXPECT_NEAR(counterflow_conductance(3.0, static_cast<double>(C), 1.0), K, 1e-10) << d;
  }
}

class PlateHeatExchangerTest : public testing::Test {
 protected:
  X make(double UA, double m_a, double m_b) const {
    X x = test::with_defaults<X>();
    x.set_liquid(0, &tcs);
    x.set_liquid(3, &fws);
    x.UA_nominal = UA;
    x.m_flow_nominal_a = m_a;
    x.m_flow_nominal_b = m_b;
    x.dp_nominal_a = 84e3;
    x.dp_nominal_b = 60e3;
    return x;
  }
  /// Steady outlet temperatures for given flows and inlet temperatures in degC, without friction heat.
  X::State<double> steady(const X& x, double m_a, double m_b, double T_a, double T_b, double fouling = 0.0) const {
    X::Across<double> u = across(T_a, T_b, fouling);
    X::State<double> s{320.0, 320.0, m_a, m_b};
    for (int i = 0; i < 200; ++i) {
      u.outlet_a.T = s.T_a;
      u.outlet_b.T = s.T_b;
      const auto r = test::evaluate(x, s, u).residual;
      s.T_a -= r.T_a / (m_a * tcs.cp(s.T_a));
      s.T_b -= r.T_b / (m_b * fws.cp(s.T_b));
    }
    return s;
  }
  static X::Across<double> across(double T_a, double T_b, double fouling = 0.0) {
    return {{3e5, T_a + 273.15}, {3e5, 320.0}, {3e5, T_b + 273.15}, {3e5, 320.0}, fouling};
  }

  Liquid tcs = make_liquid({LiquidKind::propylene_glycol, 0.257, FractionBasis::mass, 3e5});
  Liquid fws = make_liquid({LiquidKind::propylene_glycol, 0.40, FractionBasis::mass, 3e5});
};

TEST_F(PlateHeatExchangerTest, SteadyStateIsTheLogarithmicMeanOfItsUA) {
  const X x = make(488e3, 50.0, 60.0);
  for (double m_a : {50.0, 31.0, 12.0})
    for (double m_b : {60.0, 20.0}) {
      const auto s = steady(x, m_a, m_b, 56.5, 41.0);
      auto u = across(56.5, 41.0);
      u.outlet_a.T = s.T_a;
      u.outlet_b.T = s.T_b;
      const auto out = test::outputs_of(x, s, u);
      const double LMTD = log_mean(u.inlet_a.T - s.T_b, s.T_a - u.inlet_b.T);
      // All that is left is the rounding of the upwind flow, 5e-7 (m_nominal/m)^2.
      const double rounding = 5e-7 * (std::pow(50.0 / m_a, 2) + std::pow(60.0 / m_b, 2));
      EXPECT_NEAR(out.Q_flow, out.UA * LMTD, 2.0 * rounding * out.Q_flow);
      EXPECT_NEAR(out.Q_flow, m_a * (tcs.enthalpy(u.inlet_a.T) - tcs.enthalpy(s.T_a)), rounding * out.Q_flow);
    }
}

TEST_F(PlateHeatExchangerTest, RatedDutyOfThe2300KilowattClass) {
  const double Q = 2.3e6;
  const double m_a = Q / (tcs.enthalpy(329.65) - tcs.enthalpy(318.15));
  const double m_b = Q / (fws.enthalpy(324.15) - fws.enthalpy(314.15));
  const auto s = steady(make(488e3, m_a, m_b), m_a, m_b, 56.5, 41.0);
  EXPECT_NEAR(s.T_a - 273.15, 45.0, 0.02);
  EXPECT_NEAR(s.T_b - 273.15, 51.0, 0.02);
}

TEST_F(PlateHeatExchangerTest, OperatingPointByHand) {
  const double m_a = 1.666e6 / (tcs.enthalpy(329.65) - tcs.enthalpy(318.15)), m_b = 30.7;
  const auto s = steady(make(488e3, m_a, m_b), m_a, m_b, 56.5, 40.0);
  EXPECT_NEAR(s.T_a - 273.15, 45.0, 0.05);
  EXPECT_NEAR(s.T_b - 273.15, 54.3, 0.05);
}

TEST_F(PlateHeatExchangerTest, FilmsAndFoulingReduceTheConductance) {
  const X x = make(400e3, 40.0, 40.0);
  auto u = across(56.5, 40.0);
  EXPECT_NEAR(test::outputs_of(x, {320, 320, 40.0, 40.0}, u).UA, 400e3, 1.0);
  const double half = std::pow(2.0, 0.7);
  EXPECT_NEAR(test::outputs_of(x, {320, 320, 20.0, 40.0}, u).UA, 400e3 / (0.2 + 0.4 * half + 0.4), 1.0);
  EXPECT_NEAR(test::outputs_of(x, {320, 320, 20.0, -20.0}, u).UA, 400e3 / (0.2 + 0.8 * half), 1.0);
  u.fouling = 0.25;
  EXPECT_NEAR(test::outputs_of(x, {320, 320, 40.0, 40.0}, u).UA, 320e3, 1.0);
}

TEST_F(PlateHeatExchangerTest, WithoutFlowOnEitherSideNoHeatMoves) {
  const X x = make(488e3, 40.0, 40.0);
  const auto u = across(56.5, 40.0);
  EXPECT_EQ(test::outputs_of(x, {320, 320, 40.0, 0.0}, u).Q_flow, 0.0);
  EXPECT_EQ(test::outputs_of(x, {320, 320, 0.0, 40.0}, u).Q_flow, 0.0);
  EXPECT_GT(test::outputs_of(x, {320, 320, -40.0, 40.0}, across(56.5, 40.0)).Q_flow, 0.0);
}

TEST_F(PlateHeatExchangerTest, TheWayToTheSteadyStateIsAFirstOrderLag) {
  const Liquid liquid = test::constant_liquid(1000.0, 4000.0);
  X x = make(488e3, 40.0, 40.0);
  x.set_liquid(0, &liquid);
  x.set_liquid(2, &liquid);
  x.C_a = 8e5;
  // dT/dt from a state away from the steady one: the distance over C/(m cp) = 5 s.
  auto u = across(50.0, 40.0);
  const double K = 40.0 * 4000.0 * 488.0 / (488.0 + 160.0);  // equal capacity flows: NTU/(1 + NTU)
  const double T_steady = 323.15 - K / 160e3 * 10.0;
  u.outlet_a.T = T_steady + 3.0;
  const auto r = test::evaluate(x, {T_steady + 3.0, 320.0, 40.0, 40.0}, u).residual;
  EXPECT_NEAR(-r.T_a / x.C_a, -3.0 / 5.0, 1e-4);
}

TEST_F(PlateHeatExchangerTest, PressureDrops) {
  const X x = make(488e3, 20.6, 30.0);
  X::Across<double> u = across(56.5, 40.0);
  u.inlet_a.p += 84e3;
  u.inlet_b.p += 60e3 * std::pow(0.5, 1.8);
  const auto r = test::evaluate(x, {320, 320, 20.6, 15.0}, u).residual;
  EXPECT_NEAR(r.m_flow_a, 0.0, 84e3 * 2e-4);
  EXPECT_NEAR(r.m_flow_b, 0.0, 60e3 * 4e-4);
}

}  // namespace
}  // namespace wattloop
