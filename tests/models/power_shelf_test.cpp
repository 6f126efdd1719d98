#include "models/power_shelf.h"

#include <gtest/gtest.h>

#include "models/loads.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Shelf = PowerShelf<double>;
constexpr HeatPort<double> air{300.0};

struct Point {
  Shelf::State<double> x;
  Shelf::Across<double> u;
};

/// The operating point with a load that asks for `power` from the busbar.
Point loaded(const Shelf& shelf, double power, double V_a, double V_b, double share_a = 0.5, double on = 1.0) {
  const auto load = test::with_defaults<DcLoad>();
  const auto y = test::solve(
      [&](const std::array<Dual<2>, 2>& v) {
        using D = Dual<2>;
        const HeatPort<D> warm{D(300.0)};
        const auto s = test::evaluate<D>(shelf, {D(1.0), D(1.0), D(0.0), v[1]},
                                         {{D(V_a), D(0.0)}, {D(0.0), D(V_b)}, {v[0]}, warm, D(share_a), D(on)});
        const auto l = test::evaluate<D>(load, {}, {{v[0]}, warm, D(power)});
        return std::array<D, 2>{s.residual.I, s.flow.bus.I + l.flow.supply.I};
      },
      std::array{50.0, power / 50.0});
  return {{1.0, 1.0, 0.0, y[1]}, {{V_a, 0.0}, {0.0, V_b}, {y[0]}, air, share_a, on}};
}

TEST(PowerShelf, HasItsEfficienciesAndDroop) {
  const Shelf shelf = test::with_defaults<PowerShelf>();
  for (const auto& [load, eta] :
       std::array<std::pair<double, double>, 4>{{{0.25, 0.970}, {0.5, 0.975}, {0.75, 0.972}, {1.0, 0.965}}}) {
    const Point p = loaded(shelf, load * 264e3, 415.0, 415.0);
    const auto out = test::outputs(shelf, p.x, p.u);
    EXPECT_NEAR(out.efficiency, eta, 1e-11);
    EXPECT_NEAR(out.loading_a, load, 1e-9);
    EXPECT_NEAR(out.loading_b, load, 1e-9);
    EXPECT_NEAR(p.u.bus.V, 51.0 - 0.01 * 51.0 * p.x.I / (264e3 / 51.0), 1e-12);
  }
}

TEST(PowerShelf, RackAtPeakOnOneFeedDraws142KilowattFor137) {
  const Shelf shelf = test::with_defaults<PowerShelf>();
  const Point p = loaded(shelf, 137e3, 415.0, 0.0);
  const auto out = test::outputs(shelf, p.x, p.u);
  EXPECT_NEAR(out.P_in, 142e3, 0.003 * 142e3);
  EXPECT_NEAR(out.loading_a, 1.04, 0.005);
  EXPECT_EQ(out.loading_b, 0.0);
  const auto e = test::evaluate<double>(shelf, p.x, p.u);
  EXPECT_EQ(e.flow.feed_b.I_re, 0.0);
  EXPECT_EQ(e.flow.feed_b.I_im, 0.0);

  const Point both = loaded(shelf, 138.4e3, 415.0, 415.0);
  EXPECT_NEAR(test::outputs(shelf, both.x, both.u).P_in, 142e3, 0.001 * 142e3);
}

TEST(PowerShelf, FeedsShareAsAsked) {
  const Shelf shelf = test::with_defaults<PowerShelf>();
  for (double share : {0.0, 0.3, 0.5, 1.0}) {
    const Point p = loaded(shelf, 120e3, 415.0, 400.0, share);
    const auto out = test::outputs(shelf, p.x, p.u);
    EXPECT_NEAR(out.loading_a, share * 120.0 / 132.0, 1e-9);
    EXPECT_NEAR(out.loading_b, (1.0 - share) * 120.0 / 132.0, 1e-9);
  }
}

double balance(const Shelf& shelf, const Point& p) {
  const auto e = test::evaluate<double>(shelf, p.x, p.u);
  return ac_power(p.u.feed_a, e.flow.feed_a) + ac_power(p.u.feed_b, e.flow.feed_b) + p.u.bus.V * e.flow.bus.I +
         e.flow.air.Q_flow;
}

TEST(PowerShelf, AFadingFeedHandsOverWithoutABreak) {
  const Shelf shelf = test::with_defaults<PowerShelf>();
  double before = 0.0;
  for (double V_b = 415.0; V_b >= 0.0; V_b -= 1.0) {
    const Point p = loaded(shelf, 120e3, 415.0, V_b);
    const auto out = test::outputs(shelf, p.x, p.u);
    EXPECT_NEAR(out.P_out, 120e3, 1e-6) << V_b;
    EXPECT_NEAR(balance(shelf, p), 0.0, 1e-6) << V_b;
    EXPECT_GE(out.loading_a, before - 1e-12);
    EXPECT_LT(out.loading_a - before, before > 0.0 ? 0.03 : 1.0) << V_b;
    before = out.loading_a;
  }
  EXPECT_NEAR(before, 120.0 / 132.0, 1e-9);
}

/// The whole power from the store, nothing from the feeds: t = E/P.
TEST(PowerShelf, TheStoreHoldsTheBusbarUpForItsEnergyOverThePower) {
  const Shelf shelf = test::with_defaults<PowerShelf>();
  const Point p = loaded(shelf, 132e3, 0.0, 0.0);
  const auto out = test::outputs(shelf, p.x, p.u);
  EXPECT_NEAR(out.P_out, 132e3, 1e-6);
  EXPECT_EQ(out.P_in, 0.0);
  EXPECT_NEAR(out.P_store, 132e3, 1e-6);
  const double rate = -test::evaluate<double>(shelf, p.x, p.u).residual.store;  // of the charge, 1/s
  EXPECT_NEAR(-1.0 / rate, 4680.0 / 132e3, 1e-9);                               // 35.5 ms
}

/// A capacitor at the busbar gives C (V_0^2 - V_1^2)/2 down to its last useful voltage: 1 F from 54 to 48.5 V is 2.135
/// ms of 132 kW. As a store of that energy the shelves hold up for as long, at constant voltage.
TEST(PowerShelf, ACapacitorHoldsUpForWhatItGivesBetweenTwoVoltages) {
  Shelf shelf = test::with_defaults<PowerShelf>();
  shelf.E_full = 0.5 * 1.0 * (54.0 * 54.0 - 48.5 * 48.5);
  const Point p = loaded(shelf, 132e3, 0.0, 0.0);
  EXPECT_NEAR(1e3 / test::evaluate<double>(shelf, p.x, p.u).residual.store, 2.135, 5e-4);  // ms
}

/// With both feeds the store takes what it lacks, and no more when it is full.
TEST(PowerShelf, AnEmptyStoreIsCharged) {
  const Shelf shelf = test::with_defaults<PowerShelf>();
  Point p = loaded(shelf, 100e3, 415.0, 415.0);
  EXPECT_NEAR(test::evaluate<double>(shelf, p.x, p.u).residual.store, 0.0, 1e-12);
  p.x.store = 0.0;
  const auto out = test::outputs(shelf, p.x, p.u);
  const double charging = -4680.0 * test::evaluate<double>(shelf, p.x, p.u).residual.store;
  EXPECT_NEAR(charging, 4680.0 / 5.0, 0.01 * charging);
  EXPECT_NEAR(out.P_in - out.loss - out.P_out, charging, 1e-6);
}

/// A feed lost with 150 kW asked for: with a limit of 1 the busbar sags until the other group gives its rating.
TEST(PowerShelf, TheLimitOfAGroupCapsTheRack) {
  Shelf shelf = test::with_defaults<PowerShelf>();
  shelf.limit = 1.0;
  const auto load = test::with_defaults<DcLoad>();
  const auto y = test::solve(
      [&](const std::array<Dual<3>, 3>& v) {
        using D = Dual<3>;
        const HeatPort<D> warm{D(300.0)};
        const auto s = test::evaluate<D>(shelf, {D(1.0), D(1.0), v[2], v[1]},
                                         {{D(415.0), D(0.0)}, {D(0.0), D(0.0)}, {v[0]}, warm, D(0.5), D(1.0)});
        const auto l = test::evaluate<D>(load, {}, {{v[0]}, warm, D(150e3)});
        return std::array<D, 3>{s.residual.I, s.flow.bus.I + l.flow.supply.I, s.residual.sag};
      },
      std::array{31.0, 4300.0, 0.37});
  const auto out = test::outputs(shelf, {1.0, 1.0, y[2], y[1]}, {{415.0, 0.0}, {0.0, 0.0}, {y[0]}, air, 0.5, 1.0});
  EXPECT_NEAR(out.loading_a, 1.0, 1e-3);
  EXPECT_LT(y[0], 40.0);
  EXPECT_EQ(out.limited, 1.0);
  const Point below = loaded(shelf, 130e3, 415.0, 0.0);
  EXPECT_NEAR(test::evaluate<double>(shelf, below.x, below.u).residual.sag, 0.0, 1e-12);
}

TEST(PowerShelf, WithoutFeedsTheBusbarDies) {
  Shelf shelf = test::with_defaults<PowerShelf>();
  shelf.E_full = 0.0;
  double before = 51.0;
  for (double V = 332.0; V >= 280.0; V -= 2.0) {
    const Point p = loaded(shelf, 120e3, V, V);
    EXPECT_LE(p.u.bus.V, before + 1e-12) << V;
    EXPECT_NEAR(balance(shelf, p), 0.0, 0.1) << V;  // 1e-6 of the power
    before = p.u.bus.V;
  }
  EXPECT_NEAR(before, 0.0, 1e-12);
  const Point off = loaded(shelf, 120e3, 415.0, 415.0, 0.5, 0.0);
  EXPECT_NEAR(off.u.bus.V, 0.0, 1e-12);
  EXPECT_NEAR(test::outputs(shelf, off.x, off.u).P_in, 0.0, 1e-9);
}

}  // namespace
}  // namespace wattloop
