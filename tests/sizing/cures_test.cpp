// What would make a request feasible.

#include <gtest/gtest.h>

#include <algorithm>

#include "io/sizing/cures.h"
#include "tests/sizing/random_requests.h"

namespace wattloop::sizing {

namespace {

const Cure* cure_of(const std::vector<Cure>& cures, const std::string& input) {
  const auto at = std::find_if(cures.begin(), cures.end(), [&](const Cure& c) { return c.input == input; });
  return at == cures.end() ? nullptr : &*at;
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

TEST(SizingCures, AnyDesignWillDoToBeFeasible) {
  std::mt19937 random(5);
  for (int i = 0; i < 20; ++i) {
    const Request r = random_request(random);
    const Loads loads = nameplate_loads(r);
    EXPECT_EQ(is_feasible(r, loads), search(r, loads, bins_of(r)).best.has_value()) << i;
  }
}

}  // namespace wattloop::sizing
