#include "models/resistance.h"

#include <gtest/gtest.h>

#include "models/liquid_boundary.h"
#include "tests/support/component.h"

namespace wattloop {
namespace {

using test::evaluate;

const Liquid liquid = test::constant_liquid(1000.0, 4000.0);

Resistance<double> example(double law) {
  auto r = test::with_defaults<Resistance<double>>(&liquid);
  r.m_flow_nominal = 20.0;
  r.dp_nominal = 50e3;
  r.law = law;
  return r;
}

double flow_at(const Resistance<double>& r, double dp) {
  const Resistance<double>::Across<double> u{{3e5 + dp, 310.0}, {3e5, 300.0}};
  return test::equilibrium(r, Resistance<double>::State<double>{5.0}, u).m_flow;
}

TEST(Resistance, PassesTheNominalFlowAtTheNominalLoss) {
  EXPECT_NEAR(flow_at(example(0), 50e3), 20.0, 20.0 * 2e-4);
  EXPECT_NEAR(flow_at(example(1), 50e3), 20.0, 20.0 * 2e-4);
}

TEST(Resistance, GrowsWithItsExponentAndIsOdd) {
  EXPECT_NEAR(flow_at(example(0), 200e3), 40.0, 40.0 * 1e-4);
  EXPECT_NEAR(flow_at(example(1), 50e3 * std::pow(2.0, 1.8)), 40.0, 40.0 * 1e-4);
  EXPECT_DOUBLE_EQ(flow_at(example(1), -70e3), -flow_at(example(1), 70e3));
  EXPECT_EQ(flow_at(example(0), 0.0), 0.0);
}

TEST(Resistance, CarriesTheUpstreamTemperatureAndKeepsFrictionHeat) {
  const auto r = example(0);
  const Resistance<double>::Across<double> u{{4e5, 310.0}, {3e5, 300.0}};
  const auto forward = evaluate(r, {20.0}, u).flow;
  EXPECT_NEAR(forward.inlet.H_flow, 20.0 * (4000.0 * (310.0 - 273.15) + 4e5 / 1000.0), 1.0);
  EXPECT_DOUBLE_EQ(forward.inlet.H_flow + forward.outlet.H_flow, 0.0);
  const auto backward = evaluate(r, {-20.0}, u).flow;
  EXPECT_NEAR(backward.outlet.H_flow, 20.0 * (4000.0 * (300.0 - 273.15) + 3e5 / 1000.0), 1.0);
  // T_out of an adiabatic throttle: dp / (rho cp) = 0.025 K warmer.
  const double h_out = -forward.outlet.H_flow / 20.0 - 3e5 / 1000.0;
  EXPECT_NEAR(h_out / 4000.0 + 273.15, 310.025, 1e-4);
}

TEST(LiquidSource, HoldsThePressureAndMetersWhatItGives) {
  const auto source = test::with_defaults<LiquidSource<double>>(&liquid);
  const LiquidSource<double>::Across<double> u{{2.5e5, 305.0}, 3e5, 290.0};
  const auto out = evaluate(source, {2.0}, u);
  EXPECT_DOUBLE_EQ(out.residual.m_flow, -0.5e5);
  EXPECT_DOUBLE_EQ(out.flow.port.m_flow, -2.0);
  EXPECT_NEAR(out.flow.port.H_flow, -2.0 * (4000.0 * (290.0 - 273.15) + 250.0), 0.1);
  EXPECT_DOUBLE_EQ(source.energy_from_outside(LiquidSource<double>::State<double>{2.0}, u), -out.flow.port.H_flow);
  EXPECT_DOUBLE_EQ(source.mass_from_outside(LiquidSource<double>::State<double>{2.0}, u), 2.0);
  const auto in = evaluate(source, {-2.0}, u);
  EXPECT_NEAR(in.flow.port.H_flow, 2.0 * (4000.0 * (305.0 - 273.15) + 250.0), 0.1);
}

TEST(FlowSource, GivesTheFlowAskedForAtItsTemperature) {
  const auto source = test::with_defaults<FlowSource<double>>(&liquid);
  const FlowSource<double>::Across<double> u{{2e5, 305.0}, 3.0, 290.0};
  const auto e = evaluate(source, {}, u);
  EXPECT_DOUBLE_EQ(e.flow.port.m_flow, -3.0);
  EXPECT_NEAR(e.flow.port.H_flow, -3.0 * (4000.0 * (290.0 - 273.15) + 200.0), 0.1);
  EXPECT_DOUBLE_EQ(source.energy_from_outside(FlowSource<double>::State<double>{}, u), -e.flow.port.H_flow);
}

}  // namespace
}  // namespace wattloop
