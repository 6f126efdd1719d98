#include "models/cooling_tower.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/component.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

using Tower = CoolingTower<double>;
using State = Tower::State<double>;
using Across = Tower::Across<double>;

constexpr double cp_water = 4186.0;  // J/(kg K)

double kelvin(double celsius) {
  return celsius + 273.15;
}

const Liquid& water() {
  static const Liquid liquid = make_liquid({});
  return liquid;
}

/// 100 kg/s of water, L/G = 1 at nominal flows.
Tower tower(double merkel = 1.5) {
  auto c = test::with_defaults<Tower>(&water());
  c.merkel_nominal = merkel;
  c.m_flow_nominal = 100.0;
  c.m_air_nominal = 100.0;
  c.P_fan_nominal = 15e3;
  c.V_basin = 6.0;
  c.make_up_maximum = 5.0;
  return c;
}

/// Pressures that carry 100 kg/s.
Across ports(const Tower& c, double T_in, const AirPort<double>& outdoor) {
  const double rho_g = water().rho_ref * 9.80665;
  return {{outdoor.p + rho_g * c.lift + c.dp_spray, kelvin(T_in)},
          {outdoor.p + rho_g * c.depth - c.dp_outlet, kelvin(25.0)},
          outdoor,
          {415.0, 0.0},
          1.0,
          1.0,
          1.0,
          0.0};
}

AirPort<double> saturated(double T_wb, double p) {
  return {p, kelvin(T_wb), saturated_humidity_ratio_over_water(kelvin(T_wb), p)};
}

/// The steady state of the fill at a given flow; the basin is held.
State fill_state(const Tower& c, const Across& u, double m_flow) {
  const double T = u.inlet.T;
  State x{kelvin(28.0), c.V_basin * water().rho_ref, {T - 4.0, T - 6.0, T - 8.0}, m_flow, m_flow};
  for (int i = 0; i < 200; ++i) {
    const auto r = test::evaluate(c, x, u).residual;
    for (int k = 0; k < Tower::stretches; ++k) x.T_water[k] += 0.7 * r.T_water[k];
  }
  return x;
}

/// What the first law leaves over: energy into the ports and from outside less what is stored, W.
double energy_defect(const Tower& c, const State& x, const Across& u) {
  const auto e = test::evaluate(c, x, u);
  State dx{};
  dx.m_basin = -e.residual.m_basin;
  const double per_kelvin = test::evaluate(c, x, u, {1.0, 0.0, {}, 0.0, 0.0}).residual.T_basin - e.residual.T_basin;
  dx.T_basin = -e.residual.T_basin / per_kelvin;
  return e.flow.inlet.H_flow + e.flow.outlet.H_flow + e.flow.air.H_flow + ac_power(u.supply, e.flow.supply) +
         c.energy_from_outside(x, u) - c.stored_energy(dx);
}

TEST(CoolingTower, MerkelTables) {
  for (const auto& row : test::read_table("merkel_towers/counterflow.csv")) {
    const double ratio = row[3], p = row[4];
    Tower c = tower(row[5]);
    Across u = ports(c, row[0], saturated(row[2], p));
    // Saturated air has the wet bulb's enthalpy: only that matters in Merkel's equation.
    EXPECT_NEAR(moist_air_enthalpy(u.air.T, u.air.W), row[6], 1.0);
    const double m_air = test::outputs_of(c, fill_state(c, u, 100.0), u).m_air;
    c.m_air_nominal *= 100.0 / ratio / m_air;
    c.merkel_nominal = row[5] / std::pow(100.0 / ratio / c.m_air_nominal, c.exponent);
    const State x = fill_state(c, u, 100.0);
    const auto out = test::outputs_of(c, x, u);
    EXPECT_NEAR(out.m_air, 100.0 / ratio, 1e-9 * out.m_air);
    EXPECT_NEAR(out.merkel, row[5], 1e-5);
    EXPECT_NEAR(x.T_water[2], kelvin(row[1]), 0.02) << "cp of the table is 0.15 % above the water's";
    EXPECT_NEAR(u.air.T, kelvin(row[2]), 1e-9);
    EXPECT_NEAR(out.Q_flow / out.m_air + row[6], row[7], 0.003 * (row[7] - row[6]));
    EXPECT_NEAR(merkel_number(kelvin(row[0]), kelvin(row[1]), row[6], ratio, p, cp_water), row[5], 2e-5);
  }
}

TEST(CoolingTower, ThreeStretchesFollowTheIntegralOverAWideRange) {
  for (double T_hot : {26.0, 34.0, 44.0, 55.0})
    for (double T_wb : {-5.0, 8.0, 24.0})
      for (double p : {101325.0, 94.5e3, 80e3})
        for (double merkel : {0.6, 1.5, 2.5}) {
          Tower c = tower(merkel);
          const Across u = ports(c, T_hot, saturated(T_wb, p));
          const State x = fill_state(c, u, 100.0);
          const auto out = test::outputs_of(c, x, u);
          const double h = moist_air_enthalpy(u.air.T, u.air.W), ratio = 100.0 / out.m_air;
          const double cp = water().cp(0.5 * (u.inlet.T + x.T_water[2]));
          const double exact = test::root_between(
              [&](double T) { return out.merkel - merkel_number(u.inlet.T, T, h, ratio, p, cp); }, u.air.T, u.inlet.T);
          EXPECT_NEAR(x.T_water[2], exact, out.range < 20.0 ? 0.02 : 0.17)
              << T_hot << " " << T_wb << " " << p << " " << merkel;
        }
}

TEST(CoolingTower, EpsilonNtuWhereSaturationIsALine) {
  // With the same temperatures on both sides the line is the tangent: epsilon-NTU of counterflow, closed form.
  for (const auto& row : test::read_table("counterflow_exchanger/epsilon_ntu.csv")) {
    const double C_r = row[0], NTU = row[1], epsilon = row[2];
    if (C_r == 0.0) continue;
    const double T = kelvin(30.0), p = 101325.0, m_air = 2.0;
    const auto line = saturation_line(T, T, p);
    const double C_water = m_air * line.slope / C_r;  // the air has the smaller capacity
    const auto e = wet_counterflow(line, NTU * m_air, C_water, m_air, 6e4, 0.012, p);
    EXPECT_NEAR(e.Q, epsilon * m_air * (line.h - 6e4), 1e-6 * m_air * (line.h - 6e4));
    const auto swapped = wet_counterflow(line, NTU * C_r * m_air, C_r * C_r * C_water, m_air, 6e4, 0.012, p);
    EXPECT_NEAR(swapped.Q, epsilon * C_r * m_air * (line.h - 6e4), 1e-6 * m_air * (line.h - 6e4));
  }
}

TEST(CoolingTower, EvaporationIsThatOfLewisNumberOne) {
  // dW/dz and dh/dz with the same coefficient along the operating line, by small steps from the bottom.
  Tower c = tower(1.4);
  const AirPort<double> outdoor{94.5e3, kelvin(35.0), humidity_ratio_from_wet_bulb(kelvin(35.0), kelvin(22.0), 94.5e3)};
  const Across u = ports(c, 40.0, outdoor);
  const State x = fill_state(c, u, 100.0);
  const auto out = test::outputs_of(c, x, u);
  const double ratio = 100.0 / out.m_air, cp = water().cp(308.0);
  double T = x.T_water[2], h = moist_air_enthalpy(outdoor.T, outdoor.W), W = outdoor.W;
  constexpr int steps = 20000;
  for (int i = 0; i < steps; ++i) {
    const auto s = saturated_air(T, outdoor.p);
    const double dz = out.merkel * ratio / steps;
    const double dh = (s.h - h) * dz, dW = (s.W - W) * dz;
    h += dh, W += dW, T += dh / (ratio * cp);
  }
  EXPECT_NEAR(T, u.inlet.T, 0.05);
  EXPECT_NEAR(out.m_evaporation, out.m_air * (W - outdoor.W), 0.01 * out.m_evaporation);
  // 1.48 L for each kWh that leaves as vapour: between 0.75 and 1.1 of the heat in summer.
  const double per_kWh = out.m_evaporation / out.Q_flow * 3.6e6;
  EXPECT_GT(per_kWh, 0.75 * 1.48);
  EXPECT_LT(per_kWh, 1.1 * 1.48);
}

TEST(CoolingTower, SteadyStateKeepsTheBasinAndClosesTheWater) {
  const Tower c = tower();
  const Across u = ports(c, 38.0, {101325.0, kelvin(32.0), 0.012});
  const State x = test::equilibrium(c, c.start(), u);
  const auto out = test::outputs_of(c, x, u);
  EXPECT_GT(out.level, 0.9);
  EXPECT_LT(out.level, 1.0);
  EXPECT_NEAR(x.m_flow - x.m_flow_out, out.m_evaporation + out.m_drift + out.m_blow_down - out.m_make_up, 1e-9);
  EXPECT_NEAR(out.m_blow_down + out.m_drift, out.m_evaporation / 3.0, 1e-9);
  EXPECT_NEAR(out.m_drift, 2e-5 * x.m_flow, 1e-9);
  EXPECT_LT(x.T_basin, x.T_water[2]) << "cold make-up";
  EXPECT_GT(x.T_basin, x.T_water[2] - 0.4);
  // The pressures at the ports are for nominal flow; the basin stands a little lower.
  EXPECT_NEAR(x.m_flow, 100.0, 0.05);
  EXPECT_NEAR(x.m_flow_out, 100.0, 5.0);
}

TEST(CoolingTower, FirstLawExact) {
  const Tower c = tower();
  for (double m_flow : {-50.0, 0.0, 1e-3, 30.0, 120.0})
    for (double m_out : {-20.0, 0.0, 100.0})
      for (double speed : {0.0, 0.4, 1.0})
        for (double mass : {0.0, 3000.0, 6000.0, 8000.0}) {
          Across u = ports(c, 37.0, {94.5e3, kelvin(30.0), 0.011});
          u.fan_speed = speed;
          const State x{kelvin(27.0), mass, {kelvin(33.0), kelvin(31.0), kelvin(29.0)}, m_flow, m_out};
          EXPECT_NEAR(energy_defect(c, x, u), 0.0, 1e-5) << m_flow << " " << m_out << " " << speed;
          const auto e = test::evaluate(c, x, u);
          EXPECT_NEAR(e.flow.inlet.m_flow + e.flow.outlet.m_flow + e.flow.air.mW_flow + c.mass_from_outside(x, u),
                      -e.residual.m_basin, 1e-9);
        }
}

TEST(CoolingTower, StoppedFansLeaveATenthOfTheAir) {
  const Tower c = tower();
  Across u = ports(c, 38.0, {101325.0, kelvin(26.0), 0.012});
  const auto full = test::outputs_of(c, fill_state(c, u, 100.0), u);
  u.on = 0.0;
  const auto off = test::outputs_of(c, fill_state(c, u, 100.0), u);
  EXPECT_EQ(off.P_fan, 0.0);
  EXPECT_NEAR(off.m_air, 0.1 * full.m_air, 1e-9);
  EXPECT_GT(off.Q_flow, 0.1 * full.Q_flow);
  EXPECT_LT(off.Q_flow, 0.3 * full.Q_flow);
  u.on = 1.0, u.fan_speed = 0.5;
  EXPECT_NEAR(test::outputs_of(c, fill_state(c, u, 100.0), u).P_fan, full.P_fan / 8.0, 1e-9 * full.P_fan);
}

TEST(CoolingTower, WarmHumidAirHeatsColdWater) {
  const Tower c = tower();
  const Across u = ports(c, 15.0, {101325.0, kelvin(32.0), 0.02});
  const State x = fill_state(c, u, 100.0);
  const auto out = test::outputs_of(c, x, u);
  EXPECT_GT(x.T_water[2], u.inlet.T);
  EXPECT_LT(out.m_evaporation, 0.0) << "vapour condenses on the water";
  EXPECT_EQ(out.m_blow_down, 0.0);
}

TEST(CoolingTower, BasinWithoutMakeUpRunsDryAndFullOverflows) {
  const Tower c = tower();
  Across u = ports(c, 38.0, {101325.0, kelvin(32.0), 0.012});
  u.make_up = 0.0;
  State x = fill_state(c, u, 100.0);
  EXPECT_GT(test::evaluate(c, x, u).residual.m_basin, 1.0) << "the content falls";
  EXPECT_EQ(test::outputs_of(c, x, u).basin_low, 0.0);
  x.m_basin *= 0.4;
  EXPECT_EQ(test::outputs_of(c, x, u).basin_low, 1.0);
  x.m_basin = 0.0;
  u.outlet.p = u.air.p - c.dp_outlet;
  EXPECT_LT(test::evaluate(c, x, u).residual.m_flow_out, 0.0) << "100 kg/s are far too much";
  x.m_flow_out = 0.3;
  EXPECT_GT(test::evaluate(c, x, u).residual.m_flow_out, 0.0);
  x.m_basin = 1.25 * c.V_basin * water().rho_ref;
  EXPECT_GT(test::outputs_of(c, x, u).m_overflow, 0.0);
  EXPECT_EQ(test::outputs_of(c, x, u).m_make_up, 0.0);
}

TEST(CoolingTower, NozzlesLetNothingBack) {
  const Tower c = tower();
  Across u = ports(c, 30.0, {101325.0, kelvin(20.0), 0.01});
  u.inlet.p = 1e5;
  const auto excess = [&](double m_flow) {
    State x = c.start();
    x.m_flow = m_flow;
    return test::evaluate(c, x, u).residual.m_flow;
  };
  EXPECT_LT(excess(0.0), 0.0);
  EXPECT_GT(excess(-2e-4 * c.m_flow_nominal), 0.0);
}

TEST(CoolingTower, AltitudeAndFouling) {
  const Tower c = tower();
  Across u = ports(c, 38.0, {101325.0, kelvin(30.0), 0.012});
  const auto sea = test::outputs_of(c, fill_state(c, u, 100.0), u);
  u.fouling = 0.2;
  EXPECT_LT(test::outputs_of(c, fill_state(c, u, 100.0), u).range, 0.97 * sea.range);
  u.fouling = 0.0;
  u.air.p = 84e3;
  const auto high = test::outputs_of(c, fill_state(c, u, 100.0), u);
  EXPECT_NEAR(high.m_air / sea.m_air, 84e3 / 101325.0, 1e-9);
  EXPECT_GT(high.range, sea.range) << "thin air takes up more vapour";
}

}  // namespace
}  // namespace wattloop
