#include "solver/simulation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "solver/sdirk.h"
#include "tests/support/toy_network.h"

namespace wattloop {
namespace {

/// A lag of 1/s behind a held input or a signal, and what happened to it.
struct Plant {
  System system;
  std::vector<std::string> log;
  explicit Plant(std::function<double(double)> input = {}) {
    const ComponentRef lag = system.add_component(component_type<test::ToyLag>(), "lag", 0);
    system.group(0).set_parameter(0, 1, 0.01);
    if (input) {
      const int signal = system.add_node(Connector::output, "signal", std::array{input(0.0)});
      system.drive(signal, std::move(input));
      system.read(lag, 0, {signal, {}, 0});
    }
    system.finish(1, Sdirk::linearisations);
  }
  Simulation::Action note(std::string name, bool jumped = false) {
    return [this, name, jumped](double t, const std::vector<double>&) {
      log.push_back(fmt::format("{} {:g}", name, t));
      return jumped;
    };
  }
  auto record(std::string name) {
    return [this, name](double t, const std::vector<double>&) { log.push_back(fmt::format("{} {:g}", name, t)); };
  }
};

TEST(Simulation, AtOneInstantRecordsComeBeforeEventsBeforeSamples) {
  Plant plant;
  Sdirk integrator(plant.system, {}, 4.0);
  integrator.restart(0.0, plant.system.start());
  Simulation simulation(integrator);
  simulation.record_every(10.0, plant.record("record"));
  simulation.every(5.0, plant.note("sample"));
  simulation.at(10.0, plant.note("late"));
  simulation.at(5.0, plant.note("first"));
  simulation.at(5.0, plant.note("second"));
  EXPECT_TRUE(simulation.run(12.0));
  const std::vector<std::string> expected{"record 0", "sample 0",  "first 5", "second 5",
                                          "sample 5", "record 10", "late 10", "sample 10"};
  EXPECT_EQ(plant.log, expected);
  EXPECT_EQ(integrator.time(), 12.0);
}

TEST(Simulation, InstantsOffTheGridOfStepsAreMetExactly) {
  Plant plant;
  Sdirk integrator(plant.system, {}, 4.0);
  integrator.restart(100.0, plant.system.start());
  Simulation simulation(integrator);
  simulation.at(100.7, plant.note("event", true));
  simulation.every(0.3, plant.note("sample"));
  simulation.run(101.0);
  const std::vector<std::string> expected{"sample 100", "sample 100.3", "sample 100.6", "event 100.7", "sample 100.9"};
  EXPECT_EQ(plant.log, expected);
}

TEST(Simulation, AnEventChangesThePlantFromItsInstantOn) {
  Plant plant;
  Sdirk integrator(plant.system, {0.005}, 4.0);
  integrator.restart(0.0, plant.system.start());
  Simulation simulation(integrator);
  simulation.at(3.0, [&](double, const std::vector<double>&) {
    plant.system.group(0).held(0, 0) = 5.0;
    return true;
  });
  simulation.run(4.0);
  EXPECT_NEAR(integrator.state()[0], 5.0 + (std::exp(-3.0) - 5.0) * std::exp(-1.0), 1e-4);
}

enum class Happens { nothing, looks, little, jumps };

std::int64_t steps_of_a_run(Happens what) {
  double height = 0.0;
  Plant plant([&](double t) { return std::sin(0.005 * t) + height; });
  Sdirk integrator(plant.system, {}, 8.0);
  integrator.restart(0.0, plant.system.start());
  Simulation simulation(integrator);
  for (double t = 200.0; t < 800.0 && what != Happens::nothing; t += 200.0)
    simulation.at(t, [&](double, const std::vector<double>&) {
      if (what == Happens::jumps) height += 5.0;
      return what != Happens::looks;
    });
  simulation.run(800.0);
  return integrator.statistics().steps;
}

/// An unchanged output does not make the integrator start anew, nor does an input that is a function of time, nor a
/// jump that moves nothing.
TEST(Simulation, OnlyJumpsShortenTheSteps) {
  const std::int64_t undisturbed = steps_of_a_run(Happens::nothing);
  EXPECT_LE(undisturbed, 120);  // 100 of 8 s, and the way there from a short first one
  EXPECT_LE(steps_of_a_run(Happens::looks), undisturbed + 3);
  EXPECT_LE(steps_of_a_run(Happens::little), undisturbed + 3);
  EXPECT_GE(steps_of_a_run(Happens::jumps), undisturbed + 9);
}

TEST(Simulation, ARootRunsItsActionAndTheRunGoesOn) {
  Plant plant;
  Sdirk integrator(plant.system, {0.001}, 2.0);
  integrator.restart(0.0, plant.system.start());
  Simulation simulation(integrator);
  double found = 0.0;
  simulation.when([](const std::vector<double>& y) { return 0.5 - y[0]; },
                  [&](double t, const std::vector<double>&) {
                    found = t;
                    plant.system.group(0).held(0, 0) = 2.0;
                    return true;
                  });
  simulation.run(10.0);
  EXPECT_NEAR(found, std::log(2.0), 1.5e-3);
  EXPECT_NEAR(integrator.state()[0], 2.0 - 1.5 * std::exp(-(10.0 - found)), 1e-3);
}

TEST(Simulation, StopsWhenAsked) {
  Plant plant;
  Sdirk integrator(plant.system, {}, 4.0);
  integrator.restart(0.0, plant.system.start());
  Simulation simulation(integrator);
  simulation.record_every(1.0, plant.record("record"));
  simulation.stop_if([](double t) { return t >= 2.0; });
  EXPECT_FALSE(simulation.run(10.0));
  const std::vector<std::string> expected{"record 0", "record 1", "record 2"};
  EXPECT_EQ(plant.log, expected);
}

}  // namespace
}  // namespace wattloop
