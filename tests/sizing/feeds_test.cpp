// Feeds carry the record day, and air-cooled racks survive the loss of one side.

#include <gtest/gtest.h>

#include <algorithm>

#include "io/sizing/sizing.h"

namespace wattloop::sizing {

TEST(SizingFeeds, CarryTheRecordDayAndTheLossOfASideSlow) {
  const Request r = read_request(std::string(WATTLOOP_SOURCE_DIR) + "/examples/size_childress",
                                 {{"it.power", "50 MW"}, {"redundancy.mech_transformer", "N"}});
  SizingOptions options;
  options.has_sensitivities = false;
  const SizingResult result = size(r, options);
  ASSERT_TRUE(result.design);
  for (const char* event : {"record day, hottest hour", "feed A of a block is lost", "feed B of a block is lost",
                            "transformer A of the grid is lost", "transformer B is lost on the record day"}) {
    const auto at =
        std::find_if(result.proof.begin(), result.proof.end(), [&](const ProofEvent& e) { return e.event == event; });
    ASSERT_NE(at, result.proof.end()) << event;
    EXPECT_TRUE(at->holds()) << event << ": " << at->verdict;
  }
  for (const char* constraint : {"mech_transformer_loading", "hv_transformer_loading", "genset_loading"}) {
    const auto& margins = result.design->margins;
    const auto at =
        std::find_if(margins.begin(), margins.end(), [&](const Margin& m) { return m.constraint == constraint; });
    ASSERT_NE(at, margins.end()) << constraint;
    EXPECT_LE(at->value, at->limit) << constraint;
  }
}

}  // namespace wattloop::sizing
