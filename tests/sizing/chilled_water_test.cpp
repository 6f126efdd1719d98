// Chilled water: its pipes, and the flow through the evaporators.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "io/sizing/design_run.h"
#include "io/sizing/laws.h"
#include "io/sizing/schedules.h"
#include "io/sizing/search_context.h"
#include "tests/sizing/sized.h"

namespace wattloop::sizing {

namespace {

SearchResult searched(const Request& r) {
  return search(r, nameplate_loads(r), bins_of(r));
}

}  // namespace

/// What the search chose is what flows in the case that it wrote.
TEST(SizingChilledWater, TheCaseHasTheFlowsOfTheSearchSlow) {
  const Request r = childress({{"it.power", "50 MW"}});
  const SizingResult result = sized_alone(r);
  ASSERT_TRUE(result.design);
  const Design& d = *result.design;
  const double flow = value_of(*result.worst_hour, "chiller", "m_flow_kg_per_s");
  EXPECT_NEAR(flow, d.m_chw / d.chiller.installed, 0.02 * flow);
  EXPECT_LE(d.m_chw / d.chiller.duty, d.chiller.item.flow_maximum * d.chiller.item.m_flow);
  EXPECT_GE(flow, d.chiller.item.flow_minimum * d.chiller.item.m_flow);
  const double area = 0.25 * std::numbers::pi * std::pow(d.chw_main.item.diameter, 2.0) * d.chw_main.installed;
  const double velocity = d.m_chw / (make_liquid(r.liquids.at("chw")).density(r.T_chw) * area);
  EXPECT_NEAR(value_of(*result.worst_hour, "chw_main_supply", "velocity_m_per_s"), velocity, 0.02 * velocity);
  EXPECT_LE(velocity, r.limits.chw_velocity);
  for (const Schedule& table : schedules(r, result)) {
    if (table.name != "pipes") continue;
    for (const char* line : {"chw_main_supply", "chw_main_return", "chw_branch_supply", "chw_branch_return"})
      EXPECT_TRUE(std::any_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
        return row[0].text == line && row[6].number > 0.5 && row[7].number > 0.0;
      })) << line;
  }
}

/// Evaporators that want much: all that run share the water, so that twice as many have too little.
TEST(SizingChilledWater, StandbyThatTakesTheFlowIsNamed) {
  Request r = childress();
  for (ChillerItem& chiller : r.catalogue.chillers) chiller.flow_minimum = 0.9, chiller.flow_maximum = 1.3;
  EXPECT_TRUE(searched(r).best);
  r.redundancy["chiller"] = {0, true};
  const SearchResult none = searched(r);
  EXPECT_FALSE(none.best);
  ASSERT_FALSE(none.shortfalls.empty());
  EXPECT_EQ(none.shortfalls.front().constraint, "chiller_flow_least");
}

TEST(SizingChilledWater, MoreFlowThanAnEvaporatorTakesAsksForMoreOfThem) {
  Request r = childress();
  r.catalogue.chillers.erase(r.catalogue.chillers.begin());
  for (ChillerItem& chiller : r.catalogue.chillers) chiller.flow_maximum = 3.0;
  const SearchResult any = searched(r);
  for (ChillerItem& chiller : r.catalogue.chillers) chiller.flow_maximum = 1.0;
  const SearchResult gentle = searched(r);
  ASSERT_TRUE(any.best && gentle.best);
  const ChillerItem& chiller = r.catalogue.chillers.front();
  EXPECT_GT(any.best->m_chw / any.best->chiller.duty, chiller.m_flow);
  EXPECT_LE(gentle.best->m_chw / gentle.best->chiller.duty, chiller.m_flow * (1.0 + 1e-9));
  EXPECT_GT(gentle.best->objective, any.best->objective);
}

/// Without a standby the hottest hour decides; with one, spares carry it.
TEST(SizingChilledWater, AllChillersCarryTheHottestHour) {
  Request r = childress();
  r.redundancy["chiller"] = {0, false};
  r.record = constant_weather(273.15 + 48.0, r.design.T_dp, r.site);
  r.catalogue.chillers.resize(1);
  const ChillerItem& chiller = r.catalogue.chillers.front();
  const WeatherPoint hottest = hottest_hour(r);
  ASSERT_EQ(hottest.T_db, 273.15 + 48.0);
  const auto least = [&](const Design& d, const WeatherPoint& air) {
    const double Q = d.loads.blocks * (d.loads.Q_hall + d.loads.Q_gallery) * (1.0 + r.load_growth);
    return static_cast<int>(std::ceil(Q / chiller_capacity(chiller, r.T_chw, air.T_db, air.p)));
  };
  const auto none = searched(r).best;
  ASSERT_TRUE(none);
  ASSERT_GT(least(*none, hottest), least(*none, r.design));
  EXPECT_GE(none->chiller.installed, least(*none, hottest));
  r.redundancy["chiller"] = {2, false};
  const auto spared = searched(r).best;
  ASSERT_TRUE(spared);
  EXPECT_LT(spared->chiller.duty, none->chiller.duty);
}

TEST(SizingChilledWater, NarrowPipesAreNamed) {
  Request r = childress();
  std::erase_if(r.catalogue.chw_pipes, [](const PipeItem& p) { return p.diameter > 0.2; });
  const SearchResult none = searched(r);
  EXPECT_FALSE(none.best);
  ASSERT_FALSE(none.shortfalls.empty());
  EXPECT_EQ(none.shortfalls.front().constraint.substr(0, 4), "chw_");
}

}  // namespace wattloop::sizing
