#include "solver/ida.h"

#include <gtest/gtest.h>

#include "solver/sdirk.h"
#include "solver/simulation.h"
#include "tests/support/toy_network.h"

namespace wattloop {
namespace {

using test::ToyBody;
using test::ToyLag;

/// A lag of 1/s and an oscillator of 0.5/s.
struct LagSystem {
  System system;
  LagSystem() {
    system.add_component(component_type<ToyLag>(), "lag", 0);
    system.group(0).set_parameter(0, 1, 0.5);
    system.finish(1, Ida::linearisations);
  }
};

TEST(Ida, StaysWithinItsTolerance) {
  for (double tolerance : {0.1, 0.001}) {
    LagSystem s;
    Ida integrator(s.system, {tolerance}, 16.0);
    integrator.restart(0.0, s.system.start());
    for (double t = 1.0; t <= 20.0; t += 1.0) {
      EXPECT_EQ(integrator.advance(t), Integrator::Stop::end);
      EXPECT_EQ(integrator.time(), t);
      EXPECT_NEAR(integrator.state()[0], std::exp(-t), 0.02 * tolerance * 10.0) << t;
      EXPECT_NEAR(integrator.state()[1], std::cos(0.5 * t), 0.02 * tolerance * 10.0) << t;
    }
    EXPECT_EQ(integrator.statistics().restarts, 1);
  }
}

TEST(Ida, SolvesADifferentialAlgebraicPairFromInconsistentValues) {
  System system;
  system.add_component(component_type<test::ToyDae>(), "dae", 0);
  system.finish(1, Ida::linearisations);
  Ida integrator(system, {1e-4}, 1.0);
  std::vector<double> start = system.start();
  start[1] = 1.4;  // consistent is 1
  integrator.restart(0.0, start);
  integrator.advance(1.5);
  const double y = integrator.state()[0], z = integrator.state()[1];
  EXPECT_NEAR(z + z * z * z, y, 1e-7);
  EXPECT_NEAR(std::log(z) + 1.5 * z * z, 1.5 - 1.5, 1e-4);  // it falls by one each second, from 1.5
}

/// A voltage that falls at once has fallen below its limit, though it has never passed it.
TEST(Ida, StopsAtARootThatConsistentValuesJumpOver) {
  System system;
  system.add_component(component_type<test::ToyDae>(), "dae", 0);
  system.finish(1, Ida::linearisations);
  Ida integrator(system, {1e-4}, 1.0);
  integrator.set_root([](const std::vector<double>& y) { return y[1] - 0.8; });
  std::vector<double> start = system.start();
  start[1] = 0.5;  // consistent is 1
  integrator.restart(0.0, start);
  EXPECT_EQ(integrator.advance(0.1), Integrator::Stop::root);
  EXPECT_EQ(integrator.time(), 0.0);
  EXPECT_EQ(integrator.advance(0.1), Integrator::Stop::end);
}

/// A signal that is not a number at the start only: no consistent values there, but after a very short step.
TEST(Ida, StepsBeyondAnInstantWithoutConsistentValues) {
  System system;
  const ComponentRef lag = system.add_component(component_type<ToyLag>(), "lag", 0);
  const int signal = system.add_node(Connector::output, "signal", test::unity);
  system.drive(signal, [](double t) { return t > 0.0 ? 3.0 : std::numeric_limits<double>::quiet_NaN(); });
  system.read(lag, 0, {signal, {}, 0});
  system.finish(1, Ida::linearisations);
  Ida integrator(system, {0.001}, 1.0);
  integrator.restart(0.0, system.start());
  integrator.advance(2.0);
  EXPECT_NEAR(integrator.state()[0], 3.0 - 2.0 * std::exp(-2.0), 1e-4);
}

TEST(Ida, LocatesEveryRootOfAnOscillation) {
  LagSystem s;
  Ida integrator(s.system, {0.001}, 1.0);
  integrator.set_root([](const std::vector<double>& y) { return y[1]; });
  integrator.restart(0.0, s.system.start());
  const double pi = 3.14159265358979323846;
  for (double expected : {3.0 * pi, 7.0 * pi, 11.0 * pi}) {
    ASSERT_EQ(integrator.advance(100.0), Integrator::Stop::root);
    EXPECT_NEAR(integrator.time(), expected, 1e-3);
    EXPECT_GE(integrator.state()[1], 0.0);
  }
}

TEST(Ida, RunsASimulation) {
  LagSystem s;
  Ida integrator(s.system, {0.001}, 4.0);
  integrator.restart(0.0, s.system.start());
  Simulation simulation(integrator);
  double found = 0.0;
  simulation.when([](const std::vector<double>& y) { return 0.5 - y[0]; },
                  [&](double t, const std::vector<double>&) {
                    found = t;
                    s.system.group(0).held(0, 0) = 2.0;
                    return true;
                  });
  EXPECT_TRUE(simulation.run(10.0));
  EXPECT_NEAR(found, std::log(2.0), 1e-3);
  EXPECT_NEAR(integrator.state()[0], 2.0 - 1.5 * std::exp(-(10.0 - found)), 1e-4);
  EXPECT_EQ(integrator.statistics().restarts, 2);
}

/// A ring of bodies in nested regions around a source, with new powers every 7 s, for 70 s.
struct JumpingNetwork {
  static constexpr int nodes = 200;
  System system;
  double stored = 0.0;
  explicit JumpingNetwork(int threads) {
    test::Random random(11);
    std::vector<int> node, regions{0};
    for (int i = 0; i < nodes; ++i) node.push_back(system.add_node(Connector::heat, "node", test::warm));
    system.connect(system.add_component(component_type<test::ToySource>(), "source", 0), 0, node[0]);
    for (int i = 0; i < nodes; ++i) {
      if (i % 10 == 0) regions.push_back(system.add_region("region", regions[random.below(1 + i / 10)]));
      const ComponentRef body = system.add_component(component_type<ToyBody>(), "body", regions.back(), 1.0 + i % 3);
      system.group(body.group).set_parameter(body.index, 0, random.uniform(1.0, 50.0));
      system.connect(body, 0, node[i]);
      const ComponentRef link = system.add_component(component_type<test::ToyConductor>(), "link", regions.back());
      system.group(link.group).set_parameter(link.index, 1, 0.01);
      system.connect(link, 0, node[i]);
      system.connect(link, 1, node[(i + 1) % nodes]);
    }
    system.finish(threads, Sdirk::linearisations);
  }
  void run(Integrator& integrator) {
    integrator.restart(0.0, system.start());
    stored = system.stored_energy(system.start().data());
    for (int k = 1; k <= 10; ++k) {
      integrator.advance(7.0 * k);
      for (int i = 0; i < nodes; ++i) system.group(1).held(i, 1) = 20.0 * ((i + k) % 7);
      integrator.jumped();
    }
  }
};

TEST(Ida, AgreesWithSdirk) {
  JumpingNetwork by_sdirk(1), by_ida(1);
  Sdirk sdirk(by_sdirk.system, {0.05}, 7.0);
  Ida ida(by_ida.system, {0.001}, 7.0);
  by_sdirk.run(sdirk);
  by_ida.run(ida);
  for (int u = 0; u < by_ida.system.size(); ++u) {
    if (by_ida.system.unknown_unit(u) == "K") {
      EXPECT_NEAR(sdirk.state()[u], ida.state()[u], 0.05) << by_ida.system.unknown_name(u);
    }
  }
  EXPECT_GE(ida.statistics().restarts, 10);
}

/// Energy in by the meters and what is stored agree, across jumps, changes of order and of step.
TEST(Ida, MetersCloseTheEnergyBalance) {
  for (double tolerance : {0.05, 0.001}) {
    JumpingNetwork network(2);
    System& system = network.system;
    Ida integrator(system, {tolerance}, 7.0);
    network.run(integrator);
    const test::MeterSums sums(system);
    const double gained = system.stored_energy(integrator.state().data()) - network.stored;
    EXPECT_GT(std::abs(gained), 1e3);
    EXPECT_NEAR(sums.outside, gained, 1e-7 * sums.gross) << tolerance;
    EXPECT_NEAR(sums.ports, 0.0, 1e-7 * sums.gross) << tolerance;
  }
}

/// A root inside a step: the meters stop where the state does.
TEST(Ida, MetersStopAtARoot) {
  test::HeatedBody heated(100.0, Ida::linearisations);
  System& system = heated.system;
  Ida integrator(system, {0.01}, 100.0);
  integrator.restart(0.0, system.start());
  integrator.set_root([](const std::vector<double>& y) { return y[0] - 320.0; });
  for (const auto stop : {Integrator::Stop::root, Integrator::Stop::end}) {
    ASSERT_EQ(integrator.advance(60.0), stop);
    const System::Meter m = system.meter_of({heated.body.group, 0});
    const double stored = system.group(heated.body.group).stored_energy(0, integrator.state().data());
    EXPECT_NEAR(m.energy_ports + m.energy_outside, stored - 3000.0, 1e-3 * 0.01 * 10.0);  // what Newton leaves: J
    EXPECT_NEAR(m.energy_outside, 100.0 * integrator.time(), 1e-6 * 6000.0);
  }
}

TEST(Ida, GivesTheSameBitsOnAnyNumberOfThreads) {
  std::vector<double> reference;
  for (int threads : {1, 2, 4}) {
    JumpingNetwork network(threads);
    Ida integrator(network.system, {0.01}, 7.0);
    network.run(integrator);
    if (threads == 1) reference = integrator.state();
    EXPECT_EQ(integrator.state(), reference) << threads;
  }
}

}  // namespace
}  // namespace wattloop
