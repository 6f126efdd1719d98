#include "models/transformer.h"

#include <gtest/gtest.h>

#include "models/loads.h"
#include "tests/support/electrical.h"

namespace wattloop {
namespace {

using Unit = Transformer<double>;
constexpr HeatPort<double> room{300.0};

/// 34.5 kV / 415 V, 2,500 kVA, dry.
Unit unit() {
  return {2.5e6, 34.5e3, 415.0, 0.0575, 3.2e3, 12.2e3, 0.005};
}

/// The operating point with P + jQ at the secondary and rated primary voltage.
Unit::Across<double> loaded(const Unit& t, double power, double power_factor, double tap = 1.0) {
  AcLoad<double> load{power_factor, 200.0, 0.0};
  const auto y = test::solve(
      [&](const std::array<Dual<2>, 2>& v) {
        using D = Dual<2>;
        const AcPort<D> node{v[0], v[1]};
        const HeatPort<D> r{D(300.0)};
        const auto a = test::evaluate<D>(t, {}, {{D(t.V_primary), D(0.0)}, node, r, D(tap)});
        const auto b = test::evaluate<D>(load, {}, {node, r, D(power)});
        return std::array<D, 2>{a.flow.secondary.I_re + b.flow.supply.I_re, a.flow.secondary.I_im + b.flow.supply.I_im};
      },
      std::array{t.V_secondary, 0.0});
  return {{t.V_primary, 0.0}, {y[0], y[1]}, room, tap};
}

TEST(Transformer, ShortCircuitTestGivesRatedCurrentAndLoadLoss) {
  const Unit t = unit();
  const Unit::Across<double> u{{0.0575 * 34.5e3, 0.0}, {0.0, 0.0}, room, 1.0};
  const auto out = test::outputs(t, {}, u);
  EXPECT_NEAR(out.loading, 1.0, 1e-13);
  EXPECT_NEAR(out.loss, 12.2e3 + 3.2e3 * 0.0575 * 0.0575, 1e-8);
  EXPECT_NEAR(out.P_in, out.loss, 1e-8);
  const auto I = test::evaluate<double>(t, {}, u).flow.primary;
  EXPECT_NEAR(line_current(I), 2.5e6 / 34.5e3 / std::sqrt(3.0), 0.03);
}

TEST(Transformer, NoLoadTestGivesNoLoadLossAndMagnetisingCurrent) {
  const Unit t = unit();
  const auto e = test::evaluate<double>(t, {}, {{34.5e3, 0.0}, {415.0, 0.0}, room, 1.0});
  EXPECT_NEAR(ac_power(AcPort<double>{34.5e3, 0.0}, e.flow.primary), 3.2e3, 1e-9);
  EXPECT_NEAR(reactive_power(AcPort<double>{34.5e3, 0.0}, e.flow.primary), 0.005 * 2.5e6, 1e-8);
  EXPECT_NEAR(magnitude(e.flow.secondary.I_re, e.flow.secondary.I_im), 0.0, 1e-6);
}

TEST(Transformer, EfficiencyAtHalfLoadAndAtOneMegawatt) {
  const Unit t = unit();
  const auto half = test::outputs(t, {}, loaded(t, 1.25e6, 1.0));
  EXPECT_NEAR(half.P_out / half.P_in, 0.995, 5e-5);
  const auto megawatt = test::outputs(t, {}, loaded(t, 1e6, 1.0));
  EXPECT_NEAR(megawatt.P_out / megawatt.P_in, 0.9949, 5e-5);
}

TEST(Transformer, LossIsNoLoadAndLoadLossAndAllOfItIsHeat) {
  const Unit t = unit();
  for (double power : {0.0, 0.3e6, 1e6, 2.4e6}) {
    const auto u = loaded(t, power, 0.9);
    const auto out = test::outputs(t, {}, u);
    const double I_ratio = power / 0.9 / out.V_out / (2.5e6 / 415.0);
    EXPECT_NEAR(out.loading, I_ratio, 1e-12);
    EXPECT_NEAR(out.loss, 3.2e3 + 12.2e3 * I_ratio * I_ratio, 1e-6);
    EXPECT_NEAR(out.P_in - out.P_out, out.loss, 1e-8);
    EXPECT_EQ(test::evaluate<double>(t, {}, u).flow.room.Q_flow, -out.loss);
  }
}

TEST(Transformer, TapChangesTheRatioAndKeepsTheBalance) {
  const Unit t = unit();
  EXPECT_NEAR(test::outputs(t, {}, loaded(t, 0.0, 1.0, 1.05)).V_out, 415.0 / 1.05, 1e-9);
  const auto out = test::outputs(t, {}, loaded(t, 2e6, 0.95, 0.975));
  EXPECT_NEAR(out.P_in - out.P_out, out.loss, 1e-8);
  EXPECT_NEAR(out.P_out, 2e6, 1e-6);
}

TEST(Transformer, CheckNamesAnImpossibleShortCircuitVoltage) {
  Unit t = unit();
  EXPECT_TRUE(t.check().empty());
  t.uk = 0.004;
  EXPECT_NE(t.check().find("uk"), std::string::npos);
}

}  // namespace
}  // namespace wattloop
