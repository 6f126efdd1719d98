#include "models/heat_reuse.h"

#include <gtest/gtest.h>

#include "tests/support/component.h"

namespace wattloop {
namespace {

using Reuse = HeatReuse<double>;
using State = Reuse::State<double>;
using Across = Reuse::Across<double>;

const Liquid& water() {
  static const Liquid liquid = make_liquid({});
  return liquid;
}

Reuse reuse() {
  auto c = test::with_defaults<Reuse>(&water());
  c.UA_nominal = 200e3;
  c.m_flow_nominal = 30.0;
  c.dp_nominal = 50e3;
  c.C_fluid = 1e6;
  c.m_sink_nominal = 25.0;
  return c;
}

Across ports(double T_in, double Q_demand) {
  return {{3.5e5, T_in}, {3e5, 310.0}, 303.15, 1.0, Q_demand, 0.0};
}

TEST(HeatReuse, IsACounterflowExchangerUpToTheDemand) {
  const Reuse c = reuse();
  const Across u = ports(327.15, 1e9);
  const State x = test::equilibrium(c, {315.0, 30.0}, u);
  const auto out = test::outputs_of(c, x, u);
  EXPECT_NEAR(x.m_flow, 30.0, 0.01);
  EXPECT_NEAR(out.UA, 200e3, 100.0);
  const double K = counterflow_conductance(out.UA, x.m_flow * water().cp(0.5 * (327.15 + x.T_fluid)), 25.0 * 4186.0);
  EXPECT_NEAR(out.Q_flow, K * 24.0, 1e-5 * out.Q_flow);
  EXPECT_NEAR(out.T_sink_out, 303.15 + out.Q_flow / (25.0 * 4186.0), 1e-3);
  EXPECT_EQ(out.short_of_heat, 1.0);
  const Across little = ports(327.15, 0.6e6);
  const auto held = test::outputs_of(c, test::equilibrium(c, {315.0, 30.0}, little), little);
  EXPECT_NEAR(held.Q_flow, 0.6e6, 1.0);
  EXPECT_EQ(held.short_of_heat, 0.0);
  EXPECT_EQ(test::outputs_of(c, {315.0, 30.0}, ports(327.15, 0.0)).Q_flow, 0.0);
}

TEST(HeatReuse, TakesNothingFromAColderSiteOrWithoutFlow) {
  const Reuse c = reuse();
  EXPECT_EQ(test::outputs_of(c, {300.0, 30.0}, ports(300.0, 1e6)).Q_flow, 0.0);
  EXPECT_NEAR(test::outputs_of(c, {320.0, 0.0}, ports(325.0, 1e6)).Q_flow, 0.0, 1e-9);
  Across u = ports(327.15, 1e6);
  u.m_sink = 0.0;
  EXPECT_NEAR(test::outputs_of(c, {315.0, 30.0}, u).Q_flow, 0.0, 1e-9);
}

TEST(HeatReuse, FirstLawExact) {
  const Reuse c = reuse();
  for (double m : {-20.0, 0.0, 0.2, 30.0})
    for (double demand : {0.0, 3e5, 1e9}) {
      const Across u = ports(330.0, demand);
      const State x{316.0, m};
      const auto e = test::evaluate(c, x, u);
      EXPECT_NEAR(e.flow.inlet.H_flow + e.flow.outlet.H_flow + c.energy_from_outside(x, u) + e.residual.T_fluid, 0.0,
                  1e-6);
    }
}

}  // namespace
}  // namespace wattloop
