// Outages and tables of loads in lanes against each solved on its own.

#include "meshes/power_variants.h"

#include <gtest/gtest.h>

#include "io/importers/matpower_reader.h"

namespace wattloop {
namespace {

PowerNetwork read_case(const std::string& name) {
  return read_matpower(WATTLOOP_VALIDATION_DIR "/power_flow/cases/" + name + ".m");
}

void expect_near(const PowerOutcome& a, const PowerOutcome& b) {
  ASSERT_EQ(a.converged, b.converged);
  if (!a.converged) return;
  EXPECT_NEAR(a.lowest_voltage, b.lowest_voltage, 1e-9);
  EXPECT_NEAR(a.worst_loading, b.worst_loading, 1e-8);
  EXPECT_EQ(a.worst_branch, b.worst_branch);
  EXPECT_NEAR(a.slack.re, b.slack.re, 1e-8);
  EXPECT_NEAR(a.slack.im, b.slack.im, 1e-8);
  EXPECT_NEAR(a.loss, b.loss, 1e-8);
}

/// The same network without that branch, from its beginnings.
PowerOutcome alone(const PowerNetwork& net) {
  PowerFlow flow(net);
  PowerOutcome outcome;
  const PowerFlow::Result result = flow.solve();
  outcome.converged = result.converged;
  if (!result.converged) return outcome;
  outcome.lowest_voltage = INFINITY;
  for (int bus = 0; bus < static_cast<int>(net.buses.size()); ++bus) {
    const AcPort<double> V = flow.voltage(bus);
    if (flow.equations().islands().is_live(bus))
      outcome.lowest_voltage = std::min(outcome.lowest_voltage, std::hypot(V.V_re, V.V_im));
  }
  for (int k = 0; k < static_cast<int>(net.branches.size()); ++k) {
    if (flow.loading(k) <= outcome.worst_loading) continue;
    outcome.worst_branch = k;
    outcome.worst_loading = flow.loading(k);
  }
  for (const int bus : flow.equations().islands().slack)
    if (bus >= 0) outcome.slack = outcome.slack + flow.generation(bus);
  outcome.loss = flow.loss();
  return outcome;
}

std::vector<int> all_branches(const PowerFlow& flow) {
  std::vector<int> list;
  for (int k = 0; k < static_cast<int>(flow.network().branches.size()); ++k)
    if (flow.equations().branch_on()[k]) list.push_back(k);
  return list;
}

TEST(PowerVariants, OutagesAreThoseOfNetworksWithoutTheBranch) {
  ThreadPool pool(2);
  for (const char* name : {"case03", "case04", "case05", "case06", "case07", "case09", "case10", "case12"}) {
    SCOPED_TRACE(name);
    const PowerNetwork net = read_case(name);
    PowerFlow base(net);
    ASSERT_TRUE(base.solve().converged);
    base.refactorise();
    const std::vector<int> outages = all_branches(base);
    const std::vector<PowerOutcome> outcomes = solve_outages(base, outages, pool);
    for (std::size_t i = 0; i < outages.size(); ++i) {
      SCOPED_TRACE(net.branch_name(outages[i]));
      PowerNetwork without = net;
      without.branches[outages[i]].on = false;
      expect_near(outcomes[i], alone(without));
    }
  }
}

TEST(PowerVariants, AnOutageNamesWhatItCutsOff) {
  const PowerNetwork net = read_case("case01");
  PowerFlow base(net);
  ASSERT_TRUE(base.solve().converged);
  base.refactorise();
  ThreadPool pool(1);
  for (const PowerOutcome& outcome : solve_outages(base, all_branches(base), pool)) {
    ASSERT_EQ(outcome.dead.size(), 1u);  // a tree: each branch carries what is behind it
    EXPECT_GE(outcome.dead.front().size(), 1u);
    EXPECT_TRUE(outcome.converged);
  }
}

TEST(PowerVariants, LoadsAreThoseOfNetworksWithThem) {
  for (const char* name : {"case03", "case07", "case12"}) {
    SCOPED_TRACE(name);
    const PowerNetwork net = read_case(name);
    PowerFlow base(net);
    ASSERT_TRUE(base.solve().converged);
    base.refactorise();
    std::vector<std::vector<Phasor<double>>> demands;
    for (int variant = 0; variant < 19; ++variant) {
      std::vector<Phasor<double>>& demand = demands.emplace_back();
      for (std::size_t bus = 0; bus < net.buses.size(); ++bus) {
        const double factor = 0.4 + 0.1 * variant + 0.3 * std::sin(static_cast<double>(bus) + variant);
        demand.push_back({factor * net.buses[bus].demand.re, factor * net.buses[bus].demand.im});
      }
    }
    ThreadPool one(1), three(3);
    const std::vector<PowerOutcome> outcomes = solve_loads(base, demands, one),
                                    again = solve_loads(base, demands, three);
    for (std::size_t i = 0; i < demands.size(); ++i) {
      PowerNetwork other = net;
      for (std::size_t bus = 0; bus < net.buses.size(); ++bus) other.buses[bus].demand = demands[i][bus];
      expect_near(outcomes[i], alone(other));
      EXPECT_EQ(outcomes[i].loss, again[i].loss);  // the same bits
      EXPECT_EQ(outcomes[i].lowest_voltage, again[i].lowest_voltage);
    }
  }
}

TEST(PowerVariants, AnOutageBeyondTheNoseHasNoSolution) {
  PowerNetwork net;
  net.base_mva = 1.0;
  net.buses.resize(2);
  net.buses[0].id = 1, net.buses[1].id = 2;
  net.buses[0].type = BusType::slack;
  net.buses[1].demand = {6.0, 0.0};  // two lines of 0.1 carry 10, one 5
  net.generators.push_back({.bus = 0});
  for (int k = 0; k < 2; ++k) net.branches.push_back({.from = 0, .to = 1, .X = 0.1});
  PowerFlow base(net);
  ASSERT_TRUE(base.solve().converged);
  base.refactorise();
  ThreadPool pool(1);
  for (const PowerOutcome& outcome : solve_outages(base, {0, 1}, pool)) {
    EXPECT_FALSE(outcome.converged);
    EXPECT_NEAR(outcome.reached, 5.0 / 6.0, 1e-5);
  }
}

}  // namespace
}  // namespace wattloop
