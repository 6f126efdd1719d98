// A breaker that is stuck in a fault: the one before it has to open, and no other.

#include <algorithm>
#include <cmath>

#include "tests/io/played_case.h"

namespace wattloop {
namespace {

Played ring(const char* events) {
  static const Directory directory;  // its results are read until the next run
  return play(std::filesystem::path(WATTLOOP_SOURCE_DIR) / "examples/mv_ring/case.yaml", directory,
              {{"run.duration", "13 s"}, {"run.record_interval", "10 ms"}, {"events", events}});
}

/// s from the fault until a breaker carries nothing any more.
double opens_after(const Played& played, const char* breaker) {
  const std::vector<double> I = played.values("breaker", breaker, "current");
  const auto open = std::find_if(I.begin() + 1010, I.end(), [](double i) { return i < 1.0; });
  return 0.01 * static_cast<double>(open - I.begin()) - 10.0;
}

bool has_tripped(const Played& played, const char* breaker) {
  return played.values("breaker", breaker, "tripped").back() == 1.0;
}

TEST(BreakerFailure, TheNextOneOnTheWayToTheSourceOpens) {
  const Played well = ring("[{at: 10 s, set: fault.closed, to: 1}]");
  EXPECT_TRUE(has_tripped(well, "station_1.onward_switch"));
  EXPECT_FALSE(has_tripped(well, "station_1.supply_switch"));
  EXPECT_NEAR(well.values("ac_load", "station_1.load", "P").back(), 10e6, 1e4);
  const double own = opens_after(well, "station_1.onward_switch");
  const Played stuck = ring("[{at: 9 s, fail: station_1.onward_switch}, {at: 10 s, set: fault.closed, to: 1}]");
  EXPECT_FALSE(has_tripped(stuck, "station_1.onward_switch"));
  EXPECT_TRUE(has_tripped(stuck, "station_1.supply_switch"));
  EXPECT_FALSE(has_tripped(stuck, "head_a"));
  // Both see one fault current, and their curves differ by the multiplier alone: 0.28 and 0.21.
  constexpr double opening = 0.025;  // s
  const double backup = opens_after(stuck, "station_1.supply_switch");
  EXPECT_NEAR((backup - opening) / (own - opening), 0.28 / 0.21, 0.03);
  EXPECT_NEAR(stuck.values("ac_load", "station_1.load", "P").back(), 0.0, 1.0) << "what the failure costs";
  EXPECT_NEAR(stuck.values("ac_load", "station_2.load", "P").back(), 10e6, 1e4) << "fed from the other side";
  EXPECT_LE(stuck.summary.closure.electrical, 1e-9);
}

}  // namespace
}  // namespace wattloop
