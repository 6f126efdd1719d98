#include "models/water_cooled_chiller.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/component.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

using Chiller = WaterCooledChiller<double>;
using State = Chiller::State<double>;
using Across = Chiller::Across<double>;

double kelvin(double celsius) {
  return celsius + 273.15;
}

const Liquid& water() {
  static const Liquid liquid = make_liquid({});
  return liquid;
}

/// The chiller of a row of eir_chillers/curves.csv, with a box that holds the table's operating points.
Chiller published(std::size_t number) {
  const auto curves = test::read_table("eir_chillers/curves.csv").at(number);
  auto c = test::with_defaults<Chiller>();
  c.chilled = c.condenser = &water();
  c.Q_nominal = curves[1], c.COP_nominal = curves[2];
  double* coefficients[] = {&c.CAPFT_1,  &c.CAPFT_x,  &c.CAPFT_xx,  &c.CAPFT_y,   &c.CAPFT_yy,
                            &c.CAPFT_xy, &c.EIRFT_1,  &c.EIRFT_x,   &c.EIRFT_xx,  &c.EIRFT_y,
                            &c.EIRFT_yy, &c.EIRFT_xy, &c.EIRFPLR_1, &c.EIRFPLR_x, &c.EIRFPLR_xx};
  for (int i = 0; i < 15; ++i) *coefficients[i] = curves[3 + i];
  c.m_flow_nominal = c.Q_nominal / (4190.0 * 6.0);
  c.m_flow_nominal_condenser = 1.5 * c.m_flow_nominal;
  c.dp_nominal = 60e3, c.dp_nominal_condenser = 60e3;
  c.C_fluid = c.C_condenser = 5.0 * c.Q_nominal;
  c.T_leaving_minimum = kelvin(4.44), c.T_leaving_maximum = kelvin(12.78);
  c.T_condenser_minimum = kelvin(12.78), c.T_condenser_maximum = kelvin(26.67);
  return c;
}

/// Ports between which the nominal flows run; the chilled water asks for a share of Q_reference.
Across ports(const Chiller& c, double T_leaving, double T_entering, double Q) {
  const double T_set = kelvin(T_leaving), h = water().enthalpy(T_set) + Q / c.m_flow_nominal;
  const double T_in = test::root_between([&](double T) { return water().enthalpy(T) - h; }, 270.0, 340.0);
  return {
      {250e3, T_in}, {250e3, T_set}, {250e3, kelvin(T_entering)}, {250e3, kelvin(T_entering)}, {415.0, 0.0}, {300.0},
      1.0,           T_set};
}

TEST(WaterCooledChiller, TablesThroughTheComponent) {
  int rows = 0;
  for (const auto& row : test::read_table("eir_chillers/operating_points.csv")) {
    const Chiller c = published(static_cast<std::size_t>(row[0]));
    EXPECT_EQ(c.check(), "");
    const double full = c.Q_nominal * row[4];
    const double asked = row[3] == 1.0 ? 1.1 * full : row[3] * full;
    const Across u = ports(c, row[1], row[2], asked);
    const auto out = test::outputs_of(c, {u.set_point, kelvin(30.0), c.m_flow_nominal, c.m_flow_nominal_condenser}, u);
    EXPECT_NEAR(out.PLR, row[3], 1e-6);
    EXPECT_NEAR(out.Q_flow, row[7], 1e-6 * row[7]) << "row " << rows;
    EXPECT_NEAR(out.P_el, row[8], 1e-6 * row[8]) << "row " << rows;
    EXPECT_EQ(out.out_of_range, 0.0);
    EXPECT_DOUBLE_EQ(out.running, 1.0);
    EXPECT_EQ(out.short_of_capacity, row[3] == 1.0 ? 1.0 : 0.0);
    ++rows;
  }
  EXPECT_EQ(rows, 32);
}

TEST(WaterCooledChiller, AtTheEdgeOfTheBoxTheCurvesAreExactAndBeyondHeldAndFlagged) {
  const Chiller c = published(0);
  const auto at = [&](double T_leaving, double T_entering) {
    const Across u = ports(c, T_leaving, T_entering, 0.5 * c.Q_nominal);
    return test::outputs_of(c, {u.set_point, kelvin(30.0), c.m_flow_nominal, c.m_flow_nominal_condenser}, u);
  };
  const EirCurves<double> curves{{c.CAPFT_1, c.CAPFT_x, c.CAPFT_xx, c.CAPFT_y, c.CAPFT_yy, c.CAPFT_xy}, {}, {}};
  EXPECT_NEAR(at(12.78, 26.67).Q_max, c.Q_nominal * curves.capacity(kelvin(12.78), kelvin(26.67)), 0.1);
  EXPECT_EQ(at(12.78, 26.67).out_of_range, 0.0);
  EXPECT_NEAR(at(16.0, 30.0).Q_max, at(12.78, 26.67).Q_max, 3e-4 * c.Q_nominal);
  EXPECT_NEAR(at(4.44, 5.0).Q_max, at(4.44, 12.78).Q_max, 3e-4 * c.Q_nominal);
  for (const auto& out : {at(16.0, 20.0), at(7.0, 30.0), at(2.0, 20.0), at(7.0, 5.0)}) EXPECT_EQ(out.out_of_range, 1.0);
}

TEST(WaterCooledChiller, UnloadsThenCycles) {
  Chiller c = published(0);
  c.PLR_minimum = 0.1, c.PLR_unloading = 0.25;
  const auto at = [&](double share) {
    const double full = c.Q_nominal * 1.0;
    const Across u = ports(c, 6.67, 20.11, share * full);
    return test::outputs_of(c, {u.set_point, kelvin(25.0), c.m_flow_nominal, c.m_flow_nominal_condenser}, u);
  };
  EXPECT_NEAR(at(0.15).P_el, at(0.25).P_el, 1e-9 * at(0.25).P_el) << "hot gas is bypassed at constant power";
  EXPECT_DOUBLE_EQ(at(0.15).running, 1.0);
  const auto low = at(0.05), lower = at(0.03);
  EXPECT_NEAR(low.running, low.PLR / 0.1, 2e-3);
  EXPECT_NEAR(low.P_el / low.Q_flow, lower.P_el / lower.Q_flow, 2e-3 * low.P_el / low.Q_flow);
  EXPECT_GT(at(0.5).P_el, at(0.25).P_el);
  c.PLR_maximum = 1.05;
  EXPECT_NEAR(at(2.0).PLR, 1.05, 1e-12);
}

TEST(WaterCooledChiller, CondenserTakesHeatAndMotor) {
  Chiller c = published(1);
  c.motor_heat_share = 0.94;
  Across u = ports(c, 8.89, 20.67, 0.8 * c.Q_nominal);
  u.inlet.p = u.outlet.p + c.dp_nominal;
  u.condenser_inlet.p = u.condenser_outlet.p + c.dp_nominal_condenser;
  const State x = test::equilibrium(c, {kelvin(9.0), kelvin(25.0), c.m_flow_nominal, c.m_flow_nominal_condenser}, u);
  const auto out = test::outputs_of(c, x, u);
  EXPECT_NEAR(x.T_fluid, u.set_point, 1e-3);
  EXPECT_NEAR(out.Q_condenser, out.Q_flow + 0.94 * out.P_el, 1e-6);
  const double rise = x.m_flow_condenser * (water().enthalpy(x.T_condenser) - water().enthalpy(u.condenser_inlet.T) -
                                            c.dp_nominal_condenser / water().rho_ref);
  EXPECT_NEAR(rise, out.Q_condenser, 1e-5 * out.Q_condenser);
  EXPECT_NEAR(test::evaluate(c, x, u).flow.room.Q_flow, -0.06 * out.P_el, 1e-6);
}

TEST(WaterCooledChiller, FirstLawExact) {
  Chiller c = published(0);
  c.motor_heat_share = 0.9;
  for (double m : {-100.0, 0.0, 1e-3, 220.0})
    for (double V : {0.0, 200.0, 300.0, 415.0})
      for (double T_condenser : {20.0, 50.3, 60.0}) {
        Across u = ports(c, 7.0, 24.0, 0.7 * c.Q_nominal);
        u.supply = {0.8 * V, 0.6 * V};
        const auto e = test::evaluate(c, {kelvin(8.0), kelvin(T_condenser), m, 1.4 * m}, u);
        const double defect = e.flow.inlet.H_flow + e.flow.outlet.H_flow + e.flow.condenser_inlet.H_flow +
                              e.flow.condenser_outlet.H_flow + e.flow.room.Q_flow + ac_power(u.supply, e.flow.supply) +
                              e.residual.T_fluid + e.residual.T_condenser;
        EXPECT_NEAR(defect, 0.0, 1e-8 * c.Q_nominal);
      }
}

TEST(WaterCooledChiller, CutOutOnAndSupply) {
  const Chiller c = published(0);
  Across u = ports(c, 6.67, 24.0, 0.8 * c.Q_nominal);
  const auto at = [&](double T_condenser) {
    return test::outputs_of(c, {u.set_point, kelvin(T_condenser), c.m_flow_nominal, 0.0}, u);
  };
  EXPECT_EQ(at(49.9).cut_out, 0.0);
  EXPECT_GT(at(49.9).Q_flow, 0.0);
  EXPECT_EQ(at(51.0).cut_out, 1.0);
  EXPECT_EQ(at(51.0).Q_flow, 0.0);
  EXPECT_EQ(at(51.0).P_el, 0.0);
  u.on = 0.0;
  EXPECT_EQ(at(30.0).P_el, 0.0);
  u.on = 1.0, u.supply = {0.0, 0.0};
  EXPECT_EQ(at(30.0).Q_flow, 0.0);
}

TEST(WaterCooledChiller, InconsistentParameters) {
  Chiller c = published(0);
  c.PLR_unloading = 0.05;
  EXPECT_NE(c.check(), "");
  c = published(0);
  c.CAPFT_1 = -2.0;
  EXPECT_NE(c.check(), "");
  c = published(0);
  c.T_cut_out = kelvin(20.0);
  EXPECT_NE(c.check(), "");
  c = published(0);
  c.T_leaving_minimum = c.T_leaving_maximum;
  EXPECT_NE(c.check(), "");
}

}  // namespace
}  // namespace wattloop
