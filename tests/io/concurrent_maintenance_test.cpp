// The site at full load on the design afternoon, with any one unit out for maintenance: the IT does not feel it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "io/summary.h"
#include "io/twin.h"
#include "tests/io/document_support.h"

namespace wattloop {
namespace {

Case site_at_full_load() {
  return read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/childress_200mw/case.yaml",
                   {{"run.resolution", "block"},
                    {"run.start", "2026-07-15T16:00"},
                    {"workload.jobs.pretraining", "{kind: constant, racks: [1-960], activity: 1}"},
                    {"workload.jobs.finetuning", "{kind: constant, racks: [961-1120], activity: 1}"},
                    {"workload.jobs.serving", "{kind: constant, racks: [1121-1280], activity: 1}"}});
}

Summary steady_without(const std::vector<std::string>& units) {
  Twin twin(site_at_full_load(), 1);
  for (const std::string& unit : units) twin.apply_event({0.0, CaseEvent::Kind::fail, unit, "", {}}, 0.0);
  const Summary summary = summarise_steady(twin, twin.steady_state().y);
  for (const std::string& unit : units)
    for (const std::string& part : {unit, unit + ".pump"})
      for (const InputRef& on : twin.network().find_inputs(0, part + ".on"))
        EXPECT_EQ(twin.system().group(on.component.group).held(on.component.index, on.across), 0.0)
            << part << " is out";
  return summary;
}

/// A CDU, a pump, a cooler and a chiller have a spare or are one of many.
TEST(ConcurrentMaintenance, AnyOneUnitIsNotMissed) {
  const Summary whole = steady_without({});
  for (const char* unit : {"building_1.block_1.cdu_1", "building_1.fws_pump_1", "building_1.cooler_1",
                           "building_1.chiller_1", "building_1.chw_pump_1"}) {
    const Summary s = steady_without({unit});
    EXPECT_EQ(s.throttle_max, 0.0) << unit;
    EXPECT_NEAR(s.T_die_max, whole.T_die_max, 0.2) << unit;
    EXPECT_NEAR(s.P_it, whole.P_it, 1e-3 * whole.P_it) << unit;
    EXPECT_LE(s.closure.energy, 1e-9) << unit;
  }
}

/// The racks draw all from the other feed; the network racks that hang on the lost one alone are off.
TEST(ConcurrentMaintenance, OneFeedCarriesTheRacks) {
  constexpr double single_fed = 568.75e3;  // W
  const Summary whole = steady_without({});
  const Summary s = steady_without({"building_1.block_1.ups_a"});
  EXPECT_EQ(s.throttle_max, 0.0);
  EXPECT_NEAR(s.T_die_max, whole.T_die_max, 0.2);
  EXPECT_LT(s.P_it, whole.P_it);
  EXPECT_GT(s.P_it, whole.P_it - single_fed);
}

/// Beyond the spare it is felt: the test above could fail.
TEST(ConcurrentMaintenance, ThreePumpsOfFourAreMissed) {
  const Summary whole = steady_without({});
  const Summary s = steady_without({"building_1.fws_pump_1", "building_1.fws_pump_2", "building_1.fws_pump_3"});
  EXPECT_GT(s.T_die_max, whole.T_die_max + 1.0);
}

/// Four groups of four racks on ring headers, each segment with its valve.
const std::string ring = R"(
workload: {jobs: {training: null, full: {kind: constant, racks: [1-16], activity: 1}}}
parts:
  rack: null
  rack_a: {use: gb300_nvl72, count: 4}
  rack_b: {use: gb300_nvl72, count: 4}
  rack_c: {use: gb300_nvl72, count: 4}
  rack_d: {use: gb300_nvl72, count: 4}
  supply_ab: &segment {type: isolation_valve, m_flow_nominal: 22 kg/s, dp_nominal: 2 kPa, diameter: 150 mm, length: 20 m, closing_time: 30 s}
  supply_bc: *segment
  supply_cd: *segment
  supply_da: *segment
  return_ab: *segment
  return_bc: *segment
  return_cd: *segment
  return_da: *segment
nodes:
  tcs_supply: [cdu.tcs_supply, rack_a.inlet, supply_ab.inlet, supply_da.outlet]
  supply_b: [supply_ab.outlet, supply_bc.inlet, rack_b.inlet]
  supply_c: [supply_bc.outlet, supply_cd.inlet, rack_c.inlet]
  supply_d: [supply_cd.outlet, supply_da.inlet, rack_d.inlet]
  tcs_return: [cdu.tcs_return, vessel.port, rack_a.outlet, return_ab.outlet, return_da.inlet]
  return_b: [rack_b.outlet, return_ab.inlet, return_bc.outlet]
  return_c: [rack_c.outlet, return_bc.inlet, return_cd.outlet]
  return_d: [rack_d.outlet, return_cd.inlet, return_da.outlet]
  feed: [grid.supply, cdu.feed, rack_a.feed_a, rack_a.feed_b, rack_b.feed_a, rack_b.feed_b, rack_c.feed_a, rack_c.feed_b, rack_d.feed_a, rack_d.feed_b]
  air: [hall.air, cdu.room, rack_a.air, rack_b.air, rack_c.air, rack_d.air]
)";

/// Any one segment of the supply or the return is shut: the racks get their water the other way round.
TEST(ConcurrentMaintenance, AnySegmentOfARingHeaderIsNotMissed) {
  const Directory directory;
  const std::string base = fmt::format("wattloop: 1\nextends: {}/examples/cdu_loop/case.yaml\n", WATTLOOP_SOURCE_DIR);
  const std::filesystem::path file = directory.write("case.yaml", base + ring);
  const auto steady = [&](const std::vector<std::pair<std::string, std::string>>& overrides) {
    Twin twin(read_case(file, overrides), 1);
    return summarise_steady(twin, twin.steady_state().y);
  };
  const Summary whole = steady({});
  EXPECT_NEAR(whole.components.at("supply_ab").at("m_flow_kg_per_s"), 16.3, 0.1) << "six racks' flow each way";
  for (const char* side : {"supply", "return"})
    for (const char* segment : {"ab", "bc", "cd", "da"}) {
      const std::string name = fmt::format("{}_{}", side, segment);
      const Summary s = steady({{fmt::format("parts.{}.opening", name), "0"}});
      EXPECT_NEAR(s.components.at(name).at("m_flow_kg_per_s"), 0.0, 1e-2) << name;
      EXPECT_EQ(s.throttle_max, 0.0) << name;
      EXPECT_LT(s.T_die_max, whole.T_die_max + 0.5) << name;
      for (const auto& [path, values] : s.components) {
        if (!path.starts_with("rack_")) continue;
        EXPECT_GT(values.at("m_flow_kg_per_s"), 0.95 * whole.components.at(path).at("m_flow_kg_per_s")) << path;
      }
    }
}

}  // namespace
}  // namespace wattloop
