#include "models/closed_tower.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/component.h"

namespace wattloop {
namespace {

using Tower = ClosedTower<double>;
using State = Tower::State<double>;
using Across = Tower::Across<double>;

double kelvin(double celsius) {
  return celsius + 273.15;
}

const Liquid& glycol() {
  static const Liquid liquid = make_liquid({LiquidKind::propylene_glycol, 0.25});
  return liquid;
}

/// About 1 MW: 25 kg/s from 40 to 30 degC at 24 degC wet bulb.
Tower tower() {
  auto c = test::with_defaults<Tower>(&glycol());
  c.UA_nominal = 250e3;
  c.KA_nominal = 25.0;
  c.UA_dry_nominal = 40e3;
  c.m_flow_nominal = 25.0;
  c.dp_nominal = 60e3;
  c.C_fluid = 4e6;
  c.m_air_nominal = 28.0;
  c.P_fan_nominal = 14e3;
  c.P_spray = 3e3;
  c.C_sump = 8e6;
  return c;
}

Across ports(const Tower& c, double T_in, const AirPort<double>& outdoor) {
  return {{3e5 + c.dp_nominal, kelvin(T_in)}, {3e5, kelvin(30.0)}, outdoor, {415.0, 0.0}, 1.0, 1.0, 1.0, 0.0};
}

AirPort<double> summer() {
  return {94.5e3, kelvin(35.0), humidity_ratio_from_wet_bulb(kelvin(35.0), kelvin(22.0), 94.5e3)};
}

TEST(ClosedTower, BothExchangesAreEpsilonNtu) {
  const Tower c = tower();
  const Across u = ports(c, 40.0, summer());
  const State x = test::equilibrium(c, {kelvin(30.0), kelvin(27.0), 25.0}, u);
  const auto out = test::outputs_of(c, x, u);
  const double C_liquid = x.m_flow * glycol().cp(0.5 * (u.inlet.T + x.T_fluid));
  const double film = 0.6 + 0.4 * std::pow(x.m_flow / 25.0, -0.8);
  const double Q_coil = C_liquid * (1.0 - std::exp(-c.UA_nominal / film / C_liquid)) * (u.inlet.T - x.T_spray);
  EXPECT_NEAR(out.Q_flow, Q_coil, 1e-6 * Q_coil);
  const double NTU = c.KA_nominal * std::pow(out.m_air / c.m_air_nominal, 0.9) / out.m_air;
  const auto film_air = saturated_air(x.T_spray, u.air.p);
  const double Q_air = out.m_air * (1.0 - std::exp(-NTU)) * (film_air.h - moist_air_enthalpy(u.air.T, u.air.W));
  const double E = out.m_air * (1.0 - std::exp(-NTU)) * (film_air.W - u.air.W);
  EXPECT_NEAR(out.m_evaporation, E, 1e-9 * E);
  // The sump: coil and pump against air, sump's loss and make-up.
  const double water = 4186.0 * (out.m_make_up * 20.0 - (out.m_make_up - E) * (x.T_spray - 273.15));
  EXPECT_NEAR(Q_coil + c.P_spray, Q_air + 100.0 * (x.T_spray - u.air.T) - water, 1e-6 * Q_coil);
  EXPECT_GT(out.approach, 3.0);
  EXPECT_LT(out.approach, 12.0);
  const double per_kWh = E / out.Q_flow * 3.6e6;
  EXPECT_GT(per_kWh, 0.8 * 1.48);
  EXPECT_LT(per_kWh, 1.25 * 1.48) << "dry summer air is cooled besides";
}

TEST(ClosedTower, DryModeIsTheDryCoil) {
  const Tower c = tower();
  Across u = ports(c, 40.0, {94.5e3, kelvin(5.0), 0.003});
  u.spray = 0.0;
  const State x = test::equilibrium(c, {kelvin(30.0), kelvin(10.0), 25.0}, u);
  const auto out = test::outputs_of(c, x, u);
  EXPECT_EQ(out.m_evaporation, 0.0);
  EXPECT_EQ(out.m_make_up, 0.0);
  EXPECT_NEAR(x.T_spray, u.air.T, 1e-9) << "the sump takes the air's temperature";
  const double z = 0.4 * c.UA_dry_nominal / c.UA_nominal;
  const double resistance =
      (1.0 - z) * std::pow(out.m_air / c.m_air_nominal, -0.68) + z * std::pow(x.m_flow / c.m_flow_nominal, -0.8);
  const double K =
      crossflow_conductance(c.UA_dry_nominal / resistance, x.m_flow * glycol().cp(0.5 * (u.inlet.T + x.T_fluid)),
                            out.m_air * moist_air_cp(0.003));
  EXPECT_NEAR(out.Q_flow, K * (u.inlet.T - u.air.T), 1e-3 * out.Q_flow) << "exponents level off at small flow";
  EXPECT_EQ(out.P_el, out.P_fan);
  // The same duty takes a much warmer liquid in summer.
  u.air = summer();
  EXPECT_LT(
      test::outputs_of(c, x, u).Q_flow,
      0.25 * test::outputs_of(c, test::equilibrium(c, x, ports(c, 40.0, summer())), ports(c, 40.0, summer())).Q_flow);
}

TEST(ClosedTower, FirstLawExact) {
  const Tower c = tower();
  for (double spray : {0.0, 0.5, 1.0})
    for (double m_flow : {-20.0, 0.0, 1e-3, 25.0})
      for (double V : {0.0, 280.0, 415.0})
        for (double W : {0.0, 0.008, 0.03}) {
          Across u = ports(c, 38.0, {94.5e3, kelvin(28.0), W});
          u.spray = spray;
          u.supply = {0.8 * V, 0.6 * V};
          const State x{kelvin(31.0), kelvin(26.0), m_flow};
          const auto e = test::evaluate(c, x, u);
          const double defect = e.flow.inlet.H_flow + e.flow.outlet.H_flow + e.flow.air.H_flow +
                                ac_power(u.supply, e.flow.supply) + c.energy_from_outside(x, u) + e.residual.T_fluid +
                                e.residual.T_spray;
          EXPECT_NEAR(defect, 0.0, 1e-6);
          EXPECT_NEAR(e.flow.air.mW_flow + c.mass_from_outside(x, u), 0.0, 1e-12);
          EXPECT_EQ(e.flow.inlet.m_flow + e.flow.outlet.m_flow, 0.0);
        }
}

TEST(ClosedTower, WaterFollowsCyclesAndDrift) {
  Tower c = tower();
  c.cycles = 3.0;
  const Across u = ports(c, 40.0, summer());
  const auto out = test::outputs_of(c, {kelvin(30.0), kelvin(27.0), 25.0}, u);
  EXPECT_NEAR(out.m_blow_down, 0.5 * out.m_evaporation, 1e-9);
  EXPECT_NEAR(out.m_make_up, out.m_evaporation * (1.5 + c.drift), 1e-9);
}

TEST(ClosedTower, ScaleFansAndFrost) {
  const Tower c = tower();
  Across u = ports(c, 40.0, summer());
  const State x = test::equilibrium(c, {kelvin(30.0), kelvin(27.0), 25.0}, u);
  const double clean = test::outputs_of(c, x, u).Q_flow;
  u.fouling = 0.3;
  EXPECT_LT(test::outputs_of(c, test::equilibrium(c, x, u), u).Q_flow, 0.97 * clean);
  u.fouling = 0.0, u.fan_speed = 0.0;
  const auto calm = test::outputs_of(c, test::equilibrium(c, x, u), u);
  EXPECT_EQ(calm.P_fan, 0.0);
  EXPECT_LT(calm.Q_flow, 0.35 * clean);
  EXPECT_GT(calm.Q_flow, 0.05 * clean);
  EXPECT_EQ(test::outputs_of(c, {kelvin(30.0), kelvin(2.9), 0.0}, u).sump_freezes, 1.0);
  EXPECT_EQ(test::outputs_of(c, {kelvin(30.0), kelvin(3.1), 0.0}, u).sump_freezes, 0.0);
  const double T_freeze = glycol().T_freeze;
  EXPECT_EQ(test::outputs_of(c, {T_freeze + 2.9, 300.0, 0.0}, u).freeze_alarm, 1.0);
  Tower wrong = c;
  wrong.UA_dry_nominal = 1e6;
  EXPECT_NE(wrong.check(), "");
}

}  // namespace
}  // namespace wattloop
