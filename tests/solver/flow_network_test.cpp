// Flows in networks against closed forms.

#include "solver/flow_network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/csv.h"

namespace wattloop {
namespace {

struct Law {
  double r, n;
};

/// Newton steps until nothing changes; returns their number.
int solve(FlowNetwork& net, const std::vector<Law>& laws) {
  net.apply_outflow();
  for (int step = 1; step <= 100; ++step) {
    for (std::size_t k = 0; k < laws.size(); ++k) {
      const double q = std::abs(net.flow[k]) + 1e-30;
      net.slope[k] = laws[k].n * laws[k].r * std::pow(q, laws[k].n - 1.0);
      net.loss[k] = net.slope[k] * net.flow[k] / laws[k].n;
    }
    const FlowNetwork::Step done = net.step();
    EXPECT_EQ(done.singular_node, -1);
    if (done.flow_change <= 1e-13 * done.total_flow) return step;
  }
  return 101;
}

struct Manifold {
  std::vector<double> rungs;  ///< flow of each [m3/s]
  double loss;                ///< from inlet to outlet [m]
};

/// Two headers with n rungs between them and 1 m3/s through them. U: in and out at the same end, Z: at opposite ends.
Manifold manifold(int n, double r_header, double r_rung, double exponent, bool z_type) {
  std::vector<FlowNetwork::Link> links;
  std::vector<Law> laws;
  // supply nodes 0..n-1, return nodes n..2n-2, the last return node of the outlet is fixed (2n-1)
  const auto back = [&](int k) { return z_type ? n + k : n + (n - 1 - k); };
  for (int k = 0; k < n; ++k) {
    links.push_back({k, back(k)});
    laws.push_back({r_rung, exponent});
  }
  for (int k = 0; k + 1 < n; ++k) {
    links.push_back({k, k + 1});
    links.push_back({n + k, n + k + 1});
    laws.push_back({r_header, exponent});
    laws.push_back({r_header, exponent});
  }
  FlowNetwork net(2 * n - 1, 2 * n, links);
  net.outflow[0] = -1.0;
  for (double& q : net.flow) q = 1.0 / n;
  EXPECT_LT(solve(net, laws), 100);
  return {{net.flow.begin(), net.flow.begin() + n}, net.head[0] - net.head[2 * n - 1]};
}

constexpr int n = 27;  // rungs of the tables

TEST(FlowNetwork, LinearManifoldsHaveTheirClosedForm) {
  for (const auto& row : test::read_table("ladder_manifolds/linear.csv")) {
    const bool z_type = row[0] == 1.0;
    const auto [q, loss] = manifold(n, row[1], 1.0, 1.0, z_type);
    EXPECT_NEAR(loss, row[2], 1e-10);
    EXPECT_NEAR(n * q[0], row[3], 1e-8);
    EXPECT_NEAR(n * q[13], row[4], 1e-8);
    EXPECT_NEAR(n * q[26], row[5], 1e-8);
    EXPECT_NEAR(*std::max_element(q.begin(), q.end()) / *std::min_element(q.begin(), q.end()), row[6], 1e-8 * row[6]);
    const double m = std::acosh(1.0 + row[1]);
    const auto share = [&](int k) { return std::cosh((z_type ? k - (n + 1) / 2.0 : n - k + 0.5) * m); };
    double sum = 0.0;
    for (int k = 1; k <= n; ++k) sum += share(k);
    for (int k = 1; k <= n; ++k) EXPECT_NEAR(q[k - 1], share(k) / sum, 1e-12) << row[1] << " rung " << k;
  }
}

TEST(FlowNetwork, QuadraticManifoldsMatchTheRecurrence) {
  for (const auto& row : test::read_table("ladder_manifolds/quadratic.csv")) {
    const auto [q, loss] = manifold(n, row[0], 1.0, 2.0, false);
    EXPECT_NEAR(n * q[0], row[1], 1e-8);
    EXPECT_NEAR(n * q[13], row[2], 1e-8);
    EXPECT_NEAR(n * q[26], row[3], 1e-8);
    EXPECT_NEAR(loss, row[4], 1e-12);
  }
}

TEST(FlowNetwork, ALinkWithoutFlowIsExact) {
  // A square with equal sides; the diagonal between the middle nodes has no flow by symmetry.
  FlowNetwork net(3, 4, {{3, 0}, {3, 1}, {0, 2}, {1, 2}, {0, 1}});
  net.head[3] = 40.0;
  net.outflow[2] = 0.08;
  for (double& q : net.flow) q = 0.1;
  const std::vector<Law> laws(5, {1286.0, 1.852});
  EXPECT_LT(solve(net, laws), 100);
  constexpr double rounding = 1e-9 * 0.08;  // what the steps resolve
  EXPECT_NEAR(net.flow[4], 0.0, rounding);
  EXPECT_NEAR(net.flow[0], 0.04, rounding);
  EXPECT_LT(net.largest_imbalance(), rounding);
}

// Two pipes in parallel, one in series: after a small change of the outflow the matrix of before leads to the same
// flows.
TEST(FlowNetwork, StepsThatKeepTheMatrixLeaveTheShareThatSlopesHaveMoved) {
  const std::vector<Law> laws = {{1000.0, 2.0}, {4000.0, 2.0}, {500.0, 2.0}};
  const auto network = [&](double outflow) {
    FlowNetwork net(2, 3, {{2, 0}, {2, 0}, {0, 1}});
    net.head[2] = 30.0;
    net.outflow[1] = outflow;
    for (double& q : net.flow) q = 0.01;
    EXPECT_LT(solve(net, laws), 100);
    return net;
  };
  const auto write_laws = [&](FlowNetwork& net) {
    for (std::size_t k = 0; k < laws.size(); ++k) {
      net.slope[k] = 2.0 * laws[k].r * std::abs(net.flow[k]);
      net.loss[k] = 0.5 * net.slope[k] * net.flow[k];
    }
  };
  const FlowNetwork exact = network(0.0303);
  FlowNetwork net = network(0.03);
  write_laws(net);
  EXPECT_LT(net.drift(), 1e-9);
  net.outflow[1] = 0.0303;
  net.apply_outflow();
  net.step_again();
  write_laws(net);
  EXPECT_NEAR(net.drift(), 0.01, 1e-4);
  EXPECT_LT(net.largest_imbalance(), 1e-16);
  for (int step = 0; step < 6; ++step) {
    net.step_again();
    write_laws(net);
  }
  for (int i = 0; i < 2; ++i) EXPECT_NEAR(net.head[i], exact.head[i], 1e-12);
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(net.flow[k], exact.flow[k], 1e-15);

  FlowNetwork scaled = network(0.03);  // slopes of quadratic laws go with the flows
  scaled.scale(1.01, 1.01);
  write_laws(scaled);
  EXPECT_LT(scaled.drift(), 1e-9);
  scaled.outflow[1] = 0.0303;
  scaled.apply_outflow();
  scaled.step_again();
  for (int i = 0; i < 2; ++i) EXPECT_NEAR(scaled.head[i], exact.head[i], 1e-12);
}

TEST(FlowNetwork, ARegulatorHoldsItsNode) {
  // source - 0 - regulator - 1 - fixed outlet at 10 m
  FlowNetwork net(2, 4, {{2, 0}, {0, 1}, {1, 3}});
  net.head[2] = 50.0;
  net.head[3] = 10.0;
  net.outflow[1] = 0.01;
  for (double& q : net.flow) q = 0.05;
  net.apply_outflow();
  net.regulate(1, 1, 20.0);
  for (int step = 0; step < 60; ++step) {
    for (const int k : {0, 2}) {
      net.slope[k] = 2.0 * 1000.0 * std::abs(net.flow[k]);
      net.loss[k] = 1000.0 * net.flow[k] * std::abs(net.flow[k]);
    }
    net.slope[1] = INFINITY;
    net.step();
  }
  EXPECT_EQ(net.head[1], 20.0);
  EXPECT_NEAR(net.flow[2], std::sqrt(10.0 / 1000.0), 1e-14);
  EXPECT_NEAR(net.flow[1], 0.1 + 0.01, 1e-14);
  EXPECT_NEAR(net.head[0], 50.0 - 1000.0 * 0.11 * 0.11, 1e-12);
}

// source 3 - 0 - 1, with 2 on 1: both hang and the matrix has one row.
TEST(FlowNetwork, WhatHangsFollowsFromItsOutflow) {
  FlowNetwork net(3, 4, {{3, 0}, {1, 0}, {1, 2}}, 2);
  net.head[3] = 30.0;
  net.outflow = {0.0, 0.01, 0.02};
  EXPECT_EQ(net.core_links(), 1);
  const std::vector<Law> laws(3, {1000.0, 2.0});
  net.flow[0] = 0.1;
  EXPECT_LT(solve(net, laws), 100);
  net.hang_heads();
  EXPECT_NEAR(net.flow[0], 0.03, 1e-12);
  EXPECT_EQ(net.flow[1], -0.03);
  EXPECT_EQ(net.flow[2], 0.02);
  EXPECT_NEAR(net.head[0], 30.0 - 0.9, 1e-12);
  EXPECT_NEAR(net.head[1], 30.0 - 1.8, 1e-12);
  EXPECT_NEAR(net.head[2], 30.0 - 1.8 - 0.4, 1e-12);
}

TEST(FlowNetwork, NamesANodeThatNothingDetermines) {
  FlowNetwork net(2, 3, {{2, 0}, {0, 1}});
  net.slope = {1.0, INFINITY};
  EXPECT_EQ(net.step().singular_node, 1);
}

}  // namespace
}  // namespace wattloop
