#include "models/pump.h"

#include <gtest/gtest.h>

#include "tests/support/component.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

using test::evaluate;
using test::outputs_of;
using X = Pump<double>;

constexpr double rho = 1000.0;  // kg/m3
constexpr double g = 9.80665;   // m/s2
const Liquid liquid = test::constant_liquid(rho, 4000.0);

/// A 400 V supply; suction at 300 kPa and 45 degC, discharge dp above it.
X::Across<double> ports(double dp, double V = 400.0) {
  return {{3e5, 318.15}, {3e5 + dp, 318.15}, {V, 0.0}, {300.0}, 1.0, 1.0, 1.0};
}

/// H = 40 s^2 - 8000 Q^2 m.
X quadratic_pump() {
  X p = test::with_defaults<X>(&liquid);
  p.m_flow_nominal = 0.04 * rho;
  p.dp_shutoff = rho * g * 40.0;
  p.dp_nominal = rho * g * (40.0 - 8000.0 * 0.04 * 0.04);
  return p;
}

X cdu_pump() {
  X p = test::with_defaults<X>(&liquid);
  p.m_flow_nominal = 36.0;
  p.dp_nominal = 250e3;
  p.dp_shutoff = 325e3;
  return p;
}

double rise_residual(const X& p, double speed, double m_flow, double dp) {
  return evaluate(p, {speed, m_flow}, ports(dp)).residual.m_flow;
}

TEST(Pump, MeetsASystemWhereTheClosedFormSays) {
  const X p = quadratic_pump();
  for (const auto& row : test::read_table("pump_system/operating_points.csv")) {
    const double static_head = row[0], speed = row[1], n = row[2], expected = row[3];
    const auto defect = [&](double Q) {
      return rise_residual(p, speed, rho * Q / n, rho * g * (static_head + 12000.0 * Q * Q));
    };
    EXPECT_NEAR(test::root_between(defect, -0.01, 0.2), expected, 2e-7 * expected + 1e-8) << "s = " << speed;
  }
}

TEST(Pump, TooSlowForTheStaticHeadItLeaksAtMostItsLeakage) {
  const X p = quadratic_pump();
  for (double speed : {0.35, 0.2, 0.0}) {
    const double m =
        test::root_between([&](double flow) { return rise_residual(p, speed, flow, rho * g * 5.0); }, -100.0, 100.0);
    EXPECT_LT(m, 0.0);
    EXPECT_GT(m, -p.leakage * p.m_flow_nominal);
  }
}

TEST(Pump, FollowsTheAffinityLawsLikeTheCatalogue) {
  for (const auto& row : test::read_table("pump_affinity/wilo_il80_220.csv")) {
    X p = test::with_defaults<X>(&liquid);
    p.m_flow_nominal = rho * row[0];
    p.dp_nominal = row[1];
    p.dp_shutoff = 169e3;
    p.eta_drive = 0.9;
    p.eta_nominal = row[3] / p.eta_drive;
    const X::State<double> full{1.0, p.m_flow_nominal}, slow{0.7, rho * row[4]};
    const double dp_full = -rise_residual(p, 1.0, full.m_flow, 0.0);
    const double dp_slow = -rise_residual(p, 0.7, slow.m_flow, 0.0);
    EXPECT_NEAR(dp_full, row[1], 1e-6 * row[1]);
    EXPECT_NEAR(dp_slow, row[5], 3e-4 * row[5]);  // the table's flow has four digits
    EXPECT_NEAR(outputs_of(p, full, ports(dp_full)).P_el, row[2], 1e-3 * row[2]);
    EXPECT_NEAR(outputs_of(p, slow, ports(dp_slow)).P_el, row[6], 1e-3 * row[6]);
    const double exact = evaluate(p, {0.7, 0.7 * p.m_flow_nominal}, ports(0.49 * row[1])).residual.m_flow;
    EXPECT_NEAR(exact, 0.0, 1e-6 * row[1]);
  }
}

TEST(Pump, TakesTheCatalogueCurveFromThreeFigures) {
  X p = test::with_defaults<X>(&liquid);
  p.m_flow_nominal = rho * 0.024837;
  p.dp_nominal = 108468.2;
  p.dp_shutoff = 172e3;
  p.best_point = 0.021429 / 0.024837;
  p.eta_nominal = 0.7661 / p.eta_drive;
  for (const auto& row : test::read_table("pump_affinity/wilo_il80_220.csv")) {
    const double dp = -rise_residual(p, 1.0, rho * row[0], 0.0);
    EXPECT_NEAR(dp, row[1], 0.04 * row[1]);
    if (row[0] > 0.011) {
      EXPECT_NEAR(outputs_of(p, {1.0, rho * row[0]}, ports(row[1])).efficiency, row[3], 0.07) << row[0];
    }
  }
}

TEST(Pump, NominalPointOfACdu) {
  const X p = cdu_pump();
  const auto out = outputs_of(p, {1.0, 36.0}, ports(250e3));
  EXPECT_NEAR(out.efficiency, 0.72, 1e-5);
  EXPECT_NEAR(out.P_el, 36.0 / rho * 250e3 / 0.72, 0.2);
  EXPECT_NEAR(rise_residual(p, 1.0, 36.0, 250e3), 0.0, 0.01);
}

TEST(Pump, ElectricalPowerBecomesFlowWorkHeatInTheLiquidAndHeatInTheRoom) {
  X p = cdu_pump();
  for (double share : {0.0, 0.4, 1.0}) {
    p.loss_to_liquid = share;
    for (double m : {36.0, 5.0, 0.0, -0.01}) {
      const auto u = ports(260e3);
      const auto f = evaluate(p, {0.9, m}, u).flow;
      const double P = ac_power(u.electric, f.electric);
      EXPECT_GT(P, 0.0);
      EXPECT_NEAR(f.inlet.H_flow + f.outlet.H_flow + P + f.room.Q_flow, 0.0, 1e-9 * 36.0 * 4000.0);
    }
    const auto f = evaluate(p, {1.0, 36.0}, ports(250e3)).flow;
    const double P = outputs_of(p, {1.0, 36.0}, ports(250e3)).P_el;
    EXPECT_NEAR(-f.room.Q_flow, (1.0 - p.eta_drive) * (1.0 - share) * P, 2e-6 * P);
  }
}

TEST(Pump, ReactivePowerFollowsThePowerFactor) {
  const X p = cdu_pump();
  const auto u = ports(250e3);
  const auto f = evaluate(p, {1.0, 36.0}, u).flow;
  const double P = ac_power(u.electric, f.electric);
  const double Q = u.electric.V_im * f.electric.I_re - u.electric.V_re * f.electric.I_im;
  EXPECT_NEAR(P / std::hypot(P, Q), 0.98, 1e-9);
}

TEST(Pump, ShutOffTakesLittlePowerAndStandingNone) {
  const X p = cdu_pump();
  const double nominal = outputs_of(p, {1.0, 36.0}, ports(250e3)).P_el;
  const double shut = outputs_of(p, {1.0, 0.0}, ports(325e3)).P_el;
  EXPECT_GT(shut, 0.3 * nominal);
  EXPECT_LT(shut, 0.8 * nominal);
  EXPECT_EQ(outputs_of(p, {0.0, 0.0}, ports(0.0)).P_el, 0.0);
  EXPECT_EQ(outputs_of(p, {0.0, 20.0}, ports(0.0)).P_el, 0.0);
}

TEST(Pump, StandingItIsALossForForwardFlow) {
  const X p = cdu_pump();
  const double m = test::root_between([&](double flow) { return rise_residual(p, 0.0, flow, -75e3); }, -100.0, 100.0);
  EXPECT_NEAR(m, 36.0, 1e-3);  // dp_shutoff - dp_nominal at the nominal flow
  EXPECT_NEAR(test::root_between([&](double flow) { return rise_residual(p, 0.0, flow, 0.0); }, -100.0, 100.0), 0.0,
              1e-9);
}

TEST(Pump, SpeedFollowsInTheDrivesTimeAndDropsWithTheVoltage) {
  const X p = cdu_pump();
  auto u = ports(250e3);
  u.speed = 0.8;
  X::State<double> dx{};
  EXPECT_NEAR(evaluate(p, {0.5, 36.0}, u, dx).residual.speed, -0.3, 1e-12);
  u.on = 0.0;
  EXPECT_NEAR(evaluate(p, {0.5, 36.0}, u, dx).residual.speed, 0.5, 1e-12);
  u.on = 1.0;
  u.electric.V_re = 200.0;
  EXPECT_NEAR(evaluate(p, {0.5, 36.0}, u, dx).residual.speed, 0.5, 1e-12);
  EXPECT_EQ(outputs_of(p, {1.0, 36.0}, ports(250e3, 0.0)).P_el, 0.0);
}

TEST(Pump, FlagsLowSuctionAndARisingCurve) {
  X p = cdu_pump();
  auto u = ports(250e3);
  EXPECT_EQ(outputs_of(p, {1.0, 36.0}, u).suction_low, 0.0);
  u.inlet.p = 1.0e5;
  EXPECT_EQ(outputs_of(p, {1.0, 36.0}, u).suction_low, 1.0);
  EXPECT_EQ(p.check(), "");
  p.dp_shutoff = 200e3;
  EXPECT_NE(p.check(), "");
}

TEST(Pump, SuctionHead) {
  X p = cdu_pump();
  const Liquid water = make_liquid({});
  p.liquid = &water;
  auto u = ports(250e3);
  u.inlet = {1.5e5, 353.15};
  const auto out = outputs_of(p, {1.0, 36.0}, u);
  // 80 degC: 47.41 kPa (IAPWS-IF97 47.415); rho_ref 992.3.
  EXPECT_NEAR(out.NPSH, (1.5e5 - 47415.0) / (water.rho_ref * g), 1e-3);
  EXPECT_NEAR(out.NPSH_required, 3.0, 1e-12);
  EXPECT_NEAR(outputs_of(p, {0.5, 18.0}, u).NPSH_required, 0.75, 1e-12) << "affinity: with the square of the speed";
  EXPECT_EQ(out.cavitation + out.boiling + out.below_atmosphere, 0.0);
  u.inlet.p = 70e3;  // 2.3 m above the vapour pressure
  const auto low = outputs_of(p, {1.0, 36.0}, u);
  EXPECT_EQ(low.cavitation, 1.0);
  EXPECT_EQ(low.boiling, 0.0);
  EXPECT_EQ(low.below_atmosphere, 1.0);
  EXPECT_EQ(outputs_of(p, {0.0, 0.0}, u).cavitation, 0.0) << "standing it needs nothing";
  u.inlet.p = 47e3;
  EXPECT_EQ(outputs_of(p, {0.0, 0.0}, u).boiling, 1.0);
}

/// A motor without drive at its bus.
X direct_pump() {
  X p = cdu_pump();
  p.starter = 1.0;
  p.V_motor = 400.0;
  return p;
}

/// P_n/(V Z) with Z = R_1 + R_2 + jX beside X_m.
TEST(DirectMotor, StartsWithItsLockedRotorCurrent) {
  const X p = direct_pump();
  const double P_n = 36.0 * 250e3 / (rho * p.eta_nominal), D = 0.04 * 0.04 + 0.19 * 0.19;
  const auto e = evaluate(p, {0.0, 0.0}, ports(0.0));
  EXPECT_NEAR(e.flow.electric.I_re, P_n / 400.0 * 0.04 / D, 1e-9 * P_n);
  EXPECT_NEAR(e.flow.electric.I_im, -P_n / 400.0 * (0.19 / D + 1.0 / 3.0), 1e-9 * P_n);
  EXPECT_NEAR(std::hypot(e.flow.electric.I_re, e.flow.electric.I_im) * 400.0 / P_n, 5.5, 0.2);
}

/// Without voltage: 2 H ds/dt = -s^2 - f s where the flow goes with the speed; s = 1/(1 + t/(2H)) without bearings (f).
TEST(DirectMotor, CoastsDownByTheClosedForm) {
  const X p = direct_pump();
  constexpr double f = 0.005;
  const auto slows_down = [&](double s) { return evaluate(p, {s, 36.0 * s}, ports(0.0, 0.0)).residual.speed; };
  EXPECT_NEAR(slows_down(1.0), 1.0 + f, 2e-4);  // the torque of the nominal point
  double s = 1.0, t = 0.0;
  for (const double step = 1e-4; t < 2.0; t += step) s -= step * slows_down(s) / (2.0 * p.H);
  EXPECT_NEAR(s, f / ((1.0 + f) * std::exp(f * t / (2.0 * p.H)) - 1.0), 5e-4);
}

/// P = T s + losses; what the shaft gives goes into the liquid, what is left speeds the masses up.
TEST(DirectMotor, ClosesItsBalance) {
  const X p = direct_pump();
  for (const double s : {0.2, 0.7, 0.97}) {
    const auto u = ports(250e3 * s * s);
    const auto e = evaluate(p, {s, 36.0 * s}, u);
    const double P_n = 36.0 * 250e3 / (rho * p.eta_nominal);
    const double P_el = 400.0 * e.flow.electric.I_re, speeds_up = -e.residual.speed * s * P_n;
    const double liquid_heat = e.flow.inlet.H_flow + e.flow.outlet.H_flow;  // leaves with the flow: negative
    EXPECT_NEAR(P_el + liquid_heat + e.flow.room.Q_flow - speeds_up, 0.0, 1e-9 * P_el) << s;
  }
}

/// At rest the motor turns at f - g with the slip that its load asks for; behind a drive the bus does not matter.
TEST(DirectMotor, FollowsTheFrequencyOfItsBus) {
  const X p = direct_pump();
  for (const double f : {0.95, 1.0, 1.04}) {
    auto u = ports(0.0);
    u.frequency = f;
    const auto runs_up = [&](double s) {
      u.outlet.p = u.inlet.p + 250e3 * s * s;
      return evaluate(p, {s, 36.0 * s}, u).residual.speed;
    };
    const double s = test::root_between(runs_up, f - 0.05, f - 1e-4), slip = f - s;
    const double torque = s * s + 0.005 * s;  // of the pump, and of the bearings
    EXPECT_NEAR(slip * 0.02 / (std::pow(0.02 * slip + f * 0.02, 2) + std::pow(0.19 * f * slip, 2)), torque, 2e-3) << f;
  }
  const X driven = cdu_pump();
  auto u = ports(250e3);
  const double before = outputs_of(driven, {1.0, 36.0}, u).P_el;
  u.frequency = 0.95;
  EXPECT_EQ(outputs_of(driven, {1.0, 36.0}, u).P_el, before);
  EXPECT_EQ(evaluate(driven, {1.0, 36.0}, u).residual.speed,
            evaluate(driven, {1.0, 36.0}, ports(250e3)).residual.speed);
}

}  // namespace
}  // namespace wattloop
