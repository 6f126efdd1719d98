// Chains of electrical components against an independent power flow and against the site's operating point.

#include <gtest/gtest.h>

#include <numbers>

#include "models/grid.h"
#include "models/line.h"
#include "models/loads.h"
#include "models/transformer.h"
#include "models/ups.h"
#include "tests/support/csv.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using test::operator+;
using test::operator*;

template <class S>
HeatPort<S> room() {
  return {S(300.0)};
}

/// The network of tests/validation/electrical_chain: its parameters are those of make_reference.py there.
struct RadialChain {
  static constexpr std::array<double, 5> V_n = {345e3, 34.5e3, 34.5e3, 415.0, 415.0};
  Grid<double> grid;
  Transformer<double> hv{100e6, 345e3, 34.5e3, 0.10, 60e3, 300e3, 0.002};
  Transformer<double> lv{2.5e6, 34.5e3, 415.0, 0.0575, 3.2e3, 12.2e3, 0.005};
  Line<double> cable{1200.0, 70.8e-6, 120e-6, 100e-9, 700.0, 0.0, 1.0, 0.0};
  Line<double> busway{20.0, 43e-6, 14e-6, 0.0, 1600.0, 0.0, 1.0, 0.0};
  AcLoad<double> mv_load{0.98, 10e3, 0.0}, lv_load{0.98, 100.0, 0.0};
  double scale = 1.0, tap = 1.0, V_source = 345e3, angle = 0.0;

  RadialChain() {
    const double Z = 345e3 * 345e3 / 5e9;  // 5 GVA, R/X = 0.1
    grid.X = Z / std::sqrt(1.01);
    grid.R = 0.1 * grid.X;
  }

  template <class S>
  std::array<S, 12> residual(const std::array<S, 12>& y) const {
    std::array<AcPort<S>, 5> v;
    for (int i = 0; i < 5; ++i) v[i] = {y[2 * i], y[2 * i + 1]};
    const auto g = test::evaluate<S>(grid, {y[10], y[11]}, {v[0], S(V_source), S(angle), S(60.0)});
    const auto t1 = test::evaluate<S>(hv, {}, {v[0], v[1], room<S>(), S(1.0)});
    const auto c = test::evaluate<S>(cable, {}, {v[1], v[2], room<S>()});
    const auto t2 = test::evaluate<S>(lv, {}, {v[2], v[3], room<S>(), S(tap)});
    const auto b = test::evaluate<S>(busway, {}, {v[3], v[4], room<S>()});
    const auto load = [&](const AcLoad<double>& l, int node, double power) {
      return test::evaluate<S>(l, {}, {v[node], room<S>(), S(scale * power)}).flow.supply;
    };
    const std::array<AcFlow<S>, 5> sum = {g.flow.supply + t1.flow.primary,
                                          t1.flow.secondary + c.flow.from + load(mv_load, 1, 40e6),
                                          c.flow.to + t2.flow.primary + load(mv_load, 2, 24e6),
                                          t2.flow.secondary + b.flow.from, b.flow.to + load(lv_load, 4, 1e6)};
    std::array<S, 12> r;
    for (int i = 0; i < 5; ++i) r[2 * i] = sum[i].I_re, r[2 * i + 1] = sum[i].I_im;
    r[10] = g.residual.I_re, r[11] = g.residual.I_im;
    return r;
  }

  std::array<double, 12> solve() const {
    std::array<double, 12> y{};
    for (int i = 0; i < 5; ++i) {
      y[2 * i] = V_n[i] * std::cos(angle);
      y[2 * i + 1] = V_n[i] * std::sin(angle);
    }
    return test::solve([this](const auto& v) { return residual(v); }, y);
  }
};

TEST(ElectricalChain, AgreesWithPowerGridModel) {
  for (const auto& row : test::read_table("electrical_chain/radial_chain.csv")) {
    ASSERT_EQ(row.size(), 20u);
    RadialChain chain;
    chain.scale = row[0], chain.tap = row[1], chain.V_source = row[2] * 345e3;
    chain.angle = row[3] * std::numbers::pi / 180.0;
    const auto y = chain.solve();
    for (int i = 0; i < 10; ++i) EXPECT_NEAR(y[i] / RadialChain::V_n[i / 2], row[4 + i], 1e-11) << "node " << i / 2;

    std::array<AcPort<double>, 5> v;
    for (int i = 0; i < 5; ++i) v[i] = {y[2 * i], y[2 * i + 1]};
    const double hv = test::outputs(chain.hv, {}, {v[0], v[1], room<double>(), 1.0}).loss;
    const double cable = test::outputs(chain.cable, {}, {v[1], v[2], room<double>()}).loss;
    const double lv = test::outputs(chain.lv, {}, {v[2], v[3], room<double>(), chain.tap}).loss;
    const double busway = test::outputs(chain.busway, {}, {v[3], v[4], room<double>()}).loss;
    const auto grid = test::outputs(chain.grid, {y[10], y[11]}, {v[0], chain.V_source, chain.angle, 60.0});
    EXPECT_NEAR(hv, row[14], 1e-4);
    EXPECT_NEAR(cable, row[15], 1e-4);
    EXPECT_NEAR(lv, row[16], 1e-4);
    EXPECT_NEAR(busway, row[17], 1e-4);
    EXPECT_NEAR(grid.P_el, row[18], 1e-11 * 1e8);
    EXPECT_NEAR(grid.Q_el, row[19], 1e-11 * 1e8);
    EXPECT_NEAR(grid.P_el, hv + cable + lv + busway + chain.scale * 65e6, 1e-11 * 1e8);
  }
}

/// One of the site's main transformers with three 34.5 kV cables and 64 sides (MV/LV unit, UPS, busway) of 1 MW.
struct Site {
  static constexpr double cables = 3.0, sides = 64.0;
  Grid<double> grid{0.0, 0.0, 60.0};
  Transformer<double> hv{100e6, 345e3, 34.5e3, 0.10, 60e3, 300e3, 0.002};
  Transformer<double> lv{2.5e6, 34.5e3, 415.0, 0.0575, 3.2e3, 12.2e3, 0.005};
  Line<double> cable{1400.0, 70.8e-6, 120e-6, 0.0, 700.0, 0.0, 1.0, 0.0};
  Line<double> busway{19.5, 43e-6, 14e-6, 0.0, 1600.0, 0.0, 1.0, 0.0};
  Ups<double> ups = test::with_defaults<Ups>();
  AcLoad<double> racks{0.99, 332.0, 1.0};

  Site() { ups.P_rated = 2e6; }

  template <class S>
  std::array<S, 16> residual(const std::array<S, 16>& y) const {
    std::array<AcPort<S>, 6> v;
    for (int i = 0; i < 6; ++i) v[i] = {y[2 * i], y[2 * i + 1]};
    const auto g = test::evaluate<S>(grid, {y[12], y[13]}, {v[0], S(345e3), S(0.0), S(60.0)});
    const auto t1 = test::evaluate<S>(hv, {}, {v[0], v[1], room<S>(), S(1.0)});
    const auto c = test::evaluate<S>(cable, {}, {v[1], v[2], room<S>()});
    const auto t2 = test::evaluate<S>(lv, {}, {v[2], v[3], room<S>(), S(0.975)});
    const auto s = test::evaluate<S>(ups, {S(1.0), S(1.0), S(300.0), S(0.0), y[14], y[15]},
                                     {v[3], v[4], room<S>(), S(1.0), S(0.0), S(1.0)});
    const auto b = test::evaluate<S>(busway, {}, {v[4], v[5], room<S>()});
    const auto l = test::evaluate<S>(racks, {}, {v[5], room<S>(), S(1e6)});
    const std::array<AcFlow<S>, 6> sum = {g.flow.supply + t1.flow.primary,
                                          t1.flow.secondary + cables * c.flow.from,
                                          cables * c.flow.to + sides * t2.flow.primary,
                                          t2.flow.secondary + s.flow.inlet,
                                          s.flow.outlet + b.flow.from,
                                          b.flow.to + l.flow.supply};
    std::array<S, 16> r;
    for (int i = 0; i < 6; ++i) r[2 * i] = sum[i].I_re, r[2 * i + 1] = sum[i].I_im;
    r[12] = g.residual.I_re, r[13] = g.residual.I_im, r[14] = s.residual.I_re, r[15] = s.residual.I_im;
    return r;
  }
};

TEST(ElectricalChain, OperatingPointOfTheSite) {
  const Site site;
  std::array<double, 16> y{345e3, 0, 34.5e3, 0, 34.5e3, 0, 415, 0, 415, 0, 415, 0, 0, 0, 0, 0};
  y = test::solve([&](const auto& v) { return site.residual(v); }, y);
  std::array<AcPort<double>, 6> v;
  for (int i = 0; i < 6; ++i) v[i] = {y[2 * i], y[2 * i + 1]};
  const auto hv = test::outputs(site.hv, {}, {v[0], v[1], room<double>(), 1.0});
  const auto cable = test::outputs(site.cable, {}, {v[1], v[2], room<double>()});
  const auto lv = test::outputs(site.lv, {}, {v[2], v[3], room<double>(), 0.975});
  const auto ups =
      test::outputs(site.ups, {1.0, 1.0, 300.0, 0.0, y[14], y[15]}, {v[3], v[4], room<double>(), 1.0, 0.0, 1.0});
  const auto busway = test::outputs(site.busway, {}, {v[4], v[5], room<double>()});
  const auto expect_share = [](double loss, double P_in, double efficiency) {
    EXPECT_NEAR(loss, (1.0 - efficiency) * P_in, 0.02 * (1.0 - efficiency) * P_in) << loss / P_in;
  };
  expect_share(hv.loss, hv.P_in, 0.997);
  expect_share(cable.loss, cable.P_in, 0.998);
  expect_share(lv.loss, lv.P_in, 0.9949);
  expect_share(ups.loss, ups.P_in, 0.973);
  expect_share(busway.loss, busway.P_in, 0.995);

  // 200 MW at the PSU inputs: 8.69 MW of losses, on a path of .9584.
  const double P_grid = test::outputs(site.grid, {y[12], y[13]}, {v[0], 345e3, 0.0, 60.0}).P_el;
  const double efficiency = Site::sides * 1e6 / P_grid;
  EXPECT_NEAR(efficiency, 0.9584, 5e-4);
  EXPECT_NEAR(200e6 / efficiency - 200e6, 8.69e6, 0.02 * 8.69e6);
  const double losses = hv.loss + Site::cables * cable.loss + Site::sides * (lv.loss + ups.loss + busway.loss);
  EXPECT_NEAR(P_grid - Site::sides * 1e6, losses, 1e-9 * P_grid);
}

}  // namespace
}  // namespace wattloop
