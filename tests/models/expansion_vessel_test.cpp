#include "models/expansion_vessel.h"

#include <gtest/gtest.h>

#include "tests/support/component.h"

namespace wattloop {
namespace {

using X = ExpansionVessel<double>;
using State = X::State<double>;
using Across = X::Across<double>;

const Liquid water = make_liquid({});

X example() {
  X v = test::with_defaults<X>(&water);
  v.V_vessel = 1.0;
  v.V_system = 12.5;
  return v;
}

Across at(double p, double T) {
  return {{p, T}, 0.0, 293.15, 0.0};
}

/// Pressure at which the vessel is in balance with a content m and a circuit at T.
double pressure(const X& v, double m, double T) {
  return test::root_between(
      [&](double p) {
        return test::evaluate(v, {m, T, 0.0}, at(p, T)).residual.m_flow;
      },
      1e4, 1e8);
}

TEST(ExpansionVessel, EmptyItHasItsPrechargeAndHalfFullTwice) {
  const X v = example();
  EXPECT_NEAR(pressure(v, 0.0, 293.15), 1.5e5, 1e-3);
  EXPECT_NEAR(pressure(v, 0.5 * water.density(293.15), 293.15), 3.0e5, 1e-3);
}

TEST(ExpansionVessel, PolytropicGasIsStiffer) {
  X v = example();
  v.gas = 1.0;
  EXPECT_NEAR(pressure(v, 0.5 * water.density(293.15), 293.15), 1.5e5 * std::pow(2.0, 1.2), 1.0);
}

TEST(ExpansionVessel, WarmLiquidTakesTheGasVolume) {
  const X v = example();
  // 12.5 m3 of water from 20 to 45 degC: 998.297 -> 990.310 kg/m3 (IAPWS-IF97) is 100.8 L; 0.4 m3 of content as filled.
  const double gain = 12.5 * (water.density(293.15) / water.density(318.15) - 1.0);
  EXPECT_NEAR(gain, 0.1008, 0.0050);  // the density fit is good to 0.02 % of 12.5 m3 at either end
  EXPECT_NEAR(pressure(v, 0.4 * water.density(293.15), 318.15), 1.5e5 / (0.6 - gain), 1e-3);
}

TEST(ExpansionVessel, InTheLongRunItHoldsTheSetPressureAtAnyTemperature) {
  const X v = example();
  for (double T : {278.15, 293.15, 318.15, 333.15}) {
    State x{100.0, T, 0.0};
    x.m -= test::evaluate(v, x, at(2.5e5, T)).residual.m * v.holding_time;  // linear in m
    EXPECT_NEAR(test::evaluate(v, x, at(2.5e5, T)).residual.m, 0.0, 1e-12);
    EXPECT_NEAR(pressure(v, x.m, T), 2.5e5, 0.1);
  }
}

TEST(ExpansionVessel, LeakAndMakeUpChangeTheContent) {
  X v = example();
  v.holding_time = 1e12;
  Across u = at(2.5e5, 313.15);
  u.leak = 0.2;
  u.make_up = 0.05;
  EXPECT_NEAR(test::evaluate(v, {400.0, 313.15, 0.3}, u).residual.m, -(0.3 - 0.15), 1e-9);
  EXPECT_NEAR(v.mass_from_outside(State{400.0, 313.15, 0.3}, u), -0.15, 1e-9);
  EXPECT_LT(pressure(v, 300.0, 313.15), pressure(v, 400.0, 313.15));
}

TEST(ExpansionVessel, EnergyOfEverythingThatComesAndGoesIsStored) {
  const X v = example();
  Across u = at(2.4e5, 325.0);
  u.leak = 0.2;
  u.make_up = 0.5;
  for (double m_flow : {2.0, 0.0, -2.0}) {
    const State x{380.0, 310.0, m_flow};
    const auto e = test::evaluate(v, x, u);
    State dx{};
    dx.m = -e.residual.m;
    const double per_kelvin = test::evaluate(v, x, u, {0.0, 1.0, 0.0}).residual.T - e.residual.T;
    dx.T = -e.residual.T / per_kelvin;
    const double stored = v.stored_energy(dx);  // linear and homogeneous in the state
    EXPECT_NEAR(stored, e.flow.port.H_flow + v.energy_from_outside(x, u), 1e-6);
  }
}

TEST(ExpansionVessel, Flags) {
  const X v = example();
  const State x{400.0, 313.15, 0.0};
  EXPECT_EQ(test::outputs_of(v, x, at(1.7e5, 313.15)).below_minimum, 1.0);
  EXPECT_EQ(test::outputs_of(v, x, at(1.9e5, 313.15)).below_minimum, 0.0);
  EXPECT_EQ(test::outputs_of(v, x, at(1.2e6, 313.15)).above_class, 1.0);
  EXPECT_EQ(v.check(), "");
  X wrong = v;
  wrong.p_set = 1.2e5;
  EXPECT_NE(wrong.check(), "");
}

}  // namespace
}  // namespace wattloop
