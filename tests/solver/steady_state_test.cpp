#include "solver/steady_state.h"

#include <gtest/gtest.h>

#include "solver/errors.h"
#include "tests/support/toy_network.h"

namespace wattloop {
namespace {

/// A source at one end, a chain of nonlinear conductors, bodies with power along it.
struct Chain {
  static constexpr int length = 12;
  System system;
  std::vector<int> nodes;
  explicit Chain(double power, bool with_source = true) {
    for (int i = 0; i < length; ++i)
      nodes.push_back(system.add_node(Connector::heat, "node" + std::to_string(i), test::warm));
    for (int i = 0; i < length; ++i) {
      const ComponentRef body = system.add_component(component_type<test::ToyBody>(), "body" + std::to_string(i), 0);
      system.connect(body, 0, nodes[i]);
      if (i == 0) continue;
      const ComponentRef c =
          system.add_component(component_type<test::ToyConductor>(), "conductor" + std::to_string(i), 0);
      system.group(c.group).set_parameter(c.index, 0, 2.0);
      system.group(c.group).set_parameter(c.index, 1, 0.05);
      system.connect(c, 0, nodes[i]);
      system.connect(c, 1, nodes[i - 1]);
    }
    if (with_source) system.connect(system.add_component(component_type<test::ToySource>(), "source", 0), 0, nodes[0]);
    system.finish(1);
    for (int i = 0; i < length; ++i) system.group(0).held(i, 1) = power;
  }
};

TEST(SteadyState, SatisfiesTheEquationsFromAColdStart) {
  for (double power : {0.0, 1.0, 50.0, -20.0}) {
    Chain chain(power);
    const SteadyStateResult result = find_steady_state(chain.system, 0.0);
    std::vector<double> zero(chain.system.size(), 0.0), r(chain.system.size());
    chain.system.residual(0.0, result.y.data(), zero.data(), r.data());
    for (double v : r) EXPECT_NEAR(v, 0.0, 1e-9 * (1.0 + std::abs(power)));
    // The conductor next to the source carries what all bodies behind it give.
    const double d = result.y[chain.system.node_unknown(chain.nodes[1])] - 300.0;
    EXPECT_NEAR(2.0 * d + 0.05 * d * d * d, 11.0 * power, 1e-8 * (1.0 + std::abs(power)));
    EXPECT_NEAR(result.y[chain.system.group(2).unknown(0, 0)], -12.0 * power, 1e-7 * (1.0 + std::abs(power)));
  }
}

TEST(SteadyState, StartsFromAGivenState) {
  Chain chain(50.0);
  const SteadyStateResult cold = find_steady_state(chain.system, 0.0);
  const SteadyStateResult again = find_steady_state(chain.system, 0.0, cold.y);
  EXPECT_LE(again.newton, cold.newton);
  for (std::size_t i = 0; i < cold.y.size(); ++i)
    EXPECT_NEAR(again.y[i], cold.y[i], 1e-8 * (1.0 + std::abs(cold.y[i])));
}

/// Power into insulated bodies has no steady state: they warm for ever.
TEST(SteadyState, NamesWhatDoesNotSettle) {
  Chain chain(50.0, false);
  try {
    find_steady_state(chain.system, 0.0);
    FAIL() << "a steady state of insulated bodies was found";
  } catch (const SolverError& error) {
    const std::string what = error.what();
    EXPECT_TRUE(what.find("body") != std::string::npos || what.find("node") != std::string::npos) << what;
  }
}

}  // namespace
}  // namespace wattloop
