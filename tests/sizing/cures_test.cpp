// What would make a request feasible.

#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "io/sizing/cures.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

namespace {

const Cure* cure_of(const std::vector<Cure>& cures, const std::string& input) {
  const auto at = std::find_if(cures.begin(), cures.end(), [&](const Cure& c) { return c.input == input; });
  return at == cures.end() ? nullptr : &*at;
}

using Settings = std::vector<std::pair<std::string, std::string>>;

/// As it is told.
std::pair<std::string, std::string> setting(const Cure& c) {
  return {c.input, c.to_level.empty() ? fmt::format("{:.4g} {}", c.to, c.unit) : c.to_level};
}

/// The change but for a fiftieth of its way.
std::pair<std::string, std::string> nearly(const Cure& c) {
  return {c.input, fmt::format("{:.8g} {}", c.to - 0.02 * (c.to - c.from), c.unit)};
}

/// Water that is too cold for the air, and TCS pipes that would have to be very wide.
const Settings two_mistakes{{"temperatures.fws", "25 degC"}, {"limits.tcs_velocity", "0.2 m/s"}};

bool is_cured(Settings settings, const Settings& changes) {
  settings.insert(settings.end(), changes.begin(), changes.end());
  const Request r = childress(settings);
  return is_feasible(r, nameplate_loads(r));
}

}  // namespace

/// Evaporators that want nearly their nominal flow: twice as many that all run have half of it.
TEST(SizingCures, LessRedundancyIsOne) {
  Request r = childress();
  for (ChillerItem& chiller : r.catalogue.chillers) chiller.flow_minimum = 0.9;
  r.redundancy["chiller"] = {0, true};
  const Loads loads = nameplate_loads(r);
  ASSERT_FALSE(is_feasible(r, loads));
  const auto cures = find_cures(r, loads);
  const Cure* cure = cure_of(cures, "redundancy.chiller");
  ASSERT_NE(cure, nullptr);
  EXPECT_EQ(cure->from_level, "2N");
  EXPECT_NE(cure->to_level, "2N");
  for (const Redundancy& level : {Redundancy{0, false}, Redundancy{1, false}, Redundancy{2, false}})
    if (level.text() == cure->to_level) {
      r.redundancy["chiller"] = level;
      EXPECT_TRUE(is_feasible(r, loads));
    }
  EXPECT_EQ(cure_of(cures, "redundancy.cdu"), nullptr);
}

TEST(SizingCures, RedundancyThatCuresNothingIsNotTold) {
  Request r = childress();
  r.T_fws = 273.15 + 25.0;  // below what air of 37 degC and wetted pads allow
  const auto cures = find_cures(r, nameplate_loads(r));
  EXPECT_NE(cure_of(cures, "temperatures.fws"), nullptr);
  for (const Cure& cure : cures) EXPECT_FALSE(cure.input.starts_with("redundancy.")) << cure.input;
}

/// Neither alone, both as told, and neither with less than it is told.
TEST(SizingCures, PairsCureWhereNoInputAloneDoes) {
  const Request r = childress(two_mistakes);
  const Loads loads = nameplate_loads(r);
  ASSERT_TRUE(find_cures(r, loads).empty());
  const auto pairs = find_cure_pairs(r, loads);
  const auto pair = std::find_if(pairs.begin(), pairs.end(), [](const CurePair& p) {
    return p.first.input == "limits.tcs_velocity" && p.second.input == "temperatures.fws";
  });
  ASSERT_NE(pair, pairs.end());
  const auto first = setting(pair->first), second = setting(pair->second);
  EXPECT_TRUE(is_cured(two_mistakes, {first, second})) << first.second << ", " << second.second;
  EXPECT_FALSE(is_cured(two_mistakes, {first}));
  EXPECT_FALSE(is_cured(two_mistakes, {second}));
  EXPECT_FALSE(is_cured(two_mistakes, {nearly(pair->first), second})) << pair->first.to;
  EXPECT_FALSE(is_cured(two_mistakes, {first, nearly(pair->second)})) << pair->second.to;
}

TEST(SizingCures, ARedundancyMayBeOneOfAPair) {
  Request r = childress({{"limits.tcs_velocity", "0.2 m/s"}});
  for (ChillerItem& chiller : r.catalogue.chillers) chiller.flow_minimum = 0.9;
  r.redundancy["chiller"] = {0, true};
  const Loads loads = nameplate_loads(r);
  ASSERT_TRUE(find_cures(r, loads).empty());
  const auto pairs = find_cure_pairs(r, loads);
  ASSERT_FALSE(pairs.empty());
  const auto pair = std::find_if(pairs.begin(), pairs.end(), [](const CurePair& p) {
    return p.first.input == "redundancy.chiller" || p.second.input == "redundancy.chiller";
  });
  ASSERT_NE(pair, pairs.end());
  Request cured = childress({setting(pair->first), setting(pair->second)});
  cured.catalogue = r.catalogue;
  EXPECT_TRUE(is_feasible(cured, nameplate_loads(cured)))
      << setting(pair->first).second << ", " << setting(pair->second).second;
}

/// A third mistake elsewhere: no two changes are enough.
TEST(SizingCures, NoPairIsToldThatDoesNotCure) {
  Settings three = two_mistakes;
  three.emplace_back("liquids.chw", "{kind: water}");
  const Request r = childress(three);
  EXPECT_TRUE(find_cure_pairs(r, nameplate_loads(r)).empty());
}

TEST(SizingCures, AnyDesignWillDoToBeFeasibleSlow) {
  std::mt19937 random(5);
  for (int i = 0; i < 20; ++i) {
    const Request r = random_request(random);
    const Loads loads = nameplate_loads(r);
    EXPECT_EQ(is_feasible(r, loads), search(r, loads, bins_of(r)).best.has_value()) << i;
  }
}

}  // namespace wattloop::sizing
