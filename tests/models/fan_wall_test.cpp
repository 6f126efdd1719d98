#include "models/fan_wall.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/air_zone.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Wall = FanWall<double>;
using State = Wall::State<double>;
using Across = Wall::Across<double>;

constexpr double p_site = 94.5e3;  // Pa, 595 m

double kelvin(double celsius) {
  return celsius + 273.15;
}

const Liquid& water() {
  static const Liquid liquid = make_liquid({LiquidKind::water, 0.0, FractionBasis::mass, 3e5});
  return liquid;
}

/// 400 kW from 38 degC air that cools by 13 K, water 20 to 28 degC, fans at 4 % of the heat.
Wall wall() {
  auto c = test::with_defaults<FanWall>();
  c.liquid = &water();
  c.m_flow_nominal = 400e3 / (water().enthalpy(kelvin(28.0)) - water().enthalpy(kelvin(20.0)));
  c.dp_nominal = 40e3;
  c.C_fluid = 1e6;
  const double C_air = 400e3 / 13.0;
  c.rho_nominal = 1.0 / moist_air_volume(kelvin(38.0), c.W_room, p_site);
  c.m_air_nominal = C_air / moist_air_cp(c.W_room);
  c.P_fan_nominal = 16e3;
  c.UA_nominal = crossflow_UA(400e3 / 18.0, c.m_flow_nominal * water().cp(kelvin(24.0)), C_air);
  return c;
}

Across ports(const Wall& c) {
  return {
      {300e3 + c.dp_nominal, kelvin(20.0)}, {300e3, kelvin(28.0)}, {kelvin(38.0)}, {415.0, 0.0}, 1.0, 1.0, p_site, 0.0};
}

State steady(const Wall& c, const Across& u) {
  const auto y = test::solve<2>(
      [&](const std::array<Dual<2>, 2>& x) {
        const Wall::Across<Dual<2>> v{{u.inlet.p, u.inlet.T},
                                      {u.outlet.p, u.outlet.T},
                                      {u.air.T},
                                      {u.supply.V_re, u.supply.V_im},
                                      u.on,
                                      u.fan_speed,
                                      u.p,
                                      u.fouling};
        const auto e = test::evaluate<Dual<2>>(c, {x[0], x[1]}, v);
        return std::array<Dual<2>, 2>{e.residual.T_fluid, e.residual.m_flow};
      },
      std::array<double, 2>{kelvin(28.0), c.m_flow_nominal});
  return {y[0], y[1]};
}

TEST(FanWall, MeetsItsRating) {
  const Wall c = wall();
  const Across u = ports(c);
  const State x = steady(c, u);
  const auto out = test::outputs(c, x, u);
  EXPECT_NEAR(out.Q_flow, 400e3, 400.0);
  EXPECT_NEAR(x.T_fluid, kelvin(28.0), 0.02);
  EXPECT_NEAR(out.P_fan, 16e3, 1e-3);
  EXPECT_NEAR(out.T_supply, kelvin(38.0 - 13.0 + 13.0 * 0.04), 0.02) << "the fans' heat is in the supply air";
  const auto e = test::evaluate<double>(c, x, u);
  EXPECT_EQ(e.flow.supply_air, out.T_supply);
  EXPECT_NEAR(e.flow.air.Q_flow, out.Q_flow - out.P_fan, 1e-6) << "fan heat returns to the room";
}

TEST(FanWall, FirstLawExact) {
  const Wall c = wall();
  Across u = ports(c);
  for (double m_flow : {-10.0, 0.0, 0.01, 12.0})
    for (double speed : {0.0, 0.5, 1.0})
      for (double V : {0.0, 280.0, 415.0}) {
        u.fan_speed = speed;
        u.supply = {0.6 * V, -0.8 * V};
        const auto e = test::evaluate<double>(c, {kelvin(26.0), m_flow}, u);
        const double defect = e.flow.inlet.H_flow + e.flow.outlet.H_flow + e.flow.air.Q_flow +
                              ac_power(u.supply, e.flow.supply) + e.residual.T_fluid;
        EXPECT_NEAR(defect, 0.0, 1e-3);
      }
}

TEST(FanWall, SpeedAndAltitude) {
  const Wall c = wall();
  Across u = ports(c);
  const State x{kelvin(28.0), c.m_flow_nominal};
  const auto full = test::outputs(c, x, u);
  u.fan_speed = 0.7;
  const auto slow = test::outputs(c, x, u);
  EXPECT_NEAR(slow.P_fan, 0.343 * full.P_fan, 1e-6 * full.P_fan);
  EXPECT_LT(slow.Q_flow, full.Q_flow);
  EXPECT_GT(slow.Q_flow, 0.7 * full.Q_flow);
  EXPECT_LT(slow.T_supply, full.T_supply);
  u.fan_speed = 1.0, u.p = air::p_sea_level;
  EXPECT_NEAR(test::outputs(c, x, u).m_air / full.m_air, air::p_sea_level / p_site, 1e-9);
}

TEST(FanWall, WetCoilFlag) {
  const Wall c = wall();
  Across u = ports(c);
  const double T_dp = dew_point(c.W_room, p_site);
  const State x{kelvin(28.0), c.m_flow_nominal};
  u.inlet.T = T_dp + 0.1;
  EXPECT_EQ(test::outputs(c, x, u).wet_coil, 0.0);
  u.inlet.T = T_dp - 0.1;
  EXPECT_EQ(test::outputs(c, x, u).wet_coil, 1.0);
}

TEST(AirZone, BalanceAndCapacity) {
  auto zone = test::with_defaults<AirZone>();
  zone.volume = 10e3;
  zone.UA = 2e3;
  const AirZone<>::State<double> x{303.15, 5e4};
  const AirZone<>::Across<double> u{{303.15}, 310.15};
  const auto e = test::evaluate<double>(zone, x, u);
  EXPECT_EQ(e.residual.Q_flow, 0.0) << "the node has the room's temperature";
  EXPECT_EQ(e.flow.air.Q_flow, 5e4);
  const double capacity = 10e3 * 1.1 * 1006.0 * 6.0;
  EXPECT_NEAR(zone.stored_energy(x), capacity * 303.15, 1.0);
  EXPECT_NEAR(-e.residual.T, 5e4 + 2e3 * 7.0, 1e-9);
  EXPECT_NEAR(zone.energy_from_outside(x, u), 14e3, 1e-9);
}

TEST(AirZone, ApproachesTheOutsideExponentially) {
  auto zone = test::with_defaults<AirZone>();
  zone.volume = 2e3;
  zone.UA = 5e3;
  const double tau = zone.stored_energy(AirZone<>::State<double>{1.0, 0.0}) / zone.UA;
  const double T_outside = 310.15, rise = 20.0;
  for (double t : {0.0, 0.5, 2.0}) {
    const double decay = rise * std::exp(-t);
    AirZone<>::State<double> r{};
    AirZone<>::Through<double> flow{};
    const AirZone<>::State<double> x{T_outside + decay, 0.0}, dx{-decay / tau, 0.0};
    zone.equations(x, dx, AirZone<>::Across<double>{{x.T}, T_outside}, r, flow);
    EXPECT_NEAR(r.T, 0.0, 1e-9 * zone.UA * rise) << t << " time constants";
  }
}

}  // namespace
}  // namespace wattloop
