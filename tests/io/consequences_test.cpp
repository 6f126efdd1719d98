#include "io/consequences.h"

#include <gtest/gtest.h>

#include <cmath>

#include "io/run.h"
#include "tests/io/document_support.h"

namespace wattloop {
namespace {

CaseEvent event(double time, CaseEvent::Kind kind, const std::string& path) {
  CaseEvent e;
  e.time = time;
  e.kind = kind;
  e.path = path;
  return e;
}

CaseEvent grid_voltage(double time, const std::string& value) {
  CaseEvent e = event(time, CaseEvent::Kind::set, "grid.V");
  e.value = value;
  return e;
}

/// The shelves of its racks have no store and start at once: what is seen of them begins and ends with the grid.
RunOutcome run_loop(std::vector<CaseEvent> events, const Directory& directory) {
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"run.duration", "6 min"},
      {"workload.jobs", "{full: {kind: training, racks: [1-16], period: 3 s}}"},
      {"parts.rack.shelf", "{energy: 0 J, restart: 0.05 s}"}};
  Case c = read_case(std::string(WATTLOOP_SOURCE_DIR) + "/examples/cdu_loop/case.yaml", settings);
  c.events = std::move(events);
  Twin twin(std::move(c), 1);
  RunOptions options;
  options.directory = directory.path().string();
  return run_case(twin, options);
}

TEST(Consequences, AreNoneWithoutADisturbance) {
  const Directory directory;
  const Consequences c = run_loop({}, directory).summary.consequences;
  EXPECT_TRUE(std::isnan(c.first_event));
  EXPECT_TRUE(c.racks.empty());
  EXPECT_TRUE(c.jobs.empty());
  ASSERT_EQ(c.areas.size(), 1u);
  EXPECT_EQ(c.areas[0].racks, 16);
  EXPECT_EQ(to_text(c, ""), "");
}

/// The only pump stops: every rack warns, throttles and trips, in this order; one is switched on again when the pump
/// runs and stays well.
TEST(Consequences, OfALostPumpInTheOrderOfTheirTemperatures) {
  using Kind = CaseEvent::Kind;
  const Directory directory;
  const RunOutcome outcome = run_loop({event(60.0, Kind::fail, "cdu.pump"), event(180.0, Kind::repair, "cdu.pump"),
                                       event(240.0, Kind::repair, "rack_3")},
                                      directory);
  ASSERT_EQ(outcome.error, "");
  const Consequences& c = outcome.summary.consequences;
  EXPECT_EQ(c.first_event, 60.0);
  ASSERT_EQ(c.racks.size(), 16u);
  for (const RackConsequence& rack : c.racks) {
    EXPECT_GT(rack.warned, 60.0);
    EXPECT_GT(rack.throttled, rack.warned);
    EXPECT_GT(rack.off, rack.throttled);
    // Without flow a GPU of 1,400 W and 700 J/K cannot warm faster than 2 K/s.
    EXPECT_GE(rack.throttled - rack.warned, (95.0 - 92.0) / 2.0);
    EXPECT_LT(rack.off, 120.0);
    EXPECT_NEAR(rack.T_die_max, 378.15, 0.01) << "switched off at 105 degC";
    EXPECT_NEAR(rack.worst_cut, 0.7, 1e-3) << "down to the floor of 30 %";
    EXPECT_EQ(std::isnan(rack.recovered), rack.path != "rack_3");
  }
  EXPECT_EQ(c.racks[2].recovered, 240.0);
  // Rack 1 does nothing from its trip to the end, and less from the first throttling on.
  EXPECT_GT(c.racks[0].lost, 360.0 - c.racks[0].off);
  EXPECT_LT(c.racks[0].lost, 360.0 - c.racks[0].throttled);
  ASSERT_EQ(c.jobs.size(), 1u);
  EXPECT_EQ(c.jobs[0].slowest, 0.0);
  EXPECT_GE(c.jobs[0].lost, c.racks[0].lost) << "a synchronous job waits for its slowest rack";
  EXPECT_EQ(c.areas[0].off, 16);
  EXPECT_EQ(c.areas[0].still_out, 15);
  EXPECT_NE(to_text(c, "noon").find("after the event at noon"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "consequences.csv"));
}

TEST(Consequences, OfSwitchingRacksOffAreNeitherHeatNorThrottling) {
  const Directory directory;
  const Consequences c = run_loop({event(60.0, CaseEvent::Kind::fail, "rack_2")}, directory).summary.consequences;
  ASSERT_EQ(c.racks.size(), 1u);
  EXPECT_EQ(c.racks[0].path, "rack_2");
  EXPECT_EQ(c.racks[0].off, 60.0);
  EXPECT_TRUE(std::isnan(c.racks[0].warned));
  EXPECT_NEAR(c.racks[0].lost, 300.0, 1e-6);
}

/// The loop has no UPS: without the grid nothing runs, neither hot nor switched off by anybody.
TEST(Consequences, OfALostGridAreRacksWithoutPower) {
  const Directory directory;
  const RunOutcome outcome = run_loop({grid_voltage(60.0, "0 V"), grid_voltage(180.0, "415 V")}, directory);
  ASSERT_EQ(outcome.error, "");
  const Consequences& c = outcome.summary.consequences;
  EXPECT_EQ(c.first_event, 60.0);
  ASSERT_EQ(c.racks.size(), 16u);
  constexpr double next_look = 0.3;  // s: sequences are sampled this long after an event
  for (const RackConsequence& rack : c.racks) {
    EXPECT_NEAR(rack.off, 60.0, next_look + 1e-6);
    EXPECT_NEAR(rack.recovered, 180.0, next_look + 1e-6);
    EXPECT_TRUE(std::isnan(rack.warned));
    EXPECT_NEAR(rack.worst_cut, 1.0, 1e-6);
    EXPECT_NEAR(rack.lost, 120.0, next_look);
  }
  EXPECT_EQ(c.areas[0].off, 16);
  EXPECT_EQ(c.areas[0].still_out, 0);
  ASSERT_EQ(c.jobs.size(), 1u);
  EXPECT_NEAR(c.jobs[0].lost, 120.0, next_look);
}

/// At 308 V a feed is there to s = w^2 (3 - 2 w), w = (308 - 290)/(332 - 290), both to 1 - (1 - s)^2 = 0.63: too little
/// for the shelves, which drop out and start anew.
TEST(Consequences, OfALowGridAreShelvesThatDropOut) {
  const Directory directory;
  const RunOutcome outcome = run_loop({grid_voltage(60.0, "308 V"), grid_voltage(180.0, "415 V")}, directory);
  ASSERT_EQ(outcome.error, "");
  const Consequences& c = outcome.summary.consequences;
  ASSERT_EQ(c.racks.size(), 16u);
  const RackConsequence& rack = c.racks[0];
  EXPECT_NEAR(rack.off, 60.0, 0.3 + 1e-6);
  EXPECT_NEAR(rack.worst_cut, 1.0, 1e-6);
  EXPECT_NEAR(rack.recovered, 180.0, 0.3 + 1e-6);
  EXPECT_NEAR(rack.lost, 120.0, 0.6);
  EXPECT_EQ(c.areas[0].still_out, 0);
}

TEST(Consequences, OfEventsThatNeverCameAreNotTold) {
  const Directory directory;
  using Kind = CaseEvent::Kind;
  const Consequences c = run_loop({event(360.0, Kind::fail, "cdu.pump"), event(400.0, Kind::fail, "rack_2")}, directory)
                             .summary.consequences;
  EXPECT_TRUE(std::isnan(c.first_event));
  EXPECT_EQ(to_text(c, "noon").find("noon"), std::string::npos);
}

TEST(Consequences, CountFromTheFirstFailureNotFromARepair) {
  const Directory directory;
  using Kind = CaseEvent::Kind;
  const Consequences c = run_loop({event(30.0, Kind::repair, "cdu.pump"), event(60.0, Kind::fail, "rack_2")}, directory)
                             .summary.consequences;
  EXPECT_EQ(c.first_event, 60.0);
  EXPECT_NE(to_text(c, "noon").find("1, +0.0 s"), std::string::npos);
}

}  // namespace
}  // namespace wattloop
