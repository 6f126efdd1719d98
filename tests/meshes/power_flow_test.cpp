// Power flows against closed forms, published values and independent programs.

#include "meshes/power_flow.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <numbers>

#include "io/importers/matpower_reader.h"
#include "meshes/power_variants.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

PowerNetwork read_example(const std::string& name) {
  return read_matpower(WATTLOOP_SOURCE_DIR "/examples/ieee_feeders/" + name + ".m");
}

double magnitude_at(const PowerFlow& flow, int id) {
  for (int bus = 0; bus < static_cast<int>(flow.network().buses.size()); ++bus)
    if (flow.network().buses[bus].id == id) return std::hypot(flow.voltage(bus).V_re, flow.voltage(bus).V_im);
  return NAN;
}

/// A source of 1 pu, an impedance and a load.
PowerNetwork feeder(double R, double X, double P, double Q) {
  PowerNetwork net;
  net.base_mva = 1.0;
  net.buses.resize(2);
  net.buses[0].id = 1, net.buses[1].id = 2;
  net.buses[0].type = BusType::slack;
  net.buses[1].demand = {P, Q};
  net.generators.push_back({.bus = 0});
  net.branches.push_back({.from = 0, .to = 1, .R = R, .X = X});
  return net;
}

TEST(PowerFlow, TwoBusesInClosedForm) {
  const auto expect = [](const PowerNetwork& net, double V, double angle) {
    PowerFlow flow(net);
    ASSERT_TRUE(flow.solve().converged);
    EXPECT_NEAR(magnitude_at(flow, 2), V, 5e-11);
    EXPECT_NEAR(std::atan2(flow.voltage(1).V_im, flow.voltage(1).V_re) * 180.0 / std::numbers::pi, angle, 5e-9);
  };
  expect(feeder(0.0, 0.1, 1.0, 0.0), 0.9949361530, -5.76847952);
  const PowerNetwork lossy = feeder(0.02, 0.06, 0.8, 0.2);
  expect(lossy, 0.9701081359, -2.59958592);
  PowerFlow flow(lossy);
  flow.solve();
  EXPECT_NEAR(flow.loss(), 0.0144510237, 5e-11);
}

TEST(PowerFlow, BothSidesOfTheNose) {
  // X = 0.1 carries P = 5 at most, V^2 = (1 + sqrt(1 - 4 X^2 P^2))/2
  for (const double P : {4.9, 4.999, 4.99999}) {
    const PowerNetwork net = feeder(0.0, 0.1, P, 0.0);
    PowerFlow flow(net);
    ASSERT_TRUE(flow.solve().converged) << P;
    EXPECT_NEAR(magnitude_at(flow, 2), std::sqrt(0.5 * (1.0 + std::sqrt(1.0 - 0.04 * P * P))), 1e-8) << P;
  }
  for (const double P : {5.001, 6.0, 50.0}) {
    const PowerNetwork net = feeder(0.0, 0.1, P, 0.0);
    const PowerFlow::Result result = PowerFlow(net).solve();
    EXPECT_FALSE(result.converged);
    EXPECT_NEAR(result.reached, 5.0 / P, 1e-5);
  }
}

TEST(PowerFlow, PublishedValues) {
  const PowerNetwork nine = read_example("wscc9");
  PowerFlow flow9(nine);
  ASSERT_TRUE(flow9.solve().converged);
  EXPECT_NEAR(100.0 * flow9.generation(0).re, 71.641021, 5e-7);
  EXPECT_NEAR(100.0 * flow9.generation(0).im, 27.045924, 5e-7);
  EXPECT_NEAR(100.0 * flow9.loss(), 4.641021, 5e-7);

  const PowerNetwork fourteen = read_example("ieee14");
  PowerFlow flow14(fourteen);
  ASSERT_TRUE(flow14.solve().converged);
  EXPECT_NEAR(100.0 * flow14.loss(), 13.393272, 5e-7);
  EXPECT_NEAR(magnitude_at(flow14, 14), 1.035530, 5e-7);
  EXPECT_NEAR(std::atan2(flow14.voltage(13).V_im, flow14.voltage(13).V_re) * 180.0 / std::numbers::pi, -16.03364, 5e-6);

  const PowerNetwork feeder33 = read_example("baran_wu33");
  PowerFlow flow33(feeder33);
  ASSERT_TRUE(flow33.solve().converged);
  EXPECT_NEAR(1e4 * flow33.loss(), 202.6771, 5e-5);
  EXPECT_NEAR(magnitude_at(flow33, 18), 0.9130905, 5e-8);
}

TEST(PowerFlow, AgreesWithIndependentPrograms) {
  const std::filesystem::path folder = std::filesystem::path(WATTLOOP_VALIDATION_DIR) / "power_flow/cases";
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".m") continue;
    ++cases;
    const std::string name = "power_flow/cases/" + entry.path().stem().string();
    const PowerNetwork net = read_matpower(entry.path().string());
    PowerFlow flow(net);
    ASSERT_TRUE(flow.solve().converged) << name;
    const auto buses = test::read_table(name + "_buses.csv");
    const auto branches = test::read_table(name + "_branches.csv");
    ASSERT_EQ(buses.size(), net.buses.size());
    ASSERT_EQ(branches.size(), net.branches.size());
    for (std::size_t i = 0; i < buses.size(); ++i) {
      EXPECT_EQ(net.buses[i].id, static_cast<int>(buses[i][0]));
      const AcPort<double> V = flow.voltage(static_cast<int>(i));
      EXPECT_LT(std::hypot(V.V_re - buses[i][1], V.V_im - buses[i][2]), 1e-8) << name << " bus " << buses[i][0];
    }
    for (std::size_t k = 0; k < branches.size(); ++k) {
      const BranchFlow<double> power = flow.flow(static_cast<int>(k));
      const std::array<double, 4> found = {power.from.re, power.from.im, power.to.re, power.to.im};
      for (int c = 0; c < 4; ++c) EXPECT_NEAR(net.base_mva * found[c], branches[k][c], 1e-6) << name << " row " << k;
    }
  }
  EXPECT_EQ(cases, 12);
}

TEST(PowerFlow, LoadsThatFollowTheVoltage) {
  PowerNetwork net = feeder(0.0, 0.1, 1.0, 0.0);
  net.buses[1].shares = {1.0, 0.0, 0.0};  // 1 ohm behind 0.1j
  PowerFlow impedance(net);
  ASSERT_TRUE(impedance.solve().converged);
  EXPECT_NEAR(magnitude_at(impedance, 2), 1.0 / std::hypot(1.0, 0.1), 1e-12);
  net.buses[1].shares = {0.0, 1.0, 0.0};  // 1 A in phase with V: 1 = V^2 + (0.1)^2
  PowerFlow current(net);
  ASSERT_TRUE(current.solve().converged);
  EXPECT_NEAR(magnitude_at(current, 2), std::sqrt(1.0 - 0.01), 1e-12);
}

TEST(PowerFlow, TapsHoldAVoltageInSteps) {
  PowerNetwork net = feeder(0.01, 0.1, 0.8, 0.4);
  net.taps.push_back({.branch = 0, .bus = 1, .V = 1.0, .band = 0.008, .step = 0.0125, .lowest = 0.8, .highest = 1.2});
  PowerFlow flow(net);
  ASSERT_TRUE(flow.solve().converged);
  EXPECT_NEAR(magnitude_at(flow, 2), 1.0, 0.008);
  const double steps = (1.0 - flow.taps()[0]) / 0.0125;
  EXPECT_NEAR(steps, std::round(steps), 1e-9);
  EXPECT_GT(steps, 0.5);
  net.taps[0].lowest = 0.98;  // the end of its range: as near as it comes
  PowerFlow ended(net);
  const PowerFlow::Result result = ended.solve();
  EXPECT_TRUE(result.converged && result.taps_settled);
  EXPECT_NEAR(ended.taps()[0], 0.9875, 1e-12);
  EXPECT_LT(magnitude_at(ended, 2), 0.992);
}

TEST(PowerFlow, ReactiveLimitsHoldWhereTheVoltageCannot) {
  PowerNetwork net = feeder(0.0, 0.1, 1.0, 0.5);
  net.buses[1].type = BusType::voltage;
  net.generators.push_back({.bus = 1, .Q_min = -0.1, .Q_max = 0.1, .V = 1.0});
  PowerFlow limited(net);
  ASSERT_TRUE(limited.solve().converged);
  EXPECT_EQ(limited.limit(1), PowerFlow::Limit::highest);
  EXPECT_NEAR(limited.generation(1).im, 0.1, 1e-9);
  EXPECT_LT(magnitude_at(limited, 2), 1.0);
  net.q_limits = false;
  PowerFlow free(net);
  ASSERT_TRUE(free.solve().converged);
  EXPECT_EQ(free.limit(1), PowerFlow::Limit::none);
  EXPECT_NEAR(magnitude_at(free, 2), 1.0, 1e-11);
}

TEST(PowerFlow, ASeriesCapacitorThatCancelsALine) {
  // 0.1j and -0.1j meet at a bus whose own admittance is then zero; behind them 0.1j to the load.
  PowerNetwork net = feeder(0.0, 0.1, 0.0, 0.0);
  for (int id : {3, 4}) net.buses.emplace_back().id = id;
  net.buses[3].demand = {1.0, 0.0};
  net.branches.push_back({.from = 1, .to = 2, .X = -0.1});
  net.branches.push_back({.from = 2, .to = 3, .X = 0.1});
  PowerFlow flow(net);
  ASSERT_TRUE(flow.solve().converged);
  EXPECT_NEAR(magnitude_at(flow, 4), 0.9949361530, 5e-11);
}

TEST(PowerFlow, TreesAreSweptWithoutFill) {
  PowerNetwork net = feeder(0.01, 0.02, 0.01, 0.0);
  for (int i = 2; i < 60; ++i) {
    net.buses.emplace_back().id = i + 1;
    net.buses.back().demand = {0.01, 0.005};
    net.branches.push_back({.from = (i - 1) / 3, .to = i, .R = 0.01, .X = 0.02});
  }
  const PowerEquations equations(net);
  EXPECT_EQ(equations.pattern()->entries(),
            59 - 1 - 2);  // but for those at the slack bus, which has branches to 1, 2, 3
}

/// Sweeps to their end, without Newton, against Newton without sweeps: a loop in another island keeps it from them.
TEST(PowerFlow, SweepsOfATreeComeToNewtonsVoltages) {
  PowerNetwork net = feeder(0.01, 0.02, 0.01, 0.0);
  for (int i = 2; i < 60; ++i) {
    net.buses.emplace_back().id = i + 1;
    net.buses.back().demand = {0.02 * (1 + i % 3), 0.01 * (i % 4)};
    net.branches.push_back({.from = (i - 1) / 2, .to = i, .R = 0.01, .X = 0.02, .tap = i % 7 == 0 ? 0.975 : 1.0});
  }
  const PowerEquations tree(net);
  PowerSweep sweep(tree);
  ASSERT_TRUE(sweep.fits(tree));
  std::vector<AcPort<double>> swept = tree.flat_start();
  for (int i = 0; i < 40; ++i) sweep.run(tree, swept);

  PowerNetwork beside = net;
  for (int i = 60; i < 63; ++i) {
    beside.buses.emplace_back().id = i + 1;
    beside.branches.push_back({.from = i, .to = i == 62 ? 60 : i + 1, .R = 0.01, .X = 0.02});
  }
  beside.buses[60].type = BusType::slack;
  beside.generators.push_back({.bus = 60});
  PowerFlow newton(beside);
  ASSERT_FALSE(PowerSweep(newton.equations()).fits(newton.equations()));
  ASSERT_TRUE(newton.solve().converged);
  double lowest = 1.0;
  for (int bus = 0; bus < 60; ++bus) {
    const AcPort<double> a = swept[tree.place()[bus]], b = newton.voltage(bus);
    EXPECT_LT(std::hypot(a.V_re - b.V_re, a.V_im - b.V_im), 1e-10) << bus;
    lowest = std::min(lowest, std::hypot(b.V_re, b.V_im));
  }
  EXPECT_LT(lowest, 0.97) << "a tree that is loaded";
}

/// 8 + 2.4j per unit fed into the grid through 0.09 + 0.13j: from a flat start Newton comes to no solution or to the
/// lower one; from no load up it is the upper root of V^4 - b V^2 + |Z|^2 |S|^2 = 0, b = 1 + 2 (R P + X Q).
TEST(PowerFlow, WhereAFlatStartFailsItComesFromNoLoad) {
  constexpr double R = 0.09, X = 0.13, P = 8.0, Q = 2.4;
  PowerNetwork net = feeder(R, X, -P, -Q);
  net.buses.emplace_back().id = 3;  // holds its voltage: no sweeps
  net.buses[2].type = BusType::voltage;
  net.buses[2].demand = {1.0, 0.0};
  net.generators.push_back({.bus = 2, .V = 1.1});
  net.branches.push_back({.from = 0, .to = 2, .X = 0.1});
  net.q_limits = false;
  PowerFlow flow(net);
  const PowerFlow::Result result = flow.solve();
  ASSERT_TRUE(result.converged);
  EXPECT_TRUE(result.continued);
  EXPECT_EQ(result.reached, 1.0);
  const double b = 1.0 + 2.0 * (R * P + X * Q), ZS = std::hypot(R, X) * std::hypot(P, Q);
  EXPECT_NEAR(magnitude_at(flow, 2), std::sqrt(0.5 * (b + std::sqrt(b * b - 4.0 * ZS * ZS))), 1e-10);
  PowerFlow again(net);
  const auto& V = flow.voltages();
  const PowerFlow::Result near = again.solve(flow.equations().branch_on(), &V);
  EXPECT_TRUE(near.converged && !near.continued) << "no need where it begins at the answer";
}

TEST(PowerFlow, ASlackBusAloneFeedsItself) {
  PowerNetwork net;
  net.buses.resize(1);
  net.buses[0].id = 1;
  net.buses[0].type = BusType::slack;
  net.buses[0].demand = {0.1, 0.05};
  net.generators.push_back({.bus = 0});
  PowerFlow flow(net);
  ASSERT_TRUE(flow.solve().converged);
  EXPECT_DOUBLE_EQ(flow.generation(0).re, 0.1);
  EXPECT_DOUBLE_EQ(flow.generation(0).im, 0.05);
}

TEST(PowerFlow, DeadIslandsAreNotSolved) {
  PowerNetwork net = feeder(0.0, 0.1, 1.0, 0.0);
  net.buses.resize(4);
  net.buses[2].id = 3, net.buses[3].id = 4;
  net.buses[2].demand = {1.0, 0.0};
  net.branches.push_back({.from = 1, .to = 2, .X = 0.1, .on = false});
  net.branches.push_back({.from = 2, .to = 3, .X = 0.1});
  PowerFlow flow(net);
  ASSERT_TRUE(flow.solve().converged);
  EXPECT_FALSE(flow.equations().islands().is_live(2));
  EXPECT_EQ(magnitude_at(flow, 4), 0.0);
  EXPECT_NEAR(magnitude_at(flow, 2), 0.9949361530, 5e-11);
}

}  // namespace
}  // namespace wattloop
