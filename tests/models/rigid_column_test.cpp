#include "models/rigid_column.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "models/liquid_boundary.h"
#include "solver/component_type.h"
#include "solver/ida.h"
#include "solver/sdirk.h"
#include "solver/steady_state.h"
#include "tests/support/csv.h"

namespace wattloop {
namespace {

constexpr double length = 100.0, diameter = 0.2, f = 0.02, K = 5.0, H = 10.0;  // of the tables
constexpr double final_flow = 0.1136003263;                                    // m3/s

/// Columns in series between two reservoirs, H above each other at first; together they are the column of the tables.
class Columns {
 public:
  explicit Columns(int parts = 1) : parts_(parts) {
    std::vector<int> nodes;
    for (int i = 0; i <= parts; ++i) {
      nodes.push_back(system.add_node(Connector::liquid, "node" + std::to_string(i), std::array{3e5, 313.15}));
    }
    upper = add<LiquidSource>("upper", {{"m_flow_nominal", 100.0}}, {{"port", nodes.front()}});
    add<LiquidSource>("lower", {{"m_flow_nominal", 100.0}}, {{"port", nodes.back()}});
    for (int i = 0; i < parts; ++i) {
      column = add<RigidColumn>(
          "column" + std::to_string(i),
          {{"length", length / parts}, {"diameter", diameter}, {"friction_factor", f}, {"K", K / parts}},
          {{"inlet", nodes[i]}, {"outlet", nodes[i + 1]}});
    }
    system.finish(1, Sdirk::linearisations);
    set_head(H);
  }

  void set_head(double head) {
    GroupBase& group = system.group(upper.group);
    const ComponentType& type = group.type();
    group.held(upper.index, type.across_offset(type.port_index("p"))) = 3e5 + liquid.rho_ref * gravity * head;
  }
  double flow(const std::vector<double>& y) const { return y[unknown(0)] / liquid.rho_ref; }
  std::vector<double> start_with(double flow) const {
    std::vector<double> y = system.start();
    for (int i = 0; i < parts_; ++i) y[unknown(i)] = flow * liquid.rho_ref;
    y[system.group(upper.group).unknown(0, 0)] = flow * liquid.rho_ref;
    y[system.group(upper.group).unknown(1, 0)] = -flow * liquid.rho_ref;
    return y;
  }

  Liquid liquid = make_liquid({});
  System system;
  ComponentRef upper, column;

 private:
  int unknown(int part) const { return system.group(column.group).unknown(part, 0); }
  template <template <class> class C>
  ComponentRef add(const std::string& name, const std::map<std::string, double>& parameters,
                   const std::map<std::string, int>& ports) {
    const ComponentType& type = component_type<C>();
    const ComponentRef ref = system.add_component(type, name, 0);
    GroupBase& group = system.group(ref.group);
    for (const auto& [key, value] : parameters) group.set_parameter(ref.index, type.parameter_index(key), value);
    for (const auto& [port, node] : ports) {
      group.set_liquid(ref.index, type.port_index(port), &liquid);
      system.connect(ref, type.port_index(port), node);
    }
    return ref;
  }

  int parts_;
};

void expect_start_up(Columns& columns, Integrator& integrator) {
  integrator.restart(0.0, columns.start_with(0.0));
  for (const auto& row : test::read_table("rigid_column/start_up.csv")) {
    integrator.advance(row[0]);
    EXPECT_NEAR(columns.flow(integrator.state()), row[1], 1e-6 * row[1]) << row[0] << " s";
  }
}

void expect_coast_down(Columns& columns, Integrator& integrator) {
  columns.set_head(0.0);
  integrator.restart(0.0, columns.start_with(final_flow));
  for (const auto& row : test::read_table("rigid_column/coast_down.csv")) {
    integrator.advance(row[0]);
    EXPECT_NEAR(columns.flow(integrator.state()), row[1], 1e-6 * row[1]) << row[0] << " s";
  }
}

constexpr Tolerances strict{1e-5};
constexpr double sdirk_step = 1.0 / 64.0, ida_step = 3e-3;  // s, at most

TEST(RigidColumn, StartsUpAsTheHyperbolicTangent) {
  Columns columns;
  Sdirk sdirk(columns.system, strict, sdirk_step, Sdirk::Order::third);
  expect_start_up(columns, sdirk);
  Ida ida(columns.system, strict, ida_step);
  expect_start_up(columns, ida);
}

TEST(RigidColumn, CoastsDown) {
  Columns columns;
  Sdirk sdirk(columns.system, strict, sdirk_step, Sdirk::Order::third);
  expect_coast_down(columns, sdirk);
  Ida ida(columns.system, strict, ida_step);
  expect_coast_down(columns, ida);
}

// Columns that share a flow: the pressures between them follow from their rates.
TEST(RigidColumn, ThreeInSeriesAreOne) {
  Columns columns(3);
  Sdirk sdirk(columns.system, strict, sdirk_step, Sdirk::Order::third);
  expect_start_up(columns, sdirk);
  expect_coast_down(columns, sdirk);
}

TEST(RigidColumn, SettlesAtTheFlowOfItsFriction) {
  Columns columns(2);
  const std::vector<double> y = find_steady_state(columns.system, 0.0).y;
  EXPECT_NEAR(columns.flow(y), final_flow, 1e-9);
}

}  // namespace
}  // namespace wattloop
