#include "models/ups.h"

#include <gtest/gtest.h>

#include "models/loads.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Supply = Ups<double>;
constexpr HeatPort<double> room{300.0};

Supply one_megawatt() {
  Supply ups = test::with_defaults<Ups>();
  ups.P_rated = 1e6;
  return ups;
}

struct Point {
  Supply::State<double> x;
  Supply::Across<double> u;
};

/// The operating point with a load that asks for `power`; its voltage is the source's, hence explicit.
Point loaded(const Supply& ups, double power, double V_in, double on = 1.0, double eco = 0.0, double walk = 1.0,
             double soc = 1.0) {
  Point p{{walk, soc, 300.0, 0.0, 0.0, 0.0}, {{0.0, V_in}, {0.0, 0.0}, room, on, eco, 1.0}};
  p.u.outlet.V_re = -test::evaluate<double>(ups, p.x, p.u).residual.I_re;
  const auto load = test::with_defaults<AcLoad>();
  const auto I = test::evaluate<double>(load, {}, {p.u.outlet, room, power}).flow.supply;
  p.x.I_re = I.I_re, p.x.I_im = I.I_im;
  return p;
}

Supply with_battery() {
  Supply ups = one_megawatt();
  ups.battery = 1.0;
  return ups;
}

TEST(Ups, HasThePublishedEfficiencies) {
  const Supply ups = one_megawatt();
  const std::array<std::array<double, 3>, 4> table = {
      {{0.25, 0.970, 0.984}, {0.50, 0.973, 0.990}, {0.75, 0.970, 0.992}, {1.00, 0.964, 0.992}}};
  for (const auto& [load, eta, eco_eta] : table) {
    const Point p = loaded(ups, load * 1e6, 415.0), q = loaded(ups, load * 1e6, 415.0, 1.0, 1.0);
    EXPECT_NEAR(test::outputs(ups, p.x, p.u).efficiency, eta, 1e-11);
    EXPECT_NEAR(test::outputs(ups, q.x, q.u).efficiency, eco_eta, 1e-11);
    EXPECT_NEAR(test::outputs(ups, p.x, p.u).loading, load, 1e-12);
  }
}

TEST(Ups, LossRisesWithLoadFromItsNoLoadValue) {
  const Supply ups = one_megawatt();
  const Point idle = loaded(ups, 0.0, 415.0);
  double before = test::outputs(ups, idle.x, idle.u).loss;
  EXPECT_NEAR(before, 3.12e3, 10.0);  // the cubic through the four points, at zero
  for (double power = 2e4; power <= 1.2e6; power += 2e4) {
    const Point p = loaded(ups, power, 415.0);
    const double loss = test::outputs(ups, p.x, p.u).loss;
    EXPECT_GT(loss, before);
    before = loss;
  }
}

TEST(Ups, HoldsItsVoltageWhateverTheInput) {
  const Supply ups = one_megawatt();
  for (double V_in : {353.0, 380.0, 415.0, 450.0}) {
    const Point p = loaded(ups, 8e5, V_in);
    EXPECT_EQ(p.u.outlet.V_re, 415.0);
    EXPECT_EQ(test::outputs(ups, p.x, p.u).derating, 0.0);
  }
}

TEST(Ups, InputPowerIsOutputAndLossAtAnyVoltage) {
  const Supply ups = one_megawatt();
  double before = -1.0;
  for (double V_in = 0.0; V_in <= 460.0; V_in += 2.5) {
    const Point p = loaded(ups, 9e5, V_in);
    const auto e = test::evaluate<double>(ups, p.x, p.u);
    const double P_in = ac_power(p.u.inlet, e.flow.inlet), P_out = -ac_power(p.u.outlet, e.flow.outlet);
    EXPECT_EQ(e.residual.I_re, 0.0);
    EXPECT_NEAR(P_in, P_out - e.flow.room.Q_flow, 1e-9) << V_in;
    EXPECT_GE(P_out, before - 1e-9) << V_in;
    before = P_out;
    if (V_in <= 290.0) {
      EXPECT_EQ(P_in, 0.0);
      EXPECT_EQ(e.flow.room.Q_flow, 0.0);
    }
    if (P_in > 0.0) {
      EXPECT_NEAR(P_in / std::hypot(P_in, reactive_power(p.u.inlet, e.flow.inlet)), 0.99, 1e-12);
    }
  }
}

TEST(Ups, OffItDrawsNothing) {
  const Supply ups = one_megawatt();
  const Point p = loaded(ups, 9e5, 415.0, 0.0);
  const auto e = test::evaluate<double>(ups, p.x, p.u);
  EXPECT_EQ(p.u.outlet.V_re, 0.0);
  EXPECT_EQ(ac_power(p.u.inlet, e.flow.inlet), 0.0);
}

/// Output and loss come from the input and the battery at any voltage, charge and share of the walk-in.
TEST(Ups, InputAndBatteryTogetherCarryTheLoad) {
  const Supply ups = with_battery();
  for (double V_in : {0.0, 250.0, 300.0, 320.0, 345.0, 360.0, 415.0})
    for (double walk : {0.0, 0.4, 1.0})
      for (double soc : {0.0, 0.003, 0.4, 1.0}) {
        const Point p = loaded(ups, 9e5, V_in, 1.0, 0.0, walk, soc);
        const auto out = test::outputs(ups, p.x, p.u);
        EXPECT_NEAR(out.P_in + out.P_battery, out.P_out + out.loss, 1e-3) << V_in << " " << walk << " " << soc;
        if (soc > 0.1) {
          EXPECT_NEAR(p.u.outlet.V_re, 415.0, 1e-9) << "the battery holds the voltage";
        }
      }
}

TEST(Ups, OnBatteryItDrainsItsChargeWithPowerAndLoss) {
  const Supply ups = with_battery();
  const Point p = loaded(ups, 8e5, 0.0, 1.0, 0.0, 0.0);
  const auto out = test::outputs(ups, p.x, p.u);
  const double P = 8e5 + out.loss, drain = P + 0.04 * P * P / 1e6, energy = 300.0 * 1e6 * 1.04;
  EXPECT_EQ(out.on_battery, 1.0);
  EXPECT_NEAR(out.P_battery, P, 1e-3);
  EXPECT_NEAR(test::evaluate<double>(ups, p.x, p.u).residual.soc, drain, 1e-9 * drain) << "E dsoc/dt + drain = 0";
  EXPECT_NEAR(out.autonomy, energy / drain, 1e-6 * out.autonomy);
}

TEST(Ups, ColdTakesChargeAway) {
  const Supply ups = with_battery();
  Point p = loaded(ups, 8e5, 0.0, 1.0, 0.0, 0.0);
  const double warm = test::outputs(ups, p.x, p.u).autonomy;
  p.x.T_battery = 278.15;
  EXPECT_NEAR(test::outputs(ups, p.x, p.u).autonomy, warm * (1.0 - 20.0 * 0.008), 1e-3 * warm);
}

TEST(Ups, WalksInWhileTheInputIsGood) {
  const Supply ups = with_battery();
  const Point back = loaded(ups, 8e5, 415.0, 1.0, 0.0, 0.3), lost = loaded(ups, 8e5, 0.0, 1.0, 0.0, 0.3);
  EXPECT_NEAR(-test::evaluate<double>(ups, back.x, back.u).residual.walk, 1.0 / 15.0, 2e-4);
  EXPECT_NEAR(-test::evaluate<double>(ups, lost.x, lost.u).residual.walk, -0.3 / 0.02, 1e-12);
  const auto out = test::outputs(ups, back.x, back.u);
  EXPECT_NEAR(out.P_battery, 0.7 * (out.P_out + out.loss), 1.0) << "a full battery is not charged";
  Point held = loaded(ups, 8e5, 415.0);
  held.u.rectifier = 0.0;
  EXPECT_NEAR(test::outputs(ups, held.x, held.u).P_in, 0.0, 1e-6) << "kept on the battery";
}

TEST(Ups, ChargesItsBattery) {
  const Supply ups = with_battery();
  const Point p = loaded(ups, 5e5, 415.0, 1.0, 0.0, 1.0, 0.2);
  const double full_power = 300.0 * 1.04e6 / 36000.0;
  EXPECT_NEAR(test::outputs(ups, p.x, p.u).P_battery, -full_power, 0.01 * full_power);
}

/// In eco mode the output is the input until the inverter has the load; power is balanced on the way.
TEST(Ups, EcoPassesTheInputUntilItIsTransferred) {
  const Supply ups = with_battery();
  for (const double V_in : {0.0, 250.0, 300.0, 340.0, 415.0, 440.0})
    for (const double dip : {0.0, 0.93, 0.97, 1.0}) {
      Point p = loaded(ups, 0.0, V_in, 1.0, 1.0);
      p.x.dip = dip;
      p.x.I_re = p.x.I_im = 0.0;
      p.u.outlet.V_re = 0.0;
      p.u.outlet.V_re = -test::evaluate<double>(ups, p.x, p.u).residual.I_re;
      if (dip == 0.0) {
        EXPECT_NEAR(p.u.outlet.V_re, V_in < 290.0 ? 0.0 : V_in, V_in > 290.0 && V_in < 304.5 ? 300.0 : 1e-9);
      }
      if (dip == 1.0) {
        EXPECT_EQ(p.u.outlet.V_re, 415.0) << "the inverter, from its battery or its rectifier";
      }
      p.x.I_re = 1500.0;
      const auto out = test::outputs(ups, p.x, p.u);
      const double P_in = ac_power(p.u.inlet, test::evaluate<double>(ups, p.x, p.u).flow.inlet);
      EXPECT_NEAR(P_in + out.P_battery, out.P_out + out.loss, 1e-3) << V_in << " " << dip;
    }
  const Point good = loaded(ups, 8e5, 415.0, 1.0, 1.0), low = loaded(ups, 8e5, 350.0, 1.0, 1.0),
              double_conversion = loaded(ups, 8e5, 350.0);
  EXPECT_EQ(test::evaluate<double>(ups, good.x, good.u).residual.dip, 0.0);
  EXPECT_NEAR(-test::evaluate<double>(ups, low.x, low.u).residual.dip, 0.9 / 0.004, 1e-9);
  EXPECT_EQ(test::evaluate<double>(ups, double_conversion.x, double_conversion.u).residual.dip, 0.0);
}

TEST(Ups, CheckRefusesImpossibleFigures) {
  Supply ups = one_megawatt();
  EXPECT_TRUE(ups.check().empty());
  ups.eta_25 = 0.90;  // the cubic would then have a loss that falls with load
  EXPECT_FALSE(ups.check().empty());
  ups = one_megawatt();
  ups.V_cutoff = 360.0;
  EXPECT_FALSE(ups.check().empty());
}

}  // namespace
}  // namespace wattloop
