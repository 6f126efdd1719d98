#include "models/air_cooled_chiller.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/csv.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Chiller = AirCooledChiller<double>;
using State = Chiller::State<double>;
using Across = Chiller::Across<double>;

double kelvin(double celsius) {
  return celsius + 273.15;
}

const Liquid& water() {
  static const Liquid liquid = make_liquid({LiquidKind::water, 0.0, FractionBasis::mass, 3e5});
  return liquid;
}

/// 1 MW at 24 degC water and 37 degC air, 6 K of water rise.
Chiller chiller() {
  auto c = test::with_defaults<AirCooledChiller>();
  c.liquid = &water();
  c.Q_nominal = 1e6;
  c.m_flow_nominal = 1e6 / (water().enthalpy(kelvin(30.0)) - water().enthalpy(kelvin(24.0)));
  c.dp_nominal = 50e3;
  c.C_fluid = 2e6;
  return c;
}

Across ports(const Chiller& c, double T_in, double T_air, double p = air::p_sea_level) {
  return {{250e3 + c.dp_nominal, kelvin(T_in)},
          {250e3, kelvin(24.0)},
          {p, kelvin(T_air), 0.01},
          {415.0, 0.0},
          1.0,
          kelvin(24.0)};
}

State steady(const Chiller& c, const Across& u) {
  const auto y = test::solve<2>(
      [&](const std::array<Dual<2>, 2>& x) {
        const Chiller::Across<Dual<2>> v{{u.inlet.p, u.inlet.T},
                                         {u.outlet.p, u.outlet.T},
                                         {u.air.p, u.air.T, u.air.W},
                                         {u.supply.V_re, u.supply.V_im},
                                         u.on,
                                         u.set_point};
        const auto e = test::evaluate<Dual<2>>(c, {x[0], x[1]}, v);
        return std::array<Dual<2>, 2>{e.residual.T_fluid, e.residual.m_flow};
      },
      std::array<double, 2>{u.inlet.T, c.m_flow_nominal});
  return {y[0], y[1]};
}

TEST(AirCooledChiller, AssumedMachine) {
  const Chiller c = chiller();
  EXPECT_EQ(c.check(), "");
  const auto full_load = [&](double T_leaving, double T_air) {
    return test::outputs(c, {kelvin(T_leaving), 3.0 * c.m_flow_nominal}, ports(c, 50.0, T_air));
  };
  EXPECT_NEAR(full_load(24.0, 37.0).COP, 4.8, 1e-5);
  EXPECT_NEAR(full_load(24.0, 37.0).Q_max, 1e6, 1.0);
  EXPECT_EQ(full_load(24.0, 37.0).PLR, 1.0);
  EXPECT_GT(full_load(7.0, 35.0).COP, 3.0);
  EXPECT_LT(full_load(7.0, 35.0).COP, 3.5);
  EXPECT_GT(full_load(24.0, 35.0).COP, 5.0);
  EXPECT_NEAR(full_load(30.0, 37.0).COP, 6.0, 0.05);
  EXPECT_NEAR(full_load(24.0, 47.2).Q_max, 0.898e6, 10.0);
  for (double T_leaving : {7.0, 15.0, 24.0, 30.0})
    for (double T_air : {25.0, 37.0, 47.0}) {
      const double T_e = kelvin(T_leaving) - 5.0, T_c = kelvin(T_air) + 15.0;
      const double share = 4.8 * (52.0 - 19.0) / kelvin(19.0);  // of Carnot's
      EXPECT_NEAR(full_load(T_leaving, T_air).COP, share * T_e / (T_c - T_e), 0.003 * share * T_e / (T_c - T_e));
    }
}

TEST(AirCooledChiller, PublishedCurvesThroughTheComponent) {
  const auto curves = test::read_table("eir_chillers/curves.csv").at(1);
  Chiller c = chiller();
  c.Q_nominal = curves[1], c.COP_nominal = curves[2];
  double* coefficients[] = {&c.CAPFT_1,  &c.CAPFT_x,  &c.CAPFT_xx,  &c.CAPFT_y,   &c.CAPFT_yy,
                            &c.CAPFT_xy, &c.EIRFT_1,  &c.EIRFT_x,   &c.EIRFT_xx,  &c.EIRFT_y,
                            &c.EIRFT_yy, &c.EIRFT_xy, &c.EIRFPLR_1, &c.EIRFPLR_x, &c.EIRFPLR_xx};
  for (int i = 0; i < 15; ++i) *coefficients[i] = curves[3 + i];
  c.T_leaving_minimum = kelvin(7.22), c.T_leaving_maximum = kelvin(12.78);
  c.T_air_minimum = kelvin(12.78), c.T_air_maximum = kelvin(26.68), c.T_air_hold = kelvin(10.0);
  for (const auto& row : test::read_table("eir_chillers/operating_points.csv")) {
    if (row[0] != 1.0) continue;
    Across u = ports(c, 0.0, row[2]);
    u.inlet.p = u.outlet.p;
    u.set_point = kelvin(row[1]);
    State x{kelvin(row[1]), c.m_flow_nominal};
    const double excess = row[3] == 1.0 ? 1.1 : row[3];  // full load: more is asked for than it can
    u.inlet.T = u.set_point + excess * curves[1] * row[4] / (x.m_flow * 4186.0);
    for (int i = 0; i < 5; ++i)  // the water's cp varies
      u.inlet.T +=
          (excess * curves[1] * row[4] / x.m_flow - (water().enthalpy(u.inlet.T) - water().enthalpy(u.set_point))) /
          4186.0;
    const auto out = test::outputs(c, x, u);
    EXPECT_NEAR(out.PLR, row[3], 2e-6);
    EXPECT_NEAR(out.Q_flow, row[7], 1e-6 * row[7]);
    EXPECT_NEAR(out.P_el, row[8], 1e-6 * row[8]);
    EXPECT_EQ(out.out_of_range, 0.0);
  }
}

TEST(AirCooledChiller, HoldsTheSetPointAndSaturates) {
  const Chiller c = chiller();
  Across u = ports(c, 29.0, 35.0);
  const State held = steady(c, u);
  EXPECT_NEAR(held.T_fluid, kelvin(24.0), 1e-6);
  const auto part = test::outputs(c, held, u);
  EXPECT_NEAR(part.PLR, 5.0 / 6.0 / 1.02, 0.005);
  EXPECT_GT(part.COP, 5.1) << "better at part load";
  u.inlet.T = kelvin(40.0);
  const State saturated = steady(c, u);
  EXPECT_GT(saturated.T_fluid, kelvin(32.0));
  EXPECT_EQ(test::outputs(c, saturated, u).PLR, 1.0);
  u.inlet.T = kelvin(20.0);
  EXPECT_EQ(test::outputs(c, steady(c, u), u).Q_flow, 0.0) << "colder than the set point already";
  EXPECT_EQ(test::outputs(c, steady(c, u), u).P_el, 0.0);
}

TEST(AirCooledChiller, CyclesBelowTheMinimumLoad) {
  const Chiller c = chiller();
  const auto power = [&](double share) {
    const Across u = ports(c, 24.0 + 6.0 * share, 35.0);
    const auto out = test::outputs(c, {kelvin(24.0), c.m_flow_nominal}, u);
    return out.P_el / out.Q_flow;
  };
  EXPECT_NEAR(power(0.03), power(0.07), 1e-6 * power(0.07)) << "the same COP all the way down";
  EXPECT_LT(power(0.5), power(0.07));
}

TEST(AirCooledChiller, OutdoorLimitOnAndSupply) {
  const Chiller c = chiller();
  const State x{kelvin(24.0), c.m_flow_nominal};
  const auto limit = test::outputs(c, x, ports(c, 29.0, 50.0));
  EXPECT_EQ(limit.too_hot, 0.0);
  EXPECT_GT(limit.Q_flow, 0.0);
  EXPECT_NEAR(test::outputs(c, x, ports(c, 29.0, 50.5)).too_hot, 0.5, 1e-9);
  const auto hot = test::outputs(c, x, ports(c, 29.0, 51.0));
  EXPECT_EQ(hot.too_hot, 1.0);
  EXPECT_EQ(hot.Q_flow, 0.0);
  EXPECT_EQ(hot.P_el, 0.0);
  EXPECT_EQ(hot.out_of_range, 1.0);
  Across u = ports(c, 29.0, 35.0);
  u.on = 0.0;
  EXPECT_EQ(test::outputs(c, x, u).P_el, 0.0);
  u.on = 1.0, u.supply = {0.0, 0.0};
  EXPECT_EQ(test::outputs(c, x, u).Q_flow, 0.0);
}

TEST(AirCooledChiller, BoxAndHeadPressure) {
  const Chiller c = chiller();
  const auto at = [&](double T_leaving, double T_air) {
    return test::outputs(c, {kelvin(T_leaving), 3.0 * c.m_flow_nominal}, ports(c, 50.0, T_air));
  };
  EXPECT_EQ(at(24.0, -10.0).out_of_range, 0.0) << "the condenser is held";
  EXPECT_NEAR(at(24.0, -10.0).COP, at(24.0, 25.0).COP, 1e-3);
  EXPECT_EQ(at(33.0, 37.0).out_of_range, 1.0);
  EXPECT_NEAR(at(33.0, 37.0).COP, at(30.0, 37.0).COP, 1e-3);
  EXPECT_EQ(at(4.0, 37.0).out_of_range, 1.0);
}

TEST(AirCooledChiller, AltitudeDerating) {
  const Chiller c = chiller();
  const State x{kelvin(24.0), 3.0 * c.m_flow_nominal};
  EXPECT_NEAR(test::outputs(c, x, ports(c, 50.0, 37.0, 94.5e3)).Q_max, 1e6 * (1.0 - 0.3 * (1.0 - 94.5 / 101.325)), 1.0);
}

TEST(AirCooledChiller, FirstLawExact) {
  const Chiller c = chiller();
  for (double m_flow : {-20.0, 0.0, 1e-3, 15.0, 60.0})
    for (double V : {0.0, 200.0, 300.0, 415.0}) {
      Across u = ports(c, 29.0, 50.3);
      u.supply = {0.8 * V, 0.6 * V};
      const auto e = test::evaluate<double>(c, {kelvin(25.0), m_flow}, u);
      const double defect = e.flow.inlet.H_flow + e.flow.outlet.H_flow + e.flow.air.H_flow +
                            ac_power(u.supply, e.flow.supply) + e.residual.T_fluid;
      EXPECT_NEAR(defect, 0.0, 1e-8 * c.Q_nominal);
      EXPECT_EQ(e.flow.air.m_flow, 0.0);
      EXPECT_EQ(e.flow.air.mW_flow, 0.0);
    }
}

TEST(AirCooledChiller, NoFlowNoCooling) {
  const Chiller c = chiller();
  Across u = ports(c, 24.0, 35.0);
  u.inlet.p = u.outlet.p;
  EXPECT_EQ(test::outputs(c, {kelvin(24.0), 0.0}, u).Q_flow, 0.0);
}

TEST(AirCooledChiller, InconsistentParameters) {
  Chiller c = chiller();
  c.CAPFT_1 = 0.1;
  EXPECT_NE(c.check(), "");
  c = chiller();
  c.T_air_hold = 400.0;
  EXPECT_NE(c.check(), "");
}

}  // namespace
}  // namespace wattloop
