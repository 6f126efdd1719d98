#include "solver/condensation.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>

#include "solver/errors.h"
#include "solver/sdirk.h"
#include "tests/support/toy_network.h"

namespace wattloop {
namespace {

using test::Random;

/// dF/dy + cj dF/dy' of a system that is linear, column by column.
Eigen::MatrixXd dense_jacobian(System& system, double cj) {
  const int n = system.size();
  std::vector<double> y(n, 0.0), dy(n, 0.0), base(n), r(n);
  system.residual(0.0, y.data(), dy.data(), base.data());
  Eigen::MatrixXd matrix(n, n);
  for (int j = 0; j < n; ++j) {
    y[j] = 1.0, dy[j] = cj;
    system.residual(0.0, y.data(), dy.data(), r.data());
    for (int i = 0; i < n; ++i) matrix(i, j) = r[i] - base[i];
    y[j] = dy[j] = 0.0;
  }
  return matrix;
}

/// Largest difference between the solution of the system and that of the dense matrix, over the largest entry.
double difference(System& system, double cj, const Eigen::MatrixXd& matrix, Random& random) {
  const int n = system.size();
  std::vector<double> y(n, 0.0), dy(n, 0.0), delta(n, 0.0);
  Eigen::VectorXd r(n);
  for (int i = 0; i < n; ++i) r[i] = random.uniform(-1.0, 1.0);
  system.linearise(0.0, y.data(), dy.data(), cj, 0);
  system.solve(0, r.data(), delta.data());
  const Eigen::VectorXd exact = matrix.fullPivLu().solve(r);
  return (Eigen::Map<Eigen::VectorXd>(delta.data(), n) - exact).cwiseAbs().maxCoeff() / exact.cwiseAbs().maxCoeff();
}

TEST(Condensation, SolvesRandomTreesAsADenseMatrixDoes) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    System system;
    const int nodes = 2 + random.below(14);
    test::build_toy_network(system, random, {1 + random.below(12), nodes, random.below(25), nodes + random.below(10)});
    system.finish(1);
    for (double cj : {1e-3, 1.0, 1e3})
      EXPECT_LE(difference(system, cj, dense_jacobian(system, cj), random), 1e-10) << "c_j = " << cj;
  }
}

TEST(Condensation, KeepsSeveralLinearisationsSideBySide) {
  Random random(7);
  System system;
  test::build_toy_network(system, random, {});
  system.finish(1, 3);
  const int n = system.size();
  std::vector<double> zero(n, 0.0), r(n), delta(n);
  for (int slot = 0; slot < 3; ++slot) system.linearise(0.0, zero.data(), zero.data(), 1.0 + 10.0 * slot, slot);
  for (int slot : {1, 0, 2, 1}) {
    for (double& v : r) v = random.uniform(-1.0, 1.0);
    system.solve(slot, r.data(), delta.data());
    const Eigen::VectorXd back =
        dense_jacobian(system, 1.0 + 10.0 * slot) * Eigen::Map<Eigen::VectorXd>(delta.data(), n);
    EXPECT_LE((back - Eigen::Map<Eigen::VectorXd>(r.data(), n)).cwiseAbs().maxCoeff(), 1e-9) << slot;
  }
}

/// The message of the SingularBlock that linearising throws, or empty.
std::string singular_block(System& system) {
  std::vector<double> zero(system.size(), 0.0);
  try {
    system.linearise(0.0, zero.data(), zero.data(), 0.1, 0);
  } catch (const SingularBlock& error) {
    return error.what();
  }
  return {};
}

TEST(Condensation, SharedMatricesOfEqualComponentsAreTheirOwn) {
  Random random(11);
  System system;
  const int node = system.add_node(Connector::heat, "node", test::warm);
  system.connect(system.add_component(component_type<test::ToySource>(), "source", 0), 0, node);
  for (int i = 0; i < 27; ++i) {
    const ComponentRef body = system.add_component(component_type<test::ToyBody>(), "body", 0);
    for (int p = 0; p < 3; ++p) system.group(body.group).set_parameter(body.index, p, i % 3 == 0 ? 2.0 : 5.0);
    system.connect(body, 0, node);
  }
  system.finish(1, 2);
  const int n = system.size();
  std::vector<double> y(n, 0.0), dy(n, 0.0), r(n), own(n, 0.0), shared(n, 0.0);
  for (double& value : r) value = random.uniform(-1.0, 1.0);
  system.linearise(0.0, y.data(), dy.data(), 2.0, 0);
  system.linearise(0.0, y.data(), dy.data(), 2.0, 1, true);
  system.solve(0, r.data(), own.data());
  system.solve(1, r.data(), shared.data());
  EXPECT_EQ(own, shared);
}

TEST(Condensation, NamesTheComponentWhoseBlockIsSingular) {
  System system;
  const int region = system.add_region("hall", 0);
  const int node = system.add_node(Connector::heat, "hall.node", test::warm);
  system.connect(system.add_component(component_type<test::ToyStuck>(), "hall.rack3.stuck", region), 0, node);
  system.connect(system.add_component(component_type<test::ToyBody>(), "hall.body", region), 0, node);
  system.finish(1);
  const std::string what = singular_block(system);
  EXPECT_NE(what.find("hall.rack3.stuck"), std::string::npos) << what;
  EXPECT_NE(what.find("Q_flow"), std::string::npos) << what;
}

TEST(Condensation, NamesTheRegionAndTheUnknownThatNothingDetermines) {
  System system;
  const int hall = system.add_region("hall", 0), rack = system.add_region("hall.rack3", hall);
  const int a = system.add_node(Connector::heat, "hall.rack3.a", test::warm);
  const int b = system.add_node(Connector::heat, "hall.rack3.b", test::warm);
  for (const char* path : {"hall.rack3.c1", "hall.rack3.c2"}) {
    const ComponentRef c = system.add_component(component_type<test::ToyConductor>(), path, rack);
    system.connect(c, 0, a);
    system.connect(c, 1, b);
  }
  system.finish(1);
  const std::string what = singular_block(system);
  EXPECT_NE(what.find("hall.rack3:"), std::string::npos) << what;
  EXPECT_NE(what.find("hall.rack3.b.T"), std::string::npos) << what;
}

TEST(System, MultipliesFlowsButNotSignals) {
  System system;
  const int node = system.add_node(Connector::heat, "node", test::warm);
  const int signal = system.add_node(Connector::output, "signal", test::unity);
  system.connect(system.add_component(component_type<test::ToyBody>(), "bodies", 0, 5.0), 0, node);
  system.connect(system.add_component(component_type<test::ToyLag>(), "lags", 0, 5.0), 1, signal);
  system.finish(1);
  std::vector<double> y = system.start(), zero(system.size(), 0.0), r(system.size());
  y[system.node_unknown(node)] = 310.0;
  y[system.node_unknown(signal)] = 0.25;
  system.residual(0.0, y.data(), zero.data(), r.data());
  EXPECT_DOUBLE_EQ(r[system.node_unknown(node)], 5.0 * 2.0 * 10.0);
  EXPECT_DOUBLE_EQ(r[system.node_unknown(signal)], 1.0 - 0.25);
}

/// One bad region among many weighs as much as it does alone.
TEST(System, NormIsTheLargestOverRegions) {
  System system;
  std::vector<int> nodes;
  for (int i = 0; i < 20; ++i) {
    const std::string path = "rack" + std::to_string(i);
    const int region = system.add_region(path, 0);
    nodes.push_back(system.add_node(Connector::heat, path + ".node", test::warm));
    for (const char* name : {".a", ".b"})
      system.connect(system.add_component(component_type<test::ToyBody>(), path + name, region), 0, nodes.back());
  }
  system.finish(1);
  std::vector<double> v(system.size(), 0.0), inverse_weight(system.size(), 10.0);
  const auto& group = system.group(0);
  for (int body : {14, 15})
    for (int k = 0; k < 2; ++k) v[group.unknown(body, k)] = 0.3;
  v[system.node_unknown(nodes[7])] = 0.3;
  EXPECT_NEAR(system.norm(v.data(), inverse_weight.data()), 3.0, 1e-14);
  v[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isinf(system.norm(v.data(), inverse_weight.data())));
}

/// Everything a run computes, on a number of threads.
std::vector<double> computed_with(int threads) {
  Random random(11);
  System system;
  test::build_toy_network(system, random, {90, 150, 300, 300});
  system.finish(threads, Sdirk::linearisations);
  const int n = system.size();
  std::vector<double> all = system.start(), zero(n, 0.0), r(n), delta(n), inverse_weight(n);
  system.residual(1.0, all.data(), zero.data(), r.data());
  system.linearise(1.0, all.data(), zero.data(), 0.3, 0);
  system.solve(0, r.data(), delta.data());
  system.inverse_weights(all.data(), {}, inverse_weight.data());
  Sdirk integrator(system, {0.01}, 5.0);
  integrator.restart(0.0, all);
  integrator.advance(1.0);
  all = integrator.state();
  all.insert(all.end(), r.begin(), r.end());
  all.insert(all.end(), delta.begin(), delta.end());
  all.push_back(system.norm(delta.data(), inverse_weight.data()));
  all.push_back(static_cast<double>(integrator.statistics().newton));
  for (int g = 0; g < system.groups(); ++g)
    for (int i = 0; i < system.group(g).size(); ++i) all.push_back(system.meter_of({g, i}).energy_ports);
  return all;
}

TEST(System, GivesTheSameBitsOnAnyNumberOfThreads) {
  const std::vector<double> one = computed_with(1);
  for (int threads : {2, 4}) {
    const std::vector<double> many = computed_with(threads);
    ASSERT_EQ(many.size(), one.size());
    EXPECT_EQ(std::memcmp(many.data(), one.data(), one.size() * sizeof(double)), 0) << threads << " threads";
  }
}

}  // namespace
}  // namespace wattloop
