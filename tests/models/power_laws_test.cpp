// The laws of networks per unit are those of the site's components.

#include "models/power_laws.h"

#include <gtest/gtest.h>

#include <numbers>

#include "models/line.h"
#include "models/transformer.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

void expect_same(const AcFlow<double>& a, const AcFlow<double>& b, double scale) {
  EXPECT_NEAR(a.I_re, b.I_re, 1e-13 * scale);
  EXPECT_NEAR(a.I_im, b.I_im, 1e-13 * scale);
}

TEST(PowerLaws, ALineOfTheSiteIsAPiBranch) {
  const Line<double> line{1200.0, 70.8e-6, 120e-6, 100e-9, 700.0, 0.0, 1.0, 0.0};
  const AcPort<double> from{34.4e3, -200.0}, to{34.1e3, -350.0};
  const auto site = test::evaluate<double>(line, {}, {from, to, {300.0}}).flow;
  const PiBranch branch{1200.0 * 70.8e-6, 1200.0 * 120e-6, 1200.0 * 100e-9, {1.0, 0.0}};
  const auto found = branch.currents(from, to);
  expect_same(found.from, site.from, 1e3);
  expect_same(found.to, site.to, 1e3);
}

TEST(PowerLaws, ATransformerOfTheSiteIsAPiBranchBesideItsNoLoadLoss) {
  const Transformer<double> unit{100e6, 345e3, 34.5e3, 0.10, 0.0, 300e3, 0.0};
  const AcPort<double> primary{344e3, 5e3}, secondary{34.2e3, -800.0};
  const double tap = 0.975, Z = 34.5e3 * 34.5e3 / 100e6;
  const auto site = test::evaluate<double>(unit, {}, {primary, secondary, {300.0}, tap}).flow;
  const PiBranch branch{0.003 * Z, std::sqrt(0.01 - 9e-6) * Z, 0.0, {10.0 * tap, 0.0}};
  const auto found = branch.currents(primary, secondary);
  expect_same(found.from, site.primary, 1e3);
  expect_same(found.to, site.secondary, 1e4);
}

TEST(PowerLaws, AShifterTurnsAndATapScales) {
  const double shift = std::numbers::pi / 6.0;
  const PiBranch branch{0.01, 0.1, 0.0, {1.05 * std::cos(shift), 1.05 * std::sin(shift)}};
  const TwoPort y = branch.two_port();
  const Phasor<double> series = reciprocal(Phasor<double>{0.01, 0.1});
  // Y_ft = -y / conj(a), Y_tf = -y / a, Y_ff = y / |a|^2 (MATPOWER User's Manual 2020, eq. 3.2)
  const Phasor<double> a = branch.ratio, ft = series * reciprocal(conj(a)), tf = series * reciprocal(a);
  EXPECT_NEAR(y.ft.re, -ft.re, 1e-14);
  EXPECT_NEAR(y.ft.im, -ft.im, 1e-14);
  EXPECT_NEAR(y.tf.re, -tf.re, 1e-14);
  EXPECT_NEAR(y.tf.im, -tf.im, 1e-14);
  EXPECT_NEAR(y.ff.im, series.im / (1.05 * 1.05), 1e-13);
}

TEST(PowerLaws, LossOfABranchIsThatOfItsResistance) {
  const PiBranch branch{0.02, 0.06, 0.1, {0.98, 0.05}};
  const AcPort<double> from{1.02, 0.01}, to{0.98, -0.05};
  const auto flow = branch_flow(branch.two_port(), from, to);
  const Phasor<double> ideal = reciprocal(branch.ratio) * Phasor<double>{from.V_re, from.V_im};
  const AcFlow<double> I = series_current(AcPort<double>{ideal.re, ideal.im}, to, 0.02, 0.06);
  EXPECT_NEAR(flow.from.re + flow.to.re, 0.02 * current_squared(I), 1e-14);
}

TEST(PowerLaws, LoadsFollowTheVoltageByTheirShares) {
  const AcPort<double> u{0.9, -0.2};
  const double V = std::hypot(0.9, 0.2);
  const LoadShares shares{0.5, 0.3, 0.2};
  const AcFlow<double> I = load_current(Phasor<double>{0.8, 0.3}, shares, u);
  const double factor = 0.5 * V * V + 0.3 * V + 0.2;
  EXPECT_NEAR(ac_power(u, I), 0.8 * factor, 1e-15);
  EXPECT_NEAR(reactive_power(u, I), 0.3 * factor, 1e-15);
  // The site's loads above their minimum voltage are those of constant power.
  expect_same(load_current(Phasor<double>{0.8, 0.3}, LoadShares{}, u), ac_constant_power(0.8, 0.3, u, 0.5), 1.0);
}

}  // namespace
}  // namespace wattloop
