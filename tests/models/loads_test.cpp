#include "models/loads.h"

#include <gtest/gtest.h>

#include "tests/support/electrical.h"

namespace wattloop {
namespace {

constexpr HeatPort<double> room{300.0};

TEST(AcLoad, DrawsItsPowerAtItsPowerFactor) {
  const AcLoad<double> load{0.9, 332.0, 1.0};
  const AcLoad<double>::Across<double> u{{300.0, -280.0}, room, 50e3};
  const auto out = test::outputs(load, {}, u);
  EXPECT_NEAR(out.P_el, 50e3, 1e-9);
  EXPECT_NEAR(out.P_el / std::hypot(out.P_el, out.Q_el), 0.9, 1e-14);
  EXPECT_GT(out.Q_el, 0.0);
  EXPECT_EQ(out.P_it, out.P_el);
  EXPECT_EQ(test::evaluate<double>(load, {}, u).flow.room.Q_flow, -out.P_el);
}

TEST(AcLoad, DiesWithItsVoltageAndOnlyItCounts) {
  const AcLoad<double> load{0.98, 332.0, 0.0};
  double before = 50e3 * (1.0 + 1e-12);
  for (double V = 332.0; V >= 0.0; V -= 4.0) {
    const AcLoad<double>::Across<double> u{{0.0, V}, room, 50e3};
    const auto out = test::outputs(load, {}, u);
    EXPECT_LE(out.P_el, before);
    EXPECT_EQ(out.P_it, 0.0);
    before = out.P_el;
  }
  EXPECT_EQ(before, 0.0);
}

TEST(DcLoad, DrawsItsPowerAndHeatsTheAir) {
  const auto load = test::with_defaults<DcLoad>();
  const auto e = test::evaluate<double>(load, {}, {{50.0}, room, 600.0});
  EXPECT_DOUBLE_EQ(e.flow.supply.I, 12.0);
  EXPECT_DOUBLE_EQ(e.flow.air.Q_flow, -600.0);
  const auto dead = test::evaluate<double>(load, {}, {{0.0}, room, 600.0});
  EXPECT_EQ(dead.flow.supply.I, 0.0);
  EXPECT_EQ(dead.flow.air.Q_flow, 0.0);
  EXPECT_NEAR(test::outputs(load, {}, {{40.0}, room, 600.0}).P_el, 600.0, 1e-10);
}

}  // namespace
}  // namespace wattloop
