#include <gtest/gtest.h>

#include <cmath>

#include "io/summary.h"
#include "io/twin.h"

namespace wattloop {
namespace {

using Overrides = std::vector<std::pair<std::string, std::string>>;

Case site(const std::string& resolution, const std::string& job) {
  return read_case(
      std::string(WATTLOOP_SOURCE_DIR) + "/examples/childress_200mw/case.yaml",
      {{"run.resolution", resolution}, {"weather", "{T_db: 30 degC, T_dp: 16 degC}"}, {"workload.jobs", job}});
}

const std::string full_load = "{full: {kind: constant, activity: 1, racks: [1-1280]}}";

Summary steady(const std::string& resolution, const std::string& job = full_load) {
  Twin twin(site(resolution, job), 1);
  return summarise_steady(twin, twin.steady_state().y);
}

TEST(PlantResolution, IsTheSameSiteWhereCopiesAreAlike) {
  const Summary plant = steady("plant"), rack = steady("rack");
  EXPECT_LT(plant.unknowns, rack.unknowns / 50);
  EXPECT_EQ(plant.gpus, 92160);
  EXPECT_NEAR(plant.P_it, rack.P_it, 1e-7 * rack.P_it);
  EXPECT_NEAR(plant.P_grid, rack.P_grid, 1e-6 * rack.P_grid);
  EXPECT_NEAR(plant.T_die_max, rack.T_die_max, 0.01);
  EXPECT_NEAR(plant.peak_make_up, rack.peak_make_up, 1e-5 * rack.peak_make_up);
  for (const auto& [part, power] : rack.power_by_part)
    EXPECT_NEAR(plant.power_by_part.at(part), power, 1e-5 * rack.P_it) << part;
}

TEST(PlantResolution, TakesTheMeanOfJobsOverTheRacksItMerges) {
  // 320 racks of 1,280 at full load, the others idle: GPU power is linear in the activity.
  const Summary a = steady("plant", "{a: {kind: constant, activity: 1, racks: [1-320]}}");
  const Summary b = steady("plant", "{b: {kind: constant, activity: 0.25, racks: [1-1280]}}");
  EXPECT_NEAR(a.P_it, b.P_it, 1e-9 * b.P_it);
}

TEST(PlantResolution, KeepsApartWhatAnEventOrASequenceNames) {
  Case c = site("plant", full_load);
  const Network merged(c.network, 1);
  EXPECT_GE(merged.find("building.cooler"), 0);
  EXPECT_GE(merged.find("building.block.cdu_7"), 0) << "CDUs are staged one by one";
  EXPECT_LT(merged.find("building_1"), 0);
  ASSERT_EQ(merged.racks().size(), 1u);
  EXPECT_EQ(merged.racks()[0].racks(), 1280);
  c.network.event_paths = {"building_2.cooler_3.on"};
  const Network apart(c.network, 1);
  EXPECT_GE(apart.find("building_2.cooler_3"), 0);
  EXPECT_GE(apart.find("building_1.block"), 0) << "blocks are still alike";
  ASSERT_EQ(apart.racks().size(), 4u);
  EXPECT_EQ(apart.racks()[1].numbers.front(), 320);
  EXPECT_EQ(apart.racks()[1].racks(), 320);
}

}  // namespace
}  // namespace wattloop
