#include "models/grid.h"

#include <gtest/gtest.h>

#include <numbers>

#include "models/line.h"
#include "models/loads.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

constexpr double degree = std::numbers::pi / 180.0;

/// A load of P + jQ at the port of a grid behind R + jX, all in pu: the voltage at the load.
struct Feeder {
  AcPort<double> u;
  AcFlow<double> I;
};

Feeder solve_feeder(double power, double Q, double R, double X, double angle = 0.0) {
  Grid<double> grid{R, X, 60.0};
  AcLoad<double> load{power / std::hypot(power, Q), 0.5, 0.0};
  if (power == 0.0) load.power_factor = 1.0;
  const auto y = test::solve(
      [&](const std::array<Dual<4>, 4>& v) {
        using D = Dual<4>;
        const AcPort<D> node{v[0], v[1]};
        const auto g = test::evaluate<D>(grid, {v[2], v[3]}, {node, D(1.0), D(angle), D(60.0)});
        const auto l = test::evaluate<D>(load, {}, {node, HeatPort<D>{D(300.0)}, D(power)});
        return std::array<D, 4>{g.residual.I_re, g.residual.I_im, g.flow.supply.I_re + l.flow.supply.I_re,
                                g.flow.supply.I_im + l.flow.supply.I_im};
      },
      std::array{1.0, 0.0, 0.0, 0.0});
  return {{y[0], y[1]}, {y[2], y[3]}};
}

TEST(Grid, TwoBusFeederHasItsClosedForms) {
  const Feeder reactance = solve_feeder(1.0, 0.0, 0.0, 0.1);
  EXPECT_NEAR(std::abs(test::phasor(reactance.u)), 0.9949361530, 5e-11);
  EXPECT_NEAR(std::arg(test::phasor(reactance.u)) / degree, -5.76847952, 5e-9);

  const Feeder mixed = solve_feeder(0.8, 0.2, 0.02, 0.06);
  EXPECT_NEAR(std::abs(test::phasor(mixed.u)), 0.9701081359, 5e-11);
  EXPECT_NEAR(std::arg(test::phasor(mixed.u)) / degree, -2.59958592, 5e-9);
  EXPECT_NEAR(0.02 * std::norm(test::phasor(mixed.I)), 0.0144510237, 5e-11);
}

TEST(Grid, VoltageFollowsTheNoseCurve) {
  // Q = 0, R = 0: V^2 = (1 + sqrt(1 - 4 X^2 P^2)) / 2, with its nose at P = 1/(2X) = 5.
  constexpr double X = 0.1;
  for (double power : {0.0, 1e-6, 0.5, 2.0, 4.0, 4.9, 4.999}) {
    const double exact = std::sqrt(0.5 * (1.0 + std::sqrt(1.0 - 4.0 * X * X * power * power)));
    EXPECT_NEAR(std::abs(test::phasor(solve_feeder(power, 0.0, 0.0, X).u)), exact, 1e-10) << power;
  }
}

TEST(Grid, LoadBeyondTheNoseBecomesAnImpedance) {
  const Feeder f = solve_feeder(8.0, 0.0, 0.0, 0.1);
  EXPECT_LT(std::abs(test::phasor(f.u)), 0.5);
  EXPECT_GT(std::abs(test::phasor(f.u)), 0.0);
}

TEST(Grid, AngleTurnsTheWholeNetwork) {
  const Feeder f = solve_feeder(0.8, 0.2, 0.02, 0.06), turned = solve_feeder(0.8, 0.2, 0.02, 0.06, 1.234);
  const auto turn = std::polar(1.0, 1.234);
  EXPECT_NEAR(std::abs(test::phasor(turned.u) - turn * test::phasor(f.u)), 0.0, 1e-13);
  EXPECT_NEAR(std::abs(test::phasor(turned.I) - turn * test::phasor(f.I)), 0.0, 1e-13);
}

TEST(Grid, MeterEqualsThePowerAtThePort) {
  const Grid<double> grid{0.02, 0.06, 60.0};
  const Feeder f = solve_feeder(0.8, 0.2, 0.02, 0.06);
  const Grid<double>::Across<double> u{f.u, 1.0, 0.0, 60.0};
  const Grid<double>::State<double> x{f.I.I_re, f.I.I_im};
  EXPECT_NEAR(grid.energy_from_outside(x, u), 0.8, 1e-14);
  const auto out = test::outputs(grid, x, u);
  EXPECT_NEAR(out.P_el, 0.8, 1e-14);
  EXPECT_NEAR(out.Q_el, 0.2, 1e-14);
  EXPECT_NEAR(out.power_factor, 0.8 / std::hypot(0.8, 0.2), 1e-14);
  EXPECT_NEAR(out.voltage, 0.9701081359, 5e-11);
  EXPECT_NEAR(out.current, std::abs(test::phasor(f.I)) / std::sqrt(3.0), 1e-14);
  EXPECT_DOUBLE_EQ(out.frequency, 60.0);
}

TEST(Grid, WithoutImpedanceItIsAnIdealSource) {
  const Grid<double> grid{0.0, 0.0, 60.0};
  const auto e = test::evaluate<double>(grid, {1e3, -2e3}, {{345e3, 0.0}, 345e3, 0.0, 60.0});
  EXPECT_EQ(e.residual.I_re, 0.0);
  EXPECT_EQ(e.residual.I_im, 0.0);
  EXPECT_EQ(e.flow.supply.I_re, -1e3);
  EXPECT_EQ(e.flow.supply.I_im, 2e3);
}

}  // namespace
}  // namespace wattloop
