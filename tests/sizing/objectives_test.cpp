// What is minimised, and what the inputs do to it.

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "io/sizing/cures.h"
#include "tests/sizing/sized.h"

namespace wattloop::sizing {

namespace {

Design best_of(const Request& r) {
  const auto found = search(r, nameplate_loads(r), bins_of(r));
  if (!found.best) throw std::runtime_error("no design");
  return *found.best;
}

}  // namespace

/// Each design is the best by its own measure, and where that has nothing to say the cheapest.
TEST(SizingObjectives, EachIsTheBestByItsOwnMeasure) {
  std::map<std::string, Design> best;
  for (const std::string what : {"cost", "energy", "water", "footprint"})
    best.emplace(what, best_of(childress({{"objective.minimise", what}})));
  const auto measure = [](const std::string& what, const Worth& w) {
    const Objective o;
    if (what == "energy") return w.energy;
    if (what == "water") return w.water;
    if (what == "footprint") return w.area;
    return w.price + o.annuity() * (w.energy * o.energy_price + w.water * o.water_price);
  };
  for (const auto& [what, own] : best)
    for (const auto& [other, design] : best)
      EXPECT_LE(measure(what, own.worth), measure(what, design.worth) * (1.0 + 1e-9)) << what << " against " << other;
  EXPECT_LT(best.at("energy").worth.energy, 0.99 * best.at("cost").worth.energy);
  EXPECT_LT(best.at("water").worth.water, best.at("cost").worth.water);
  EXPECT_LT(best.at("footprint").worth.area, best.at("cost").worth.area);
  // Chillers take no water.
  EXPECT_EQ(best.at("water").chiller.installed, best.at("cost").chiller.installed);
  EXPECT_EQ(best.at("water").hall_fans.installed, best.at("cost").hall_fans.installed);
}

TEST(SizingObjectives, WeightsAreBetweenThemSlow) {
  const Request weighted =
      childress({{"objective.minimise", "weighted"}, {"objective.weights", "{cost: 1, water: 200, footprint: 100}"}});
  const Design own = best_of(weighted);
  for (const char* other : {"cost", "energy", "water", "footprint"})
    EXPECT_LE(own.worth.objective(weighted.objective),
              best_of(childress({{"objective.minimise", other}})).worth.objective(weighted.objective) * (1.0 + 1e-9))
        << other;
  EXPECT_NEAR(own.objective, own.worth.objective(weighted.objective), 1e-9 * own.objective);
}

/// Rows are what a search with the changed input finds; the inputs are those that docs/sizing.md names.
TEST(SizingObjectives, SensitivitiesAreThoseOfAFreshSearchSlow) {
  const Request& r = one_building();
  const auto rows = find_sensitivities(r, nameplate_loads(r), bins_of(r), threads_of_the_machine());
  const auto row = [&](const std::string& input, double to) -> double {
    for (const Sensitivity& s : rows)
      if (s.input == input && std::abs(s.to - to) < 1e-9) return s.objective.value_or(-1.0);
    ADD_FAILURE() << "no row " << input << " to " << to;
    return 0.0;
  };
  const auto fresh = [](const std::string& path, const std::string& value) {
    return best_of(childress({{"it.power", "25 MW"}, {path, value}})).objective;
  };
  const auto agree = [](double a, double b) { EXPECT_NEAR(a, b, 1e-9 * b); };
  agree(row("temperatures.fws", 41.0), fresh("temperatures.fws", "41 degC"));
  agree(row("limits.fws_velocity", 2.54), fresh("limits.fws_velocity", "2.54 m/s"));
  agree(row("objective.energy_price", 70.0), fresh("objective.energy_price", "70 USD/MWh"));
  agree(row("it.racks.gb300_nvl72.flow", 1.4), fresh("it.racks.gb300_nvl72.flow", "1.4 L/min/kW"));
  agree(row("it.racks.gb300_nvl72.dp", 130.0), fresh("it.racks.gb300_nvl72.dp", "130 kPa"));
  agree(row("it.racks.gb300_nvl72.liquid", 89.0), fresh("it.racks.gb300_nvl72.liquid", "89 %"));
  agree(row("weather.recirculation", 2.5), fresh("weather.recirculation", "2.5 K"));
  agree(row("layout.chw_branch", 70.0), fresh("layout.chw_branch", "70 m"));
  agree(row("liquids.tcs.fraction", 30.0), fresh("liquids.tcs.fraction", "30 %"));
  agree(row("limits.busway_loading", 75.0), fresh("limits.busway_loading", "75 %"));
  for (const char* name : {"cooler", "genset", "mech_transformer"}) {
    const std::string input = std::string("redundancy.") + name;
    const auto s = std::find_if(rows.begin(), rows.end(), [&](const Sensitivity& x) { return x.input == input; });
    ASSERT_NE(s, rows.end()) << input;
    EXPECT_EQ(s->from_level, "N+1");
    EXPECT_EQ(s->to_level, "N+2");
    agree(s->objective.value_or(-1.0), fresh(input, "N+2"));
  }
  std::ifstream file(std::string(WATTLOOP_SOURCE_DIR) + "/docs/sizing.md");
  std::stringstream all;
  all << file.rdbuf();
  const std::string docs = all.str(), begin = "Sensitivities move";
  ASSERT_NE(docs.find(begin), std::string::npos);
  const std::string text = docs.substr(docs.find(begin), docs.find("\n\n", docs.find(begin)) - docs.find(begin));
  std::set<std::string> named, found;
  for (std::size_t at = text.find('`'); at != std::string::npos;) {
    const std::size_t end = text.find('`', at + 1);
    named.insert(text.substr(at + 1, end - at - 1));
    at = text.find('`', end + 1);
  }
  for (const Sensitivity& s : rows) {
    std::string input = s.input;
    if (input.starts_with("it.racks.")) input.replace(9, r.racks.front().name.size(), "TYPE");
    if (!s.to_level.empty()) input = "redundancy.CLASS";
    found.insert(input);
  }
  EXPECT_EQ(named, found);
}

/// Rounds that end before loads and design agree are told.
TEST(SizingObjectives, NotSettlingIsToldSlow) {
  const Request& r = one_building();
  SizingOptions options;
  options.proves = options.has_sensitivities = options.tries_contenders = false;
  options.most_rounds = 1;
  const SizingResult once = size(r, options);
  ASSERT_TRUE(once.design);
  EXPECT_FALSE(once.settled);
  EXPECT_NE(to_text(r, once).find("NOT SETTLED: after 1 round(s)"), std::string::npos);
  EXPECT_NE(to_json(r, once).find("\"settled\": false"), std::string::npos);
}

TEST(SizingObjectives, SettlingIsNotToldSlow) {
  const SizingResult& enough = sized_building();
  EXPECT_TRUE(enough.settled);
  EXPECT_EQ(to_text(one_building(), enough).find("NOT SETTLED"), std::string::npos);
  EXPECT_NE(to_json(one_building(), enough).find("\"settled\": true"), std::string::npos);
}

/// One CDU less a block, once that is allowed, with loads of its own runs.
TEST(SizingObjectives, RelaxingWhatBindsLowersThatOfTheRunDesignSlow) {
  const auto sized = [](const char* loading) {
    return sized_alone(childress({{"it.power", "25 MW"}, {"limits.cdu_loading", loading}}), true);
  };
  const SizingResult narrow = sized("80 %"), wide = sized("95 %");
  ASSERT_TRUE(narrow.settled && wide.settled);
  EXPECT_FALSE(narrow.contenders.empty());
  EXPECT_LT(wide.design->objective, narrow.design->objective);
  EXPECT_LE(wide.design->lower_bound, wide.design->objective);
  EXPECT_LE(wide.same_search, wide.design->objective);
}

/// Loads are found by runs and depend on the design: by those of another one a design looks dearer than it is.
TEST(SizingObjectives, AWiderRequestIsNoDearerHeavy) {
  const auto sized = [](const char* loading, bool tries_contenders) {
    return sized_alone(childress({{"limits.cdu_loading", loading}}), tries_contenders).design->objective;
  };
  const double narrow = sized("80 %", true);
  EXPECT_GT(sized("95 %", false), narrow);
  EXPECT_LE(sized("95 %", true), narrow);
}

/// What the design of the example is put through: nothing is left out unnoticed.
TEST(SizingObjectives, TheProofIsWhole) {
  const Request r = childress();
  std::vector<std::string> events;
  for (const ProofTest& test : proof_tests(r, best_of(r))) events.push_back(test.event);
  EXPECT_EQ(events, (std::vector<std::string>{"worst hour",
                                              "record day, hottest hour",
                                              "coldest hour",
                                              "coldest hour, 5 % load",
                                              "part load of 5 %",
                                              "a CDU fails",
                                              "an FWS pump fails",
                                              "a dry cooler fails",
                                              "a chiller fails",
                                              "a CHW pump fails",
                                              "a fan wall of a hall fails",
                                              "a fan wall of a gallery fails",
                                              "make-up water fails, pads run dry",
                                              "feed A of a block is lost",
                                              "feed B of a block is lost",
                                              "a transformer of the plant fails",
                                              "transformer B of the grid is lost",
                                              "transformer B is lost on the record day",
                                              "transformer A of the grid is lost",
                                              "restart after a blackout",
                                              "a generator does not start"}));
}

}  // namespace wattloop::sizing
