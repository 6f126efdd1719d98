// The site at full load on the design afternoon, with any one unit out for maintenance: the IT does not feel it.

#include <gtest/gtest.h>

#include "io/summary.h"
#include "io/twin.h"

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
  return summarise_steady(twin, twin.steady_state().y);
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
    EXPECT_NE(s.P_grid, whole.P_grid) << unit << " is out of the balance";
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

}  // namespace
}  // namespace wattloop
