// Feeds carry the record day, and air-cooled racks survive the loss of one side.

#include <gtest/gtest.h>

#include <algorithm>

#include "io/sizing/one_side.h"
#include "tests/sizing/sized.h"

namespace wattloop::sizing {

TEST(SizingFeeds, CarryTheRecordDayAndTheLossOfASideSlow) {
  const Request r = childress({{"it.power", "50 MW"}, {"redundancy.mech_transformer", "N"}});
  const SizingResult result = sized_alone(r);
  ASSERT_TRUE(result.design);
  const std::set<std::string> carried{"record day, hottest hour", "feed A of a block is lost",
                                      "feed B of a block is lost", "transformer A of the grid is lost",
                                      "transformer B is lost on the record day"};
  const auto proof = proved(r, result, carried);
  EXPECT_EQ(proof.size(), carried.size());
  for (const ProofEvent& e : proof) EXPECT_TRUE(e.holds()) << e.told();
  for (const char* constraint : {"mech_transformer_loading", "hv_transformer_loading", "genset_loading"}) {
    const auto& margins = result.design->margins;
    const auto at =
        std::find_if(margins.begin(), margins.end(), [&](const Margin& m) { return m.constraint == constraint; });
    ASSERT_NE(at, margins.end()) << constraint;
    EXPECT_LE(at->value, at->limit) << constraint;
  }
  // The load that main transformers are chosen for is that of the run in which one side carries all.
  const Design& d = *result.design;
  Loads found = d.loads;
  found.S_hv = found.S_transformer = found.P_one_ups = found.S_busway = 0.0;
  carry_one_side(found, r, d, result.case_text);
  EXPECT_TRUE(carries_one_side(r, d, found));
  constexpr double settled = 1e-3;
  EXPECT_NEAR(found.S_hv, d.loads.S_hv, settled * found.S_hv);
  EXPECT_NEAR(found.S_transformer, d.loads.S_transformer, settled * found.S_transformer);
  EXPECT_NEAR(found.P_one_ups, d.loads.P_one_ups, settled * found.P_one_ups);
  EXPECT_NEAR(found.S_busway, d.loads.S_busway, settled * found.S_busway);
}

}  // namespace wattloop::sizing
