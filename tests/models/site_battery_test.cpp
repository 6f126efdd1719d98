// Batteries of the site, each alone at a bus that the test holds.

#include <gtest/gtest.h>

#include "models/grid_following_battery.h"
#include "models/grid_forming_battery.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Following = GridFollowingBattery<double>;
using Forming = GridFormingBattery<double>;
constexpr double V_n = 415.0;

Following following() {
  Following battery = test::with_defaults<GridFollowingBattery>();
  battery.P_rated = 1e6;
  battery.capacity = 3.6e9;
  battery.V_nominal = V_n;
  return battery;
}
Forming forming() {
  Forming battery = test::with_defaults<GridFormingBattery>();
  battery.P_rated = 1e6;
  battery.capacity = 3.6e9;
  battery.V_set = V_n;
  return battery;
}

/// What it asks of itself at a frequency and a voltage.
double asked_P(double soc, double P_set, double frequency) {
  const auto e =
      test::evaluate<double>(following(), {soc, 0.0, 0.0}, {{V_n, 0.0}, {300.0}, 1.0, P_set, 0.0, frequency, 1.0});
  return -e.residual.P_now;
}

TEST(GridFollowingBattery, HelpsTheFrequencyByItsDroop) {
  EXPECT_NEAR(asked_P(0.5, 0.2, 0.995), 0.2 + 0.005 / 0.02, 1e-12);
  EXPECT_NEAR(asked_P(0.5, 0.2, 0.95), 1.0, 1e-12);
  EXPECT_NEAR(asked_P(0.5, -0.5, 1.05), -1.0, 1e-12);
  EXPECT_NEAR(asked_P(0.0, 0.7, 1.0), 0.0, 1e-3);   // empty: it only charges
  EXPECT_NEAR(asked_P(1.0, -0.7, 1.0), 0.0, 1e-3);  // full: it only gives
}

TEST(GridFollowingBattery, GivesItsPowerAndClosesItsBalance) {
  const Following battery = following();
  const Following::State<double> x{0.5, 0.6, 0.2};
  const Following::Across<double> u{{400.0, 50.0}, {300.0}, 1.0, 0.6, 0.2, 1.0, 1.0};
  const auto out = test::outputs(battery, x, u);
  EXPECT_NEAR(out.P_el, 6e5, 1e-6);
  EXPECT_NEAR(out.Q_el, 2e5, 1e-6);
  EXPECT_NEAR(out.loss, 0.004 * 1e6 + 0.03 * 0.36e6, 1e-6);
  const auto e = test::evaluate<double>(battery, x, u);
  EXPECT_NEAR(e.residual.soc, out.P_el + out.loss, 1e-6);  // capacity dsoc/dt = -this
  EXPECT_NEAR(out.autonomy, 0.5 * 3.6e9 / (out.P_el + out.loss), 1.0);
}

/// P = E V sin(delta)/X, Q = (E cos(delta) - V) V/X; the frequency droops with the measured power.
TEST(GridFormingBattery, IsAVoltageBehindAReactance) {
  const Forming battery = forming();
  const double X = 0.15 * V_n * V_n / 1e6, delta = 0.1;
  const auto y = test::solve(
      [&](const std::array<Dual<2>, 2>& I) {
        using D = Dual<2>;
        const auto e = test::evaluate<D>(battery, {D(0.5), D(delta), D(0.6), D(0.0), D(0.0), I[0], I[1]},
                                         {{D(V_n), D(0.0)}, {D(300.0)}, D(1.0), D(0.1), D(1.0), D(1.0)});
        return std::array<D, 2>{e.residual.I_re, e.residual.I_im};
      },
      std::array{0.0, 0.0});
  const auto out =
      test::outputs(battery, {0.5, delta, 0.6, 0.0, 0.0, y[0], y[1]}, {{V_n, 0.0}, {300.0}, 1.0, 0.1, 1.0, 1.0});
  EXPECT_NEAR(out.P_el, V_n * V_n * std::sin(delta) / X, 1e-6);
  EXPECT_NEAR(out.Q_el, V_n * V_n * (std::cos(delta) - 1.0) / X, 1e-6);
  EXPECT_NEAR(out.frequency, 60.0 * (1.0 - 0.01 * (0.6 - 0.1)), 1e-12);
}

/// The virtual reactance rests where the current is within its limit and grows by the excess over it.
TEST(GridFormingBattery, LimitsItsCurrentByAReactance) {
  const Forming battery = forming();
  const double I_rated = 1e6 / V_n;  // the connector's unit
  const auto rate = [&](double I, double z) {
    Forming::State<double> x{};
    x.soc = 0.5, x.z = z, x.I_re = I;
    return -test::evaluate<double>(battery, x, {{V_n, 0.0}, {300.0}, 1.0, 0.0, 1.0, 1.0}).residual.z;
  };
  EXPECT_NEAR(rate(1.4 * I_rated, 0.0), 0.0, 1e-12);
  EXPECT_NEAR(rate(1.7 * I_rated, 0.0), 0.2, 1e-9);
  EXPECT_NEAR(rate(1.5 * I_rated, 0.8), 0.0, 1e-9);
  EXPECT_NEAR(rate(0.5 * I_rated, 0.8), -0.8, 1e-9);
}

}  // namespace
}  // namespace wattloop
