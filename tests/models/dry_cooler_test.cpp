#include "models/dry_cooler.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/csv.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Cooler = DryCooler<double>;
using State = Cooler::State<double>;
using Across = Cooler::Across<double>;

constexpr double p_site = 94.5e3;   // Pa, 595 m
constexpr double rho_1_2 = 1.2;     // kg/m3
constexpr double dp_fan = 100.0;    // Pa
constexpr double eta_fan = 0.55;    // fan, motor and drive
constexpr double Q_rated = 1.69e6;  // W, one of 96 coolers of 162 MW

double kelvin(double celsius) {
  return celsius + 273.15;
}

const Liquid& glycol() {
  static const Liquid liquid = make_liquid({LiquidKind::propylene_glycol, 0.4, FractionBasis::mass, 3e5});
  return liquid;
}

AirPort<double> air(double T_db, double W = 0.0) {
  return {p_site, kelvin(T_db), W};
}

/// A cooler for 54.3 -> 40 degC with dry air of 28 degC that warms by 12 K at the site's pressure.
Cooler rated_cooler() {
  auto c = test::with_defaults<DryCooler>();
  c.liquid = &glycol();
  c.m_flow_nominal = Q_rated / (glycol().enthalpy(kelvin(54.3)) - glycol().enthalpy(kelvin(40.0)));
  c.dp_nominal = 80e3;
  const double m_air = Q_rated / (air::cp_dry * 12.0);
  const double rho_site = 1.0 / moist_air_volume(kelvin(28.0), 0.0, p_site);
  c.m_air_nominal = m_air * rho_1_2 / rho_site;
  c.P_fan_nominal = c.m_air_nominal / rho_1_2 * dp_fan / eta_fan;
  const double C_liquid = c.m_flow_nominal * glycol().cp(kelvin(0.5 * (54.3 + 40.0)));
  c.C_fluid = 3e6;
  c.C_coil = 1e6;
  c.dT_recirculation = 0.0;
  // Nominal air flow is that at rho_nominal: UA at nominal is a little above UA at the rating's thinner air.
  const double UA_rated = crossflow_UA(Q_rated / (54.3 - 28.0), C_liquid, m_air * air::cp_dry);
  c.UA_nominal = UA_rated * (0.75 * std::pow(c.m_air_nominal / m_air, 0.68) + 0.25);
  return c;
}

Across ports(const Cooler& c, const AirPort<double>& outdoor) {
  return {{300e3 + c.dp_nominal, kelvin(54.3)}, {300e3, kelvin(40.0)}, outdoor, {415.0, 0.0}, 1.0, 1.0, 0.0, 0.0};
}

/// The steady state at given ports.
State steady(const Cooler& c, const Across& u) {
  const auto solution = test::solve<2>(
      [&](const std::array<Dual<2>, 2>& y) {
        Cooler::Across<Dual<2>> v{{u.inlet.p, u.inlet.T},
                                  {u.outlet.p, u.outlet.T},
                                  {u.air.p, u.air.T, u.air.W},
                                  {u.supply.V_re, u.supply.V_im},
                                  u.on,
                                  u.fan_speed,
                                  u.pads,
                                  u.fouling};
        const auto e = test::evaluate<Dual<2>>(c, {y[0], Dual<2>(u.pads), y[1]}, v);
        return std::array<Dual<2>, 2>{e.residual.T_fluid, e.residual.m_flow};
      },
      std::array<double, 2>{320.0, c.m_flow_nominal});
  return {solution[0], u.pads, solution[1]};
}

/// Energy into the ports and from outside less what is stored, W.
double energy_defect(const Cooler& c, const State& x, const Across& u) {
  const auto e = test::evaluate<double>(c, x, u);
  return e.flow.inlet.H_flow + e.flow.outlet.H_flow + e.flow.air.H_flow + ac_power(u.supply, e.flow.supply) +
         c.energy_from_outside(x, u) + e.residual.T_fluid;
}

TEST(DryCooler, MeetsItsRating) {
  const Cooler c = rated_cooler();
  const Across u = ports(c, air(28.0));
  const State x = steady(c, u);
  const auto out = test::outputs(c, x, u);
  EXPECT_NEAR(x.m_flow, c.m_flow_nominal, 5e-4 * c.m_flow_nominal) << "friction is rounded near zero flow";
  EXPECT_NEAR(x.T_fluid, kelvin(40.0), 0.02);
  EXPECT_NEAR(out.Q_flow, Q_rated, 1e-3 * Q_rated);
  EXPECT_NEAR(out.T_air_out - out.T_air_in, 12.0 + out.P_fan / (out.m_air * air::cp_dry), 0.02);
  EXPECT_NEAR(out.approach, 12.0, 0.02);
}

TEST(DryCooler, FansDraw14kWPerMegawattAtAltitude) {
  // 100 Pa, 55 %, 12 K of air rise at 595 m.
  Cooler c = rated_cooler();
  const double rho = 1.0 / moist_air_volume(kelvin(37.2), 0.012, p_site);
  c.m_air_nominal = 1e6 / (moist_air_cp(0.012) * 12.0) * rho_1_2 / rho;
  c.P_fan_nominal = c.m_air_nominal / rho_1_2 * dp_fan / eta_fan * rho_1_2 / rho;
  const auto out = test::outputs(c, {320.0, 0.0, c.m_flow_nominal}, ports(c, air(37.2, 0.012)));
  EXPECT_NEAR(out.P_fan, 14e3, 0.3e3);
}

TEST(DryCooler, ExactCrossflowWhateverTheFlow) {
  const Cooler c = rated_cooler();
  for (double share : {0.2, 0.5, 1.0, 1.3}) {
    Across u = ports(c, air(20.0));
    u.inlet.p = u.outlet.p + c.dp_nominal * std::pow(share, 1.8);
    u.fan_speed = 0.8;
    const State x = steady(c, u);
    const auto out = test::outputs(c, x, u);
    const double UA = c.UA_nominal / (0.75 * std::pow(out.m_air / c.m_air_nominal, -0.68) +
                                      0.25 * std::pow(x.m_flow / c.m_flow_nominal, -0.8));
    const double K =
        crossflow_conductance(UA, x.m_flow * glycol().cp(0.5 * (u.inlet.T + x.T_fluid)), out.m_air * air::cp_dry);
    EXPECT_NEAR(out.Q_flow, K * (u.inlet.T - u.air.T), 3e-3 * out.Q_flow) << "exponents level off at small flow";
    // The pressure lost heats the liquid.
    EXPECT_NEAR(x.m_flow * (glycol().enthalpy(u.inlet.T) - glycol().enthalpy(x.T_fluid) +
                            (u.inlet.p - u.outlet.p) / glycol().rho_ref),
                out.Q_flow, 1e-5 * out.Q_flow);
  }
}

TEST(DryCooler, FirstLawExact) {
  Cooler c = rated_cooler();
  c.dT_recirculation = 1.5;
  c.drift = 0.02;
  Across u = ports(c, air(37.2, 0.011));
  for (double pads : {0.0, 0.4, 1.0})
    for (double m_flow : {-30.0, -1.0, 0.0, 0.5, 35.0})
      for (double speed : {0.0, 0.3, 1.0}) {
        u.pads = pads;
        u.fan_speed = speed;
        const State x{kelvin(43.0), pads, m_flow};
        EXPECT_NEAR(energy_defect(c, x, u), 0.0, 1e-8 * Q_rated) << pads << " " << m_flow << " " << speed;
        const auto e = test::evaluate<double>(c, x, u);
        EXPECT_EQ(e.flow.air.m_flow, 0.0);
        EXPECT_NEAR(e.flow.air.mW_flow + c.mass_from_outside(x, u), 0.0, 1e-12);
        EXPECT_EQ(e.flow.inlet.m_flow + e.flow.outlet.m_flow, 0.0);
      }
}

TEST(DryCooler, PadsOnDesignAndRecordDay) {
  const double m_air_site = 160e6 / (1010.0 * 12.0);  // kg/s, as in the hand calculation
  for (const auto& row : test::read_table("adiabatic_pads/childress.csv")) {
    const double T_db = kelvin(row[0]);
    const double W = row[1] == 0.0 ? humidity_ratio_from_wet_bulb(T_db, kelvin(row[2]), p_site)
                                   : humidity_ratio_from_dew_point(kelvin(row[2]), p_site);
    Cooler c = rated_cooler();
    Across u = ports(c, {p_site, T_db, W});
    u.pads = 1.0;
    const State x{kelvin(40.0), u.pads, c.m_flow_nominal};
    const auto out = test::outputs(c, x, u);
    EXPECT_NEAR(out.T_air_in, kelvin(row[3]), row[5]);
    const double water = out.m_evaporation / out.m_air * m_air_site * 3.6;  // m3/h
    EXPECT_NEAR(water, row[4], row[6]) << row[0];
  }
}

TEST(DryCooler, PadsAreAdiabatic) {
  Cooler c = rated_cooler();
  Across u = ports(c, air(37.2, 0.011));
  u.pads = 1.0;
  const auto out = test::outputs(c, {kelvin(40.0), u.pads, c.m_flow_nominal}, u);
  const double dW = out.m_evaporation / out.m_air;
  EXPECT_NEAR(moist_air_enthalpy(out.T_air_in, 0.011 + dW),
              moist_air_enthalpy(u.air.T, 0.011) + dW * 4186.0 * (c.T_make_up - 273.15), 1e-6);
  u.pads = 0.5;
  const auto half = test::outputs(c, {kelvin(40.0), u.pads, c.m_flow_nominal}, u);
  EXPECT_NEAR(u.air.T - half.T_air_in, 0.5 * (u.air.T - out.T_air_in), 1e-9);
}

TEST(DryCooler, WaterBalance) {
  Cooler c = rated_cooler();
  c.cycles = 4.0;
  c.drift = 0.01;
  Across u = ports(c, air(37.2, 0.011));
  u.pads = 1.0;
  const auto out = test::outputs(c, {kelvin(40.0), u.pads, c.m_flow_nominal}, u);
  EXPECT_NEAR(out.m_blow_down, out.m_evaporation / 3.0, 1e-12);
  EXPECT_NEAR(out.m_make_up, out.m_evaporation * (4.0 / 3.0 + 0.01), 1e-12);
  u.pads = 0.0;
  EXPECT_EQ(test::outputs(c, {kelvin(40.0), u.pads, c.m_flow_nominal}, u).m_make_up, 0.0);
}

TEST(DryCooler, RecirculationFollowsTheAirRise) {
  Cooler c = rated_cooler();
  const Across u = ports(c, air(28.0));
  const double without = test::outputs(c, steady(c, u), u).Q_flow;
  c.dT_recirculation = 1.5;
  for (double T_liquid : {54.3, 40.0, 28.0}) {
    Across v = u;
    v.inlet.T = kelvin(T_liquid);
    const State x = steady(c, v);
    const auto out = test::outputs(c, x, v);
    EXPECT_NEAR(out.T_air_in - v.air.T, 1.5 / 12.0 * (out.T_air_out - out.T_air_in), 1e-9);
    EXPECT_NEAR(energy_defect(c, x, v), 0.0, 1e-8 * Q_rated);
    if (T_liquid == 54.3) {
      EXPECT_NEAR(out.Q_flow, without * (1.0 - 1.5 / (54.3 - 28.0)), 0.01 * without);
    }
  }
}

TEST(DryCooler, AltitudeDeratesAirAndFanPower) {
  const Cooler c = rated_cooler();
  Across u = ports(c, air(28.0));
  const State x{kelvin(40.0), u.pads, c.m_flow_nominal};
  const auto site = test::outputs(c, x, u);
  u.air.p = air::p_sea_level;
  const auto sea = test::outputs(c, x, u);
  EXPECT_NEAR(site.m_air / sea.m_air, p_site / air::p_sea_level, 1e-9);
  EXPECT_NEAR(site.P_fan / sea.P_fan, p_site / air::p_sea_level, 1e-9);
  EXPECT_LT(site.Q_flow, 0.98 * sea.Q_flow);
}

TEST(DryCooler, CubeLawAndStoppedFans) {
  const Cooler c = rated_cooler();
  Across u = ports(c, air(28.0));
  const State x{kelvin(40.0), u.pads, c.m_flow_nominal};
  const auto full = test::outputs(c, x, u);
  u.fan_speed = 0.5;
  const auto half = test::outputs(c, x, u);
  EXPECT_NEAR(half.P_fan, full.P_fan / 8.0, 1e-9 * full.P_fan);
  EXPECT_NEAR(half.m_air, 0.5 * full.m_air, 2e-3 * full.m_air);
  u.on = 0.0;
  const auto off = test::outputs(c, x, u);
  EXPECT_EQ(off.P_fan, 0.0);
  EXPECT_NEAR(off.m_air, 0.03 * full.m_air, 1e-9);
  EXPECT_GT(off.Q_flow, 0.0);
  EXPECT_LT(off.Q_flow, 0.08 * full.Q_flow);
  u.on = u.fan_speed = 1.0;
  u.supply = {0.0, 0.0};
  const auto dead = test::outputs(c, x, u);
  EXPECT_EQ(dead.P_fan, 0.0);
  EXPECT_NEAR(dead.m_air, off.m_air, 1e-9) << "no voltage, no fans";
}

TEST(DryCooler, FoulingLowersTheHeat) {
  const Cooler c = rated_cooler();
  Across u = ports(c, air(28.0));
  const double clean = test::outputs(c, steady(c, u), u).Q_flow;
  u.fouling = 0.2;
  EXPECT_LT(test::outputs(c, steady(c, u), u).Q_flow, 0.97 * clean);
}

TEST(DryCooler, StoppedLiquidCoolsToTheAirAndFreezes) {
  const Cooler c = rated_cooler();
  Across u = ports(c, air(-15.0));
  u.inlet.p = u.outlet.p;
  const auto heat = [&](double T) { return test::outputs(c, State{kelvin(T), 0.0, 0.0}, u).Q_flow; };
  EXPECT_GT(heat(20.0), 0.0);
  u.fan_speed = 0.0;
  EXPECT_NEAR(heat(-15.0), 0.0, 1e-3);
  EXPECT_LT(heat(-20.0), 0.0);
  const double T_freeze = glycol().T_freeze - 273.15;  // about -20.6 degC
  EXPECT_EQ(test::outputs(c, {kelvin(T_freeze + 2.9), 0.0, 0.0}, u).freeze_alarm, 1.0);
  EXPECT_EQ(test::outputs(c, {kelvin(T_freeze + 3.1), 0.0, 0.0}, u).freeze_alarm, 0.0);
}

TEST(DryCooler, FiniteForAnyState) {
  const Cooler c = rated_cooler();
  for (double T : {1.0, 150.0, 400.0, 2000.0})
    for (double W : {-0.1, 0.0, 0.5})
      for (double p : {-1e5, 0.0, 1e6})
        for (double m : {-500.0, 0.0, 500.0}) {
          Cooler::Across<Dual<2>> u{};
          u.inlet = {3e5, 250.0};
          u.outlet = {3e5, 450.0};
          u.air = {p, Dual<2>::variable(T, 0), W};
          u.on = u.fan_speed = u.pads = 1.0;
          const auto e = test::evaluate<Dual<2>>(c, {300.0, 1.0, Dual<2>::variable(m, 1)}, u);
          EXPECT_TRUE(std::isfinite(e.residual.T_fluid.value)) << T << " " << W << " " << p << " " << m;
          for (double d : e.residual.T_fluid.derivative) EXPECT_TRUE(std::isfinite(d)) << T << " " << W << " " << p;
        }
}

TEST(Ambient, HoldsTheWeather) {
  const auto c = test::with_defaults<Ambient>();
  const double W = humidity_ratio_from_wet_bulb(kelvin(37.2), kelvin(22.0), p_site);
  const Ambient<>::Across<double> u{{p_site, kelvin(37.2), W}, kelvin(37.2), W, p_site};
  const Ambient<>::State<double> x{0.0, 5e6, 0.2};
  const auto e = test::evaluate<double>(c, x, u);
  EXPECT_EQ(e.residual.m_flow, 0.0);
  EXPECT_EQ(e.residual.H_flow, 0.0);
  EXPECT_EQ(e.residual.mW_flow, 0.0);
  EXPECT_EQ(e.flow.air.H_flow + c.energy_from_outside(x, u), 0.0);
  EXPECT_EQ(e.flow.air.m_flow + e.flow.air.mW_flow + c.mass_from_outside(x, u), 0.0);
  const auto out = test::outputs(c, x, u);
  EXPECT_NEAR(out.T_wb, kelvin(22.0), 1e-6);
  EXPECT_NEAR(out.RH, relative_humidity(kelvin(37.2), W, p_site), 1e-9);
  EXPECT_NEAR(out.rho, 1.05, 0.01);
}

TEST(Ambient, WetBulbOfSaturatedAirIsTheDryBulb) {
  for (double T : {-15.0, 5.0, 30.0}) {
    const double W_s = saturated_humidity_ratio_over_water(kelvin(T), p_site);
    EXPECT_NEAR(outdoor_wet_bulb(air(T, W_s)), kelvin(T), 2e-3);
    EXPECT_NEAR(outdoor_wet_bulb(air(T, 2.0 * W_s)), kelvin(T), 2e-3) << "fog";
  }
}

}  // namespace
}  // namespace wattloop
