#include "models/direct_on_line.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/component.h"

namespace wattloop {
namespace {

using test::evaluate;
using test::outputs_of;
using Wall = FanWallDirect<double>;
using Chiller = WaterCooledChillerDirect<double>;

constexpr double P_n = 20e3;        // W
constexpr double bearings = 0.005;  // of P_n

const Liquid& water() {
  static const Liquid liquid = make_liquid({});
  return liquid;
}

template <class C>
C wall() {
  C c = test::with_defaults<C>(&water());
  c.UA_nominal = 50e3, c.m_flow_nominal = 5.0, c.dp_nominal = 50e3, c.C_fluid = 1e6;
  c.m_air_nominal = 20.0, c.P_fan_nominal = P_n;
  return c;
}

/// A room of 30 degC; the input that stands where a drive is told its speed is the frequency.
FanWall<double>::Across<double> wall_ports(double V = 415.0, double frequency = 1.0) {
  return {{300e3, 291.15}, {250e3, 298.15}, {303.15}, {V, 0.0}, 1.0, frequency, 101325.0, 0.0};
}

/// The room's air over the 1.2 kg/m3 of the fans' rating.
double density_ratio() {
  return 1.0 / (1.2 * moist_air_volume(303.15, 0.008, 101325.0));
}

TEST(FansOnLine, TakeTheFrequencyWhereADriveTakesTheSpeed) {
  constexpr auto direct = Wall::fields();
  constexpr auto driven = FanWall<double>::fields();
  ASSERT_EQ(direct.ports.size(), driven.ports.size());
  for (std::size_t i = 0; i < driven.ports.size(); ++i)
    EXPECT_EQ(direct.ports[i].name, driven.ports[i].name == "fan_speed" ? "frequency" : driven.ports[i].name);
  EXPECT_EQ(direct.states[0].name, "speed_actual");
}

/// P_n/(V Z) with Z = R_1 + R_2 + jX beside X_m, and no air but the draught.
TEST(FansOnLine, StartWithTheirLockedRotorCurrent) {
  const Wall c = wall<Wall>();
  const double D = 0.04 * 0.04 + 0.19 * 0.19;
  const auto e = evaluate(c, {0.0, {300.0, 5.0}}, wall_ports());
  EXPECT_NEAR(e.flow.supply.I_re, P_n / 415.0 * 0.04 / D, 1e-9 * P_n);
  EXPECT_NEAR(e.flow.supply.I_im, -P_n / 415.0 * (0.19 / D + 1.0 / 3.0), 1e-9 * P_n);
  EXPECT_NEAR(-e.residual.speed, 0.02 / D, 1e-9) << "half the rated torque, all of it left to speed up";
  const auto out = outputs_of(c, {0.0, {300.0, 5.0}}, wall_ports());
  EXPECT_NEAR(out.m_air, density_ratio() * 20.0 * 0.02, 1e-9);
}

/// Without voltage: 2 H ds/dt = -r s^2 - b s, r the air's density over the rated one.
TEST(FansOnLine, CoastDownByTheClosedForm) {
  const Wall c = wall<Wall>();
  const double r = density_ratio();
  double s = 1.0, t = 0.0;
  for (const double step = 1e-3; t < 5.0; t += step) {
    const auto at = [&](double speed) {
      return -evaluate(c, {speed, {300.0, 5.0}}, wall_ports(0.0)).residual.speed / (2.0 * c.H);
    };
    const double middle = s + 0.5 * step * at(s);
    s += step * at(middle);
  }
  EXPECT_NEAR(s, bearings / ((r + bearings) * std::exp(bearings * t / (2.0 * c.H)) - r), 1e-5);
}

/// At rest the slip gives the torque r s^2 + b s.
TEST(FansOnLine, FollowTheFrequencyOfTheirBus) {
  const Wall c = wall<Wall>();
  for (const double f : {0.95, 1.0, 1.04}) {
    const auto runs_up = [&](double s) { return evaluate(c, {s, {300.0, 5.0}}, wall_ports(415.0, f)).residual.speed; };
    const double s = test::root_between(runs_up, f - 0.05, f - 1e-4), slip = f - s;
    const double torque = slip * 0.02 / (std::pow(0.02 * slip + f * 0.02, 2) + std::pow(0.19 * f * slip, 2));
    EXPECT_NEAR(torque, density_ratio() * s * s + bearings * s, 1e-5) << f;
    EXPECT_NEAR(slip, 0.02 * f * f, 0.003) << f;
  }
}

/// At a share s of the speed air and heat are those of fans on a drive told s, but for the motors' losses.
TEST(FansOnLine, MoveTheAirOfFansOnADrive) {
  const Wall direct = wall<Wall>();
  const FanWall<double> driven = wall<FanWall<double>>();
  for (const double s : {0.3, 0.8, 0.98}) {
    const auto a = outputs_of(direct, {s, {300.0, 5.0}}, wall_ports());
    const auto b = outputs_of(driven, {300.0, 5.0}, wall_ports(415.0, s));
    EXPECT_EQ(a.m_air, b.m_air);
    EXPECT_EQ(a.Q_flow, b.Q_flow);
  }
  // At rest the motor loses the slip's share and as much in its stator, and the bearings: 5 to 6 %.
  const auto runs_up = [&](double s) { return evaluate(direct, {s, {300.0, 5.0}}, wall_ports()).residual.speed; };
  const double s = test::root_between(runs_up, 0.95, 0.9999);
  const double loss = outputs_of(direct, {s, {300.0, 5.0}}, wall_ports()).P_fan /
                      outputs_of(driven, {300.0, 5.0}, wall_ports(415.0, s)).P_fan;
  EXPECT_GT(loss, 1.04);
  EXPECT_LT(loss, 1.06);
}

/// Half the voltage gives a quarter of the torque: fans fall to half their speed and draw 2.4 times the rated current.
TEST(FansOnLine, SlowDownAtLowVoltage) {
  const Wall c = wall<Wall>();
  const auto runs_up = [&](double s) { return evaluate(c, {s, {300.0, 5.0}}, wall_ports(0.5 * 415.0)).residual.speed; };
  const double s = test::root_between(runs_up, 0.3, 0.999), slip = 1.0 - s;
  EXPECT_NEAR(s, 0.51, 0.02);
  const double D = std::pow(0.02 * slip + 0.02, 2) + std::pow(0.19 * slip, 2);
  EXPECT_NEAR(0.25 * slip * 0.02 / D, density_ratio() * s * s + bearings * s, 1e-5);
  const auto slow = evaluate(c, {s, {300.0, 5.0}}, wall_ports(0.5 * 415.0)).flow.supply;
  EXPECT_NEAR(std::hypot(slow.I_re, slow.I_im) * 415.0 / P_n, 2.65, 0.05);
}

Chiller chiller() {
  Chiller c = test::with_defaults<Chiller>();
  c.chilled = c.condenser = &water();
  c.Q_nominal = 471e3, c.COP_nominal = 6.0;
  c.m_flow_nominal = 20.0, c.m_flow_nominal_condenser = 25.0;
  c.dp_nominal = c.dp_nominal_condenser = 50e3;
  c.C_fluid = c.C_condenser = 2e6;
  return c;
}
Chiller::Across<double> chiller_ports(double V = 415.0, double on = 1.0) {
  return {{{300e3, 284.15}, {250e3, 279.82}, {300e3, 299.15}, {250e3, 303.15}, {V, 0.0}, {300.0}, on, 279.82}, 1.0};
}
constexpr WaterCooledChiller<double>::State<double> chiller_state{279.82, 303.15, 20.0, 25.0};

/// Locked, the motor of P_n = eta_motor Q_nominal/COP_nominal takes its starting current; nothing is chilled.
TEST(ChillerOnLine, StartsUnloaded) {
  const Chiller c = chiller();
  const double P_motor = 0.94 * 471e3 / 6.0, D = 0.04 * 0.04 + 0.19 * 0.19;
  const auto e = evaluate(c, {0.0, chiller_state}, chiller_ports());
  EXPECT_NEAR(e.flow.supply.I_re, P_motor / 415.0 * 0.04 / D, 1e-9 * P_motor);
  EXPECT_NEAR(e.flow.supply.I_im, -P_motor / 415.0 * (0.19 / D + 1.0 / 3.0), 1e-9 * P_motor);
  for (const double s : {0.0, 0.4, 0.8}) EXPECT_EQ(outputs_of(c, {s, chiller_state}, chiller_ports()).Q_flow, 0.0);
  EXPECT_GT(outputs_of(c, {0.95, chiller_state}, chiller_ports()).Q_flow, 0.75 * 471e3);
}

/// At rest it chills as the machine on a drive does, and draws the curves' power within 3 %: at three quarters of its
/// load the motor loses less than the 6 % of eta_motor.
TEST(ChillerOnLine, ChillsLikeTheMachineOnADrive) {
  const Chiller c = chiller();
  const auto runs_up = [&](double s) { return evaluate(c, {s, chiller_state}, chiller_ports()).residual.speed; };
  const double s = test::root_between(runs_up, 0.95, 0.9999);
  const auto direct = outputs_of(c, {s, chiller_state}, chiller_ports());
  WaterCooledChiller<double>::Outputs<double> driven;
  static_cast<const WaterCooledChiller<double>&>(c).outputs(chiller_state, chiller_ports().machine, driven);
  EXPECT_EQ(direct.Q_flow, driven.Q_flow);
  EXPECT_NEAR(direct.P_el, driven.P_el, 0.03 * driven.P_el);
}

/// Switched off it coasts unloaded: 2 H ds/dt = -k s^2 - b s with k the idle torque.
TEST(ChillerOnLine, CoastsDownUnloaded) {
  const Chiller c = chiller();
  constexpr double k = 0.15;
  double s = 0.8, t = 0.0;
  for (const double step = 1e-3; t < 5.0; t += step) {
    const auto at = [&](double speed) {
      return -evaluate(c, {speed, chiller_state}, chiller_ports(415.0, 0.0)).residual.speed / (2.0 * c.H);
    };
    const double middle = s + 0.5 * step * at(s);
    s += step * at(middle);
  }
  EXPECT_NEAR(s, bearings / ((k + bearings / 0.8) * std::exp(bearings * t / (2.0 * c.H)) - k), 1e-5);
}

}  // namespace
}  // namespace wattloop
